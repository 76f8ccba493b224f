// Lua code: the decision. The same as decide.ts and manifest.ts, without the words of the reason.

export const DECIDE = String.raw`
-- The decision. All rules that match count: per effect deny beats defer beats permit, an effect that
-- no rule matches has the default of its kind, and the call's verdict is the strictest of all.
local RANK = { permit = 0, defer = 1, deny = 2 }
local IS_READ, IS_CHANGE = set_of(READS), set_of(CHANGES)

local function compile_tools(tools)
  local exact, patterns = {}, {}
  for name, manifest in pairs(tools or {}) do
    local kinds
    if manifest.effects then
      kinds = {}
      for _, declared in ipairs(manifest.effects) do
        for _, kind in ipairs(DECLARED[declared]) do kinds[kind] = true end
        for _, kind in ipairs(GRAVER[declared]) do kinds[kind] = true end
      end
    end
    local compiled = {
      pattern = in_units(name),
      effects = manifest.effects,
      kinds = kinds,
      postures = manifest.postures and (set_of(manifest.postures) or {}),
      confirmed = manifest.require_confirmation == true,
    }
    if find(name, "*", 1, true) then
      patterns[#patterns + 1] = compiled
    else
      exact[compiled.pattern] = compiled
    end
  end
  table.sort(patterns, function(a, b)
    local by = units_of(b.pattern) - units_of(a.pattern)
    if by ~= 0 then return by < 0 end
    return before(a.pattern, b.pattern)
  end)
  -- The exact name, else the longest pattern, speaks for a tool.
  return function(tool)
    if exact[tool] then return exact[tool] end
    for _, manifest in ipairs(patterns) do
      if wildcard(manifest.pattern, tool) then return manifest end
    end
  end
end

-- Patterns without a reason of their own are one rule together.
local function compile_monitored(monitored)
  local plain, rules = {}, {}
  local function watch(path)
    rules[#rules + 1] = compile_rule({
      id = MONITORED_ID,
      verdict = "defer",
      match = { effect = CHANGES, path = path },
    })
  end
  for _, one in ipairs(monitored or {}) do
    if type(one) == "string" then plain[#plain + 1] = one else watch(one.path) end
  end
  if #plain > 0 then watch(plain) end
  return rules
end

local function compile_layer(layer)
  local of_calls, of_effects = {}, {}
  for _, rule in ipairs(layer.rules) do
    local compiled = compile_rule(rule)
    if not compiled.of_effects then of_calls[#of_calls + 1] = compiled end
    -- A permit about the whole call covers effects of it; a restriction of it is judged once.
    if compiled.of_effects or rule.verdict == "permit" then of_effects[#of_effects + 1] = compiled end
  end
  local defaults = {}
  for _, kind in ipairs(KINDS) do
    defaults[kind] = layer.defaults[kind] or layer.defaults[string.match(kind, "^[^.]*") .. ".*"]
  end
  return {
    of_calls = of_calls,
    of_effects = of_effects,
    defaults = defaults,
    manifest_of = compile_tools(layer.tools),
    unknown_tool = layer.unknown_tool or "deny",
    monitored = compile_monitored(layer.monitored),
  }
end

local LAYERS, RULES = {}, {}
for _, layer in ipairs({ POLICY, table.unpack(POLICY.layers or {}) }) do
  LAYERS[#LAYERS + 1] = compile_layer(layer)
  table.move(layer.rules, 1, #layer.rules, #RULES + 1, RULES)
end
local BASELINE_RULES = map(BASELINE, compile_rule)

-- By kind of effect the least score of a taint from which it is stricter, in whatever layer.
local STRICTER_FROM = {}
for _, layer in ipairs({ POLICY, table.unpack(POLICY.layers or {}) }) do
  local taint = layer.taint or TAINT
  for _, pattern in ipairs(taint.stricter) do
    for _, kind in ipairs(KINDS) do
      local class = string.match(kind, "^[^.]*") .. ".*"
      if pattern == kind or pattern == class then
        STRICTER_FROM[kind] = math.min(STRICTER_FROM[kind] or 1, taint.from or 0)
      end
    end
  end
end
local STRICTER = { permit = "defer", defer = "deny" }

-- The strictest verdict so far, and the ids it rests on.
local function finding_of(now)
  local finding = { verdict = "permit", ids = {}, of_kind = {}, agreed = {}, is_agreed = false }
  function finding.add(verdict, id, kind)
    -- A human agreed to the effect that is judged: nobody has to be asked about it.
    if finding.is_agreed and kind and verdict == "defer" then
      verdict, id = "permit", APPROVAL_ID
      finding.agreed[kind] = true
    end
    local said = kind and finding.of_kind[kind]
    if kind and (not said or RANK[verdict] > RANK[said]) then finding.of_kind[kind] = verdict end
    if RANK[verdict] < RANK[finding.verdict] then return end
    if RANK[verdict] > RANK[finding.verdict] then finding.verdict, finding.ids = verdict, {} end
    finding.ids[id] = true
  end
  -- A rule with a rate counts once so many calls were let through.
  function finding.counts(rule)
    return rule.most == nil or (now.rates[rule.id] or 0) >= rule.most
  end
  return finding
end

local function is_inside_of_tool(effect)
  return effect.why == "mcp-tool" or effect.why == "unknown-tool"
end

-- The effects to judge for one that was seen: itself, or, for the inside of a tool that the client
-- does not run itself, what its manifest declares.
local function kinds_declared(manifest, effect)
  if not is_inside_of_tool(effect) or not (manifest and manifest.effects) then return { effect } end
  local effects = {}
  for _, declared in ipairs(manifest.effects) do
    for _, kind in ipairs(DECLARED[declared]) do
      local one = {}
      for field, value in pairs(effect) do one[field] = value end
      one.kind, one.why = kind, nil
      effects[#effects + 1] = one
    end
  end
  return effects
end

local function is_allowed_in_dry_run(tool, effect)
  if IS_READ[effect.kind] then return true end
  if effect.kind == "spawn" then return tool == "Agent" end
  return effect.kind == "fs.write" and effect.zone == "home" and path_matches(PLANS, effect.path)
end

local function judge_call(finding, action, layer, is_unknown)
  local matched = false
  for _, rule in ipairs(layer.of_calls) do
    if applies(rule, action.tool, action.doers, nil) and finding.counts(rule) then
      matched = matched or rule.most == nil
      finding.add(rule.verdict, rule.id)
    end
  end
  if is_unknown and not matched then finding.add(layer.unknown_tool, "unknown-tool") end
end

-- Whether the layer says something of the effect.
local function judge_effect(finding, tool, effect, layer, is_unknown)
  local function speaks(rule) return applies(rule, tool, effect.doers, effect) end
  -- These only add: they take no default's place, which may be stricter.
  for _, rules in ipairs({ BASELINE_RULES, layer.monitored }) do
    for _, rule in ipairs(rules) do
      if speaks(rule) then finding.add(rule.verdict, rule.id, effect.kind) end
    end
  end
  local strictest, counting = -1, {}
  for _, rule in ipairs(layer.of_effects) do
    if speaks(rule) and finding.counts(rule) then
      if rule.most ~= nil then
        finding.add(rule.verdict, rule.id, effect.kind)
      else
        counting[#counting + 1] = rule
        strictest = math.max(strictest, RANK[rule.verdict])
      end
    end
  end
  for _, rule in ipairs(counting) do
    if RANK[rule.verdict] == strictest then finding.add(rule.verdict, rule.id, effect.kind) end
  end
  if strictest >= 0 then return true end
  if is_unknown and effect.why == "unknown-tool" then
    finding.add(layer.unknown_tool, "unknown-tool", effect.kind)
    return true
  end
  local verdict = layer.defaults[effect.kind]
  if verdict == nil then return false end
  finding.add(verdict, "default:" .. effect.kind, effect.kind)
  return true
end

local function verdict_of(finding)
  local ids = {}
  for id in pairs(finding.ids) do ids[#ids + 1] = id end
  table.sort(ids, before)
  return finding.verdict, ids
end

local function decide(given, circumstances)
  local action, now = read_action(given), read_circumstances(circumstances)
  if now.posture == "locked" or now.suspended then return "deny", { "posture:locked" } end
  local tool, dry_run = action.tool, now.posture == "dry_run"
  local finding = finding_of(now)
  local judging = map(LAYERS, function(layer)
    local manifest = layer.manifest_of(tool)
    return {
      layer = layer,
      manifest = manifest,
      -- Nobody knows the tool, and the layer does not name it.
      is_unknown = action.origin == "unknown" and manifest == nil,
    }
  end)
  for _, one in ipairs(judging) do
    local manifest = one.manifest
    judge_call(finding, action, one.layer, one.is_unknown)
    if manifest and manifest.confirmed then finding.add("defer", "manifest:confirmation") end
    if manifest and manifest.postures and not manifest.postures[now.posture] then
      finding.add("deny", "manifest:posture")
    end
    if dry_run and action.origin ~= "builtin" and not (manifest and manifest.effects) then
      finding.add("deny", "posture:dry_run")
    end
  end
  local said = {}
  for _, seen in ipairs(action.effects) do
    local spoken_of, left = {}, {}
    finding.of_kind, finding.agreed = {}, {}
    finding.is_agreed = IS_CHANGE[seen.kind] == true
      and seen.path ~= nil
      and now.approved[table.concat(seen.path, "/")] == true
    for _, one in ipairs(judging) do
      local manifest = one.manifest
      for _, effect in ipairs(kinds_declared(manifest, seen)) do
        if judge_effect(finding, tool, effect, one.layer, one.is_unknown) then
          spoken_of[effect.kind] = true
        else
          left[#left + 1] = effect.kind
        end
        if dry_run and not is_allowed_in_dry_run(tool, effect) then
          finding.add("deny", "posture:dry_run", effect.kind)
        end
        if manifest and manifest.kinds and not manifest.kinds[effect.kind] then
          finding.add("deny", "manifest:effects", effect.kind)
        end
      end
    end
    for _, kind in ipairs(left) do
      if not spoken_of[kind] then finding.add("defer", "default:" .. kind, kind) end
    end
    for kind, verdict in pairs(finding.of_kind) do
      said[#said + 1] = { kind, verdict, finding.agreed[kind] }
    end
  end
  finding.is_agreed = false
  if now.tainted and finding.verdict ~= "deny" then
    for _, one in ipairs(said) do
      local kind, verdict, agreed = table.unpack(one, 1, 3)
      local from = STRICTER_FROM[kind]
      -- What was agreed to before it read that, whoever reads it now is asked about.
      if agreed or (from and now.tainted >= from) then
        finding.add(STRICTER[verdict], "taint:" .. kind)
      end
    end
  end
  return verdict_of(finding)
end
`
