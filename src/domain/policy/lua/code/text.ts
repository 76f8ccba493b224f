// Lua code: texts as the engine compares them, in UTF-16 code units and lower-cased as its tables say.

export const TEXT = String.raw`
-- Text. The gate counts in UTF-16 code units: here each unit is one UTF-8 sequence, so that a
-- character beyond U+FFFF is two of them, its surrogates.
local byte, find, gsub, sub = string.byte, string.find, string.gsub, string.sub

local function in_units(text)
  if not find(text, "[\xF0-\xF4]") then return text end
  return (gsub(text, "[\xF0-\xF4][\x80-\xBF][\x80-\xBF][\x80-\xBF]", function(one)
    local code = utf8.codepoint(one) - 0x10000
    return utf8.char(0xD800 + code // 0x400, 0xDC00 + code % 0x400)
  end))
end

local function units_of(text) return select(2, gsub(text, "[^\x80-\xBF]", "")) end

local function starts_with(text, prefix) return sub(text, 1, #prefix) == prefix end
local function ends_with(text, suffix) return #text >= #suffix and sub(text, -#suffix) == suffix end

-- Order of UTF-16 code units. The operator < would go by the locale.
local function before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = byte(a, i), byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

local function many(value)
  if value == nil then return {} end
  return type(value) == "table" and value or { value }
end

-- nil for an empty list: a condition that is not there.
local function set_of(list)
  if #list == 0 then return nil end
  local set = {}
  for _, one in ipairs(list) do set[one] = true end
  return set
end

local function some(list, holds)
  for _, one in ipairs(list) do
    if holds(one) then return true end
  end
  return false
end

local function every(list, holds)
  for _, one in ipairs(list) do
    if not holds(one) then return false end
  end
  return true
end

local function map(list, make)
  local out = {}
  for i, one in ipairs(list) do out[i] = make(one, i) end
  return out
end

-- Letters beyond ASCII that a pattern can name, by what they are in lower case.
local PAIR = "\xED[\xA0-\xAF][\x80-\xBF]\xED[\xB0-\xBF][\x80-\xBF]"
local LOWER, LOWER_PAIRS, SMALL = {}, {}, {}
for upper, lower in pairs(LETTERS) do
  local from = in_units(upper)
  if from == upper then LOWER[from] = in_units(lower) else LOWER_PAIRS[from] = in_units(lower) end
end
for code = byte("A"), byte("Z") do SMALL[string.char(code)] = string.char(code + 32) end

local is_cased, is_ignorable
if SIGMA then
  local function among(ends)
    return function(code)
      local low, high = 1, #ends + 1 -- the first end that is not below the code
      while low < high do
        local middle = (low + high) // 2
        if ends[middle] < code then low = middle + 1 else high = middle end
      end
      return ends[low] == code or low % 2 == 0
    end
  end
  is_cased, is_ignorable = among(SIGMA.cased), among(SIGMA.ignorable)
end

-- Unicode's Final_Sigma: after a letter, and before none, over what is neither.
local function with_sigmas(text)
  local codes, waits = {}, nil
  for _, code in utf8.codes(text, true) do
    if waits and code >= 0xDC00 and code <= 0xDFFF then
      codes[#codes] = 0x10000 + (waits - 0xD800) * 0x400 + code - 0xDC00
      waits = nil
    else
      codes[#codes + 1] = code
      waits = code >= 0xD800 and code <= 0xDBFF and code or nil
    end
  end
  local function is_letter_at(i, step)
    repeat i = i + step until not codes[i] or not is_ignorable(codes[i])
    return codes[i] ~= nil and is_cased(codes[i])
  end
  local out = {}
  for i, code in ipairs(codes) do
    if code == 0x3A3 then
      code = is_letter_at(i, -1) and not is_letter_at(i, 1) and 0x3C2 or 0x3C3
    end
    out[i] = utf8.char(code)
  end
  return in_units(table.concat(out))
end

local function lower(text)
  local small = gsub(text, "[A-Z]", SMALL)
  if not find(text, "[\x80-\xFF]") then return small end
  if SIGMA and find(small, "\xCE\xA3") then small = with_sigmas(small) end
  if next(LOWER_PAIRS) then small = gsub(small, PAIR, LOWER_PAIRS) end
  return (gsub(small, "[\xC2-\xEF][\x80-\xBF]+", LOWER))
end
`
