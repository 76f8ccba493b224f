// Lua code: what the module gives to whoever requires it, and what it does when it is run. Only the
// latter speaks to the world: it prints one line and sets the exit status.

export const COMMAND = String.raw`
-- Run as a program: this text is the script that the interpreter was given, by name or on its input.
local function is_script(source)
  if type(arg) ~= "table" or type(arg[0]) ~= "string" then return false end
  return source == "@" .. arg[0] or (source == "=stdin" and arg[0] == "-")
end

if is_script(debug and debug.getinfo(1, "S").source) then
  local given = table.pack(...)
  local done, verdict, ids = pcall(function()
    if given.n < 1 or given.n > 2 then
      error("usage: lua " .. arg[0] .. " ACTION [CIRCUMSTANCES], both JSON in one argument each", 0)
    end
    return decide(parse(given[1]), given[2] and parse(given[2]))
  end)
  if not done then
    io.stderr:write(tostring(verdict), "\n")
    os.exit(1)
  end
  print(table.concat({ verdict, table.unpack(ids) }, " "))
  os.exit(verdict == "deny" and 2 or 0)
end

return {
  policy = { name = POLICY.name, digest = POLICY.digest },
  rules = RULES,
  decide = decide,
  parse = parse,
}
`
