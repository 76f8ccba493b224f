// Lua code: how a rule names paths, hosts, tools and programs. The same as pattern.ts and network.ts.

export const PATTERN = String.raw`
-- Patterns. No choice of a path or a host costs more than the product of both lengths.

-- * is any run of characters, ? one; everything else is itself.
local STAR, MARK = byte("*"), byte("?")

local function width(text, at)
  local first = byte(text, at)
  return first < 0x80 and 1 or first < 0xE0 and 2 or 3
end

local function wildcard(pattern, text)
  local p, t, star, resume = 1, 1, nil, nil
  while t <= #text do
    local wanted = byte(pattern, p)
    if wanted == STAR then
      star, resume, p = p, t, p + 1
    elseif wanted == MARK then
      p, t = p + 1, t + width(text, t)
    elseif wanted ~= nil and wanted == byte(text, t) then
      p, t = p + 1, t + 1
    elseif star then
      resume = resume + width(text, resume)
      p, t = star + 1, resume
    else
      return false
    end
  end
  while byte(pattern, p) == STAR do p = p + 1 end
  return p > #pattern
end

local function split(text)
  local parts = {}
  for part in string.gmatch(text .. "/", "([^/]*)/") do parts[#parts + 1] = part end
  return parts
end

-- A path as segments below its root: project:, ~ or the empty segment of /.
local function below(root, path)
  local segments = { root }
  if path ~= "" then
    for _, part in ipairs(split(path)) do segments[#segments + 1] = part end
  end
  return segments
end

local function compile_path(pattern)
  local segments
  if starts_with(pattern, "project:") then
    segments = below("project:", sub(pattern, #"project:" + 1))
  elseif pattern == "/" then
    segments = { "" }
  else
    segments = split(pattern)
  end
  local small, fixed = map(segments, lower), {}
  for i, segment in ipairs(small) do
    if find(segment, "[*?]") then break end
    fixed[i] = segment
  end
  return { segments = segments, lower = small, fixed = fixed }
end

-- ** is any number of whole segments, none too; * and ? stay within one.
local function path_matches(pattern, path)
  local p, s, star, resume = 1, 1, nil, nil
  while s <= #path do
    if pattern[p] == "**" then
      star, resume, p = p, s, p + 1
    elseif pattern[p] and wildcard(pattern[p], path[s]) then
      p, s = p + 1, s + 1
    elseif star then
      resume = resume + 1
      p, s = star + 1, resume
    else
      return false
    end
  end
  while pattern[p] == "**" do p = p + 1 end
  return p > #pattern
end

-- Whether removing the path would remove what the pattern names.
local function is_at_or_above(path, pattern)
  if #path > #pattern.fixed then return false end
  for i, segment in ipairs(path) do
    if segment ~= pattern.fixed[i] then return false end
  end
  return true
end

-- The name alone, lower case: no port, no trailing dot, no brackets of an IPv6 address.
local function host_name(host)
  local text = lower(host)
  if starts_with(text, "[") then return sub(text, 2, (find(text, "]", 1, true) or #text + 1) - 1) end
  local colon = find(text, ":", 1, true)
  local name = colon and not find(text, ":", colon + 1, true) and sub(text, 1, colon - 1) or text
  return ends_with(name, ".") and sub(name, 1, -2) or name
end

-- Both in lower case.
local function host_matches(wanted, name)
  if wanted == "*" then return true end
  if not starts_with(wanted, "*.") then return name == wanted end
  return #name > #wanted - 1 and ends_with(name, sub(wanted, 2))
end

-- A prefix by whole segments: tool:Bash:git is for tool:Bash:git:push, not tool:Bash:gitk.
local function capability_matches(prefix, capability)
  return starts_with(capability, prefix)
    and (#capability == #prefix or sub(capability, #prefix + 1, #prefix + 1) == ":")
end

-- Networks, told by the name of a host alone.
local IS_METADATA = set_of(METADATA)
for _, around in ipairs({ "64:ff9b::", "::ffff:", "::" }) do
  IS_METADATA["[" .. around .. "a9fe:a9fe]"] = true
end
local SPELT_METADATA = {
  "[.-]169[.-]254[.-]169[.-]254%.nip%.io$",
  "[.-]169[.-]254[.-]169[.-]254%.sslip%.io$",
  "[.-]169[.-]254[.-]169[.-]254%.xip%.io$",
  "%.a9fea9fe%.nip%.io$",
  "%.a9fea9fe%.sslip%.io$",
}

local function is_metadata(host)
  local name = gsub(host, "%.$", "")
  if IS_METADATA[name] then return true end
  local dotted = "." .. name
  return some(SPELT_METADATA, function(pattern) return find(dotted, pattern) ~= nil end)
end

local function ipv4_of(name)
  local text = starts_with(name, "::ffff:") and sub(name, 8)
    or starts_with(name, "::") and sub(name, 3)
    or name
  text = gsub(text, "/[0-9][0-9]?$", "")
  local parts = { string.match(text, "^([0-9]+)%.([0-9]+)%.([0-9]+)%.([0-9]+)$") }
  if #parts == 4 and every(parts, function(part) return #part <= 3 end) then
    return map(parts, function(part) return math.tointeger(tonumber(part, 10)) end)
  end
  local high, low = string.match(name, "^::ffff:([0-9a-f]+):([0-9a-f]+)$")
  if not high or #high > 4 or #low > 4 then return nil end
  high, low = tonumber(high, 16), tonumber(low, 16)
  return { high // 256, high % 256, low // 256, low % 256 }
end

local function network_of_ipv4(parts)
  local a, b = parts[1], parts[2]
  if is_metadata(table.concat(parts, ".")) then return "metadata" end
  if a == 127 or (a == 0 and b == 0 and parts[3] == 0 and parts[4] == 0) then return "local" end
  local is_private = a == 10
    or (a == 172 and b >= 16 and b < 32)
    or (a == 192 and b == 168)
    or (a == 169 and b == 254)
    or (a == 100 and b >= 64 and b < 128)
  return is_private and "private" or "public"
end

local function network_of_ipv6(name)
  local groups = {}
  for group in string.gmatch(name .. ":", "([^:]*):") do groups[#groups + 1] = group end
  local last = table.remove(groups)
  local are_zero = #groups >= 1
    and #groups <= 7
    and every(groups, function(group) return #group <= 4 and not find(group, "[^0]") end)
  if are_zero and #last <= 4 and find(last, "^0*1?$") then return "local" end
  if find(name, "^f[cd][0-9a-f]?[0-9a-f]?:") or find(name, "^fe[89ab][0-9a-f]?:") then
    return "private"
  end
  return "public"
end

local function network_of(name)
  if is_metadata(name) or is_metadata("[" .. name .. "]") then return "metadata" end
  if name == "localhost" or ends_with(name, ".localhost") then return "local" end
  local address = ipv4_of(name)
  if address then return network_of_ipv4(address) end
  if find(name, ":", 1, true) then return network_of_ipv6(name) end
  local is_private = find(name, "^[A-Za-z0-9_-]+$") ~= nil
    or some(PRIVATE_SUFFIXES, function(suffix) return ends_with(name, suffix) end)
  return is_private and "private" or "public"
end
`
