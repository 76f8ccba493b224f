// Lua code: whether a rule speaks about one thing a call does. The same as match.ts.

export const MATCH = String.raw`
-- Rules. Read strictly, a condition that restricts holds as soon as it may hold; read narrowly, one
-- that permits holds only when it certainly does.
local OF_CALLS = set_of({ "tool", "capability", "flag", "flags_only" })
local IS_CONSEQUENTIAL, IS_OWN_GROUND = set_of(CONSEQUENTIAL), set_of(OWN_GROUND)

local function kinds_of(pattern)
  if not ends_with(pattern, ".*") then return { pattern } end
  local kinds = {}
  for _, kind in ipairs(KINDS) do
    if starts_with(kind, sub(pattern, 1, -2)) then kinds[#kinds + 1] = kind end
  end
  return kinds
end

local function compile_match(match)
  local of_effects, kinds = false, {}
  for field in pairs(match) do of_effects = of_effects or not OF_CALLS[field] end
  for _, pattern in ipairs(many(match.effect)) do
    for _, kind in ipairs(kinds_of(pattern)) do kinds[#kinds + 1] = kind end
  end
  local only
  if match.flags_only then
    only = {}
    for _, flag in ipairs(match.flags_only) do only[in_units(flag)] = true end
  end
  local function texts(field) return map(many(match[field]), function(one) return in_units(one) end) end
  local function patterns(field)
    local as_written = texts(field)
    as_written.lower = map(as_written, lower)
    return as_written
  end
  local function paths(field) return map(texts(field), function(one) return compile_path(one) end) end
  return {
    tools = texts("tool"),
    capabilities = texts("capability"),
    flags = texts("flag"),
    flags_only = only,
    kinds = set_of(kinds),
    zones = set_of(many(match.zone)),
    paths = paths("path"),
    reaches = set_of(many(match.reach)),
    hosts = patterns("host").lower,
    networks = set_of(many(match.network)),
    names = patterns("name"),
    scripts = paths("in"),
    origins = set_of(many(match.origin)),
    programs = patterns("program"),
    whys = set_of(many(match.why)),
    certainty = match.certainty,
    of_effects = of_effects,
  }
end

local function compile_rule(rule)
  local match, unless = compile_match(rule.match), map(rule.unless or {}, compile_match)
  return {
    id = rule.id,
    verdict = rule.verdict,
    most = rule.rate and rule.rate.max,
    match = match,
    unless = unless,
    -- Judged for each effect; otherwise for the call as a whole.
    of_effects = match.of_effects or some(unless, function(one) return one.of_effects end),
  }
end

-- Without the mark of an option that was there in some of the uses only.
local function flag_name(flag)
  return ends_with(flag, "?") and units_of(flag) > 2 and sub(flag, 1, -2) or flag
end

-- Read strictly, an abbreviation counts for every option it may stand for, and a list as long as is
-- kept may have lost the option.
local function flag_holds(wanted, used, strict)
  if strict and #used >= MOST_FLAGS then return true end
  return some(used, function(flag)
    local name = strict and flag_name(flag) or flag
    local abbreviates = strict and starts_with(name, "--") and units_of(name) >= 4
    return some(wanted, function(one)
      return one == name or (abbreviates and starts_with(one, name))
    end)
  end)
end

local function has_only(allowed, used, strict)
  if #used >= MOST_FLAGS then return strict end
  return every(used, function(flag) return allowed[flag_name(flag)] end)
end

local function is_in(set, value) return set == nil or (value ~= nil and set[value] == true) end

-- All of a folder is some of it too, for what restricts.
local function reach_holds(wanted, reach, strict)
  return reach ~= nil and (wanted[reach] or (strict and reach == "all" and wanted.some)) or false
end

local function any_wildcard(patterns, text, strict)
  if text == nil then return false end
  local compared = strict and lower(text) or text
  return some(strict and patterns.lower or patterns, function(pattern)
    return wildcard(pattern, compared)
  end)
end

-- A deletion, or a change of what lies in a folder, counts for what lies below the folder too.
local function path_holds(pattern, seen, strict)
  if not strict then return seen.path ~= nil and path_matches(pattern.segments, seen.path) end
  local reaches_below = seen.kind == "fs.delete" or (seen.kind == "fs.write" and seen.reach ~= nil)
  return some(seen.any_path, function(path)
    return path_matches(pattern.lower, path) or (reaches_below and is_at_or_above(path, pattern))
  end)
end

local function script_holds(patterns, script, strict)
  if script == nil then return false end
  local path = strict and map(script, lower) or script
  return some(patterns, function(pattern)
    return path_matches(strict and pattern.lower or pattern.segments, path)
  end)
end

-- seen is nil where the call as a whole is asked about.
local function holds(match, tool, doer, seen, strict)
  if #match.tools > 0 and not any_wildcard(match.tools, tool, false) then return false end
  local capability = doer.capability
  if #match.capabilities > 0 and not (capability and some(match.capabilities, function(prefix)
    return capability_matches(prefix, capability)
  end)) then return false end
  if #match.flags > 0 and not flag_holds(match.flags, doer.flags, strict) then return false end
  if match.flags_only and not has_only(match.flags_only, doer.flags, strict) then return false end
  if not match.of_effects then return true end
  if seen == nil then return false end
  if not is_in(match.kinds, seen.kind) then return false end
  if match.certainty ~= nil and match.certainty ~= seen.certainty then return false end
  if not is_in(match.zones, seen.zone) then return false end
  if not is_in(match.whys, seen.why) then return false end
  if #match.hosts > 0 and not (seen.host and some(match.hosts, function(pattern)
    return host_matches(pattern, seen.host)
  end)) then return false end
  if match.networks and not (seen.host and match.networks[network_of(seen.host)]) then return false end
  if not is_in(match.origins, seen.origin) then return false end
  if match.reaches and not reach_holds(match.reaches, seen.reach, strict) then return false end
  if #match.names > 0
    and not any_wildcard(match.names, seen.name, strict)
    and not (strict and any_wildcard(match.names, seen.host, true))
  then return false end
  if #match.scripts > 0 and not script_holds(match.scripts, seen.script, strict) then return false end
  if #match.programs > 0
    and not any_wildcard(match.programs, seen.programs[1], strict)
    and not (strict and any_wildcard(match.programs, seen.programs[2], true))
  then return false end
  return #match.paths == 0
    or some(match.paths, function(pattern) return path_holds(pattern, seen, strict) end)
end

-- How far a permit reaches: what goes beyond everyday effects on own ground must be named.
local function covers(match, seen)
  if match.kinds then return true end
  if seen.kind == "opaque" then
    return match.whys ~= nil
      or ((seen.why == "mcp-tool" or seen.why == "unknown-tool")
        and (#match.tools > 0 or #match.capabilities > 0))
  end
  if IS_CONSEQUENTIAL[seen.kind] then return false end
  return seen.zone == nil or IS_OWN_GROUND[seen.zone] or #match.paths > 0 or match.zones ~= nil
end

-- What one of several capabilities may have done is restricted when any is matched, and permitted
-- when all are.
local function applies(rule, tool, doers, seen)
  local strict = rule.verdict ~= "permit"
  local function counts(doer)
    return holds(rule.match, tool, doer, seen, strict)
      and not some(rule.unless, function(one) return holds(one, tool, doer, seen, not strict) end)
  end
  if not (strict and some or every)(doers, counts) then return false end
  return strict or seen == nil or covers(rule.match, seen)
end
`
