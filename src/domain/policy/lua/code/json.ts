// Lua code: a small JSON reader, for actions that come as text. It builds plain tables and runs
// nothing; what is not JSON, too long or too deep is an error with its place.

export const JSON_READER = String.raw`
-- JSON. Nothing of an action is null, so that null is refused.
local MOST_BYTES, MOST_DEPTH = 1048576, 64

local UNESCAPED = {
  ['"'] = '"', ["\\"] = "\\", ["/"] = "/",
  b = "\b", f = "\f", n = "\n", r = "\r", t = "\t",
}

local function parse(text)
  local at, value = 1, nil

  local function fail(problem) error("JSON, byte " .. at .. ": " .. problem, 0) end

  if type(text) ~= "string" then error("JSON: a text is expected", 0) end
  if #text > MOST_BYTES then error("JSON: longer than " .. MOST_BYTES .. " bytes", 0) end
  local _, bad = utf8.len(text)
  if bad then error("JSON, byte " .. bad .. ": not UTF-8", 0) end

  local function skip_blanks() at = find(text, "[^ \t\n\r]", at) or #text + 1 end

  local function take(one)
    skip_blanks()
    if sub(text, at, at) ~= one then return false end
    at = at + 1
    return true
  end

  local function unit_after(from)
    local digits = string.match(text, "^[0-9a-fA-F]+", from)
    if not digits or #digits < 4 then fail("four hex digits are expected") end
    return tonumber(sub(digits, 1, 4), 16)
  end

  -- After the opening quote.
  local function rest_of_string()
    local parts = {}
    while true do
      local stop = find(text, '["\\\0-\x1F]', at)
      if not stop then fail("a text has no end") end
      parts[#parts + 1] = sub(text, at, stop - 1)
      at = stop + 1
      local what = sub(text, stop, stop)
      if what == '"' then return table.concat(parts) end
      if what ~= "\\" then fail("a control character in a text") end
      local escape = sub(text, at, at)
      if escape == "u" then
        local code = unit_after(at + 1)
        at = at + 5
        if code >= 0xD800 and code <= 0xDBFF and sub(text, at, at + 1) == "\\u" then
          local second = unit_after(at + 2)
          if second >= 0xDC00 and second <= 0xDFFF then
            code = 0x10000 + (code - 0xD800) * 0x400 + second - 0xDC00
            at = at + 6
          end
        end
        parts[#parts + 1] = utf8.char(code)
      else
        parts[#parts + 1] = UNESCAPED[escape] or fail("no such escape")
        at = at + 1
      end
    end
  end

  local function number()
    local digits = string.match(text, "^-?[0-9]+", at)
    if not digits or find(digits, "^-?0[0-9]") then fail("a value is expected") end
    local fraction = string.match(text, "^%.[0-9]+", at + #digits) or ""
    local power = string.match(text, "^[eE][+-]?[0-9]+", at + #digits + #fraction) or ""
    at = at + #digits + #fraction + #power
    return tonumber(digits .. fraction .. power)
  end

  local function object(depth)
    local out = {}
    if take("}") then return out end
    repeat
      if not take('"') then fail("a key is expected") end
      local key = rest_of_string()
      if out[key] ~= nil then fail("a key stands twice in one object") end
      if not take(":") then fail("a colon is expected") end
      out[key] = value(depth)
    until not take(",")
    return take("}") and out or fail("a comma or a closing brace is expected")
  end

  local function array(depth)
    local out = {}
    if take("]") then return out end
    repeat out[#out + 1] = value(depth) until not take(",")
    return take("]") and out or fail("a comma or a closing bracket is expected")
  end

  function value(depth)
    if depth > MOST_DEPTH then fail("nested deeper than " .. MOST_DEPTH .. " levels") end
    if take("{") then return object(depth + 1) end
    if take("[") then return array(depth + 1) end
    if take('"') then return rest_of_string() end
    for word, is in pairs({ ["true"] = true, ["false"] = false }) do
      if sub(text, at, at + #word - 1) == word then
        at = at + #word
        return is
      end
    end
    if sub(text, at, at + 3) == "null" then fail("null is no value here") end
    return number()
  end

  local read = value(1)
  skip_blanks()
  if at <= #text then fail("something after the value") end
  return read
end
`
