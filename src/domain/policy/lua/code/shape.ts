// Lua code: reads an action and the circumstances into what matching needs. The agent chooses every
// text in an action, and a caller may leave things out: what is not shaped as an action is an error,
// never a milder verdict.

export const SHAPE = String.raw`
-- Reading an action.
local IS_KIND, IS_ZONE = set_of(KINDS), set_of(ZONES)
local IS_ORIGIN = set_of({ "builtin", "mcp", "unknown" })
local IS_CERTAINTY = set_of({ "certain", "possible" })
local IS_REACH, IS_CODE_ORIGIN = set_of({ "some", "all" }), set_of({ "written", "downloaded" })
local IS_POSTURE = set_of({ "interactive", "autonomous", "dry_run", "locked" })
local IS_MODE = set_of({ "profile", "enforce" })

local function fail(where, problem) error(where .. ": " .. problem, 0) end

local function record(value, where, fields)
  if type(value) ~= "table" then fail(where, "a table is expected") end
  for key in next, value do
    if not fields[key] then fail(where, "a field that does not belong there") end
  end
  return value
end

local function list(value, where, each)
  if type(value) ~= "table" then fail(where, "a list is expected") end
  local count, out = 0, {}
  for _ in next, value do count = count + 1 end
  for i = 1, count do
    if rawget(value, i) == nil then fail(where, "a list is expected") end
    out[i] = each(value[i], where .. "[" .. i .. "]")
  end
  return out
end

local function text(value, where)
  if type(value) ~= "string" then fail(where, "a text is expected") end
  if find(value, "[\xF5-\xFF]") or not utf8.len(value, 1, -1, true) then fail(where, "not UTF-8") end
  return in_units(value)
end

local function word(value, where, known)
  if type(value) ~= "string" or not known[value] then fail(where, "not one of its words") end
  return value
end

local function optional(value, read, where, more)
  if value == nil then return nil end
  return read(value, where, more)
end

-- A masked span is text that no literal matches: NUL stands in no path, host or pattern.
local SPAN = set_of({ "pii" })
local function masked(value, where)
  if type(value) ~= "table" then return text(value, where) end
  return table.concat(list(value, where, function(part, at)
    if type(part) == "string" then return text(part, at) end
    return "\0" .. text(record(part, at, SPAN).pii, at .. ".pii") .. "\0"
  end))
end

local PLACE = set_of({ "project", "home", "path" })
local function segments(value, where)
  record(value, where, PLACE)
  if value.project ~= nil then return below("project:", masked(value.project, where .. ".project")) end
  if value.home ~= nil then return below("~", masked(value.home, where .. ".home")) end
  local path = masked(value.path, where .. ".path")
  return below("", starts_with(path, "/") and sub(path, 2) or path)
end

local TARGETS = {
  path = set_of({ "path", "zone", "as" }),
  host = set_of({ "host" }),
  program = set_of({ "program" }),
  name = set_of({ "name" }),
}

-- Which field an effect's target has says what it is.
local function read_target(target, where, seen)
  if type(target) ~= "table" then fail(where, "a table is expected") end
  local is
  for field in pairs(TARGETS) do
    if target[field] ~= nil then is = field end
  end
  if not is then fail(where, "a path, a host, a program or a name is expected") end
  record(target, where, TARGETS[is])
  if is == "path" then
    seen.zone = word(target.zone, where .. ".zone", IS_ZONE)
    seen.path = segments(target.path, where .. ".path")
    seen.any_path = { map(seen.path, lower) }
    if target.as ~= nil then seen.any_path[2] = map(segments(target.as, where .. ".as"), lower) end
  elseif is == "host" then
    seen.host = host_name(masked(target.host, where .. ".host"))
  elseif is == "program" then
    seen.programs[1] = text(target.program, where .. ".program")
  else
    seen.name = masked(target.name, where .. ".name")
  end
end

local EFFECT = set_of({
  "kind", "target", "certainty", "by", "of", "span", "reach", "in", "origin", "why",
})

local function read_effect(effect, where, doers)
  record(effect, where, EFFECT)
  local seen = {
    kind = word(effect.kind, where .. ".kind", IS_KIND),
    certainty = word(effect.certainty, where .. ".certainty", IS_CERTAINTY),
    reach = optional(effect.reach, word, where .. ".reach", IS_REACH),
    origin = optional(effect.origin, word, where .. ".origin", IS_CODE_ORIGIN),
    why = optional(effect.why, text, where .. ".why"),
    script = optional(effect["in"], segments, where .. ".in"),
    any_path = {},
    programs = {},
  }
  if effect.target ~= nil then read_target(effect.target, where .. ".target", seen) end
  seen.programs[#seen.programs + 1] = optional(effect.by, text, where .. ".by")
  if effect.of ~= nil and math.type(effect.of) == nil then fail(where .. ".of", "a number is expected") end
  -- The capabilities that may do it: one when that is known. Its index counts from 0, as in JSON.
  local doer = effect.of ~= nil and doers[effect.of + 1] or nil
  seen.doers = doer and { doer } or doers
  return seen
end

local ACTION = set_of({ "tool", "origin", "capabilities", "effects", "flags" })

local function read_action(action)
  record(action, "action", ACTION)
  local flags = optional(action.flags, list, "action.flags", function(names, where)
    return list(names, where, text)
  end) or {}
  local doers = list(action.capabilities, "action.capabilities", function(capability, where)
    return { capability = text(capability, where) }
  end)
  for i, doer in ipairs(doers) do doer.flags = flags[i] or {} end
  if #doers == 0 then doers[1] = { flags = {} } end
  return {
    tool = text(action.tool, "action.tool"),
    origin = word(action.origin, "action.origin", IS_ORIGIN),
    doers = doers,
    effects = list(action.effects, "action.effects", function(effect, where)
      return read_effect(effect, where, doers)
    end),
  }
end

local NOW = set_of({ "mode", "posture", "suspended", "rates", "tainted", "approved" })
local TAINTED = set_of({ "score", "source" })

local function read_circumstances(given)
  local now = record(given == nil and {} or given, "circumstances", NOW)
  optional(now.mode, word, "circumstances.mode", IS_MODE)
  if now.suspended ~= nil and type(now.suspended) ~= "boolean" then
    fail("circumstances.suspended", "true or false is expected")
  end
  local rates = now.rates == nil and {} or now.rates
  if type(rates) ~= "table" then fail("circumstances.rates", "a table is expected") end
  for id, seen in next, rates do
    if type(id) ~= "string" or not math.type(seen) then
      fail("circumstances.rates", "numbers by the ids of rules are expected")
    end
  end
  if now.tainted ~= nil then
    record(now.tainted, "circumstances.tainted", TAINTED)
    optional(now.tainted.source, text, "circumstances.tainted.source")
    -- What is no number compares with none, and so would be milder.
    local score = now.tainted.score
    if math.type(score) == nil or score ~= score then
      fail("circumstances.tainted.score", "a number is expected")
    end
  end
  local approved = {}
  for _, path in ipairs(optional(now.approved, list, "circumstances.approved", segments) or {}) do
    approved[table.concat(path, "/")] = true
  end
  return {
    approved = approved,
    tainted = now.tainted and now.tainted.score,
    posture = optional(now.posture, word, "circumstances.posture", IS_POSTURE) or "interactive",
    suspended = now.suspended == true,
    rates = rates,
  }
end
`
