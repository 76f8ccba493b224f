import { describe, expect, it } from 'vitest'
import { bash, type Plane, withPlane } from './plane.ts'

const CANARY = 'canary7f3a'

const COMMANDS = [
  `TOKEN=${CANARY} ls`,
  `export TOKEN=${CANARY}`,
  `env TOKEN=${CANARY} ls`,
  `curl https://example.com/?token=${CANARY}`,
  `curl https://${CANARY}:x@example.com/`,
  `curl -H 'Authorization: Bearer ${CANARY}' -d '${CANARY}' https://example.com`,
  `git clone https://user:${CANARY}@github.com/a/b`,
  `git commit -m "fix\n\n${CANARY}"`,
  `mysql -p${CANARY} -e 'drop table x'`,
  `psql postgres://u:${CANARY}@db/x -c 'drop table y'`,
  `cat > f <<EOF\n${CANARY}\nEOF`,
  `echo ${CANARY} > out`,
  `echo ${CANARY} | base64 -d | sh`,
  `grep -r '${CANARY}' .`,
  `sed -i 's/a/${CANARY}/' file`,
  `awk '/${CANARY}/ {print}' f`,
  `python3 -c "x='${CANARY}'; open('f','w').write(x)"`,
  `ls # ${CANARY}`,
  `ssh ${CANARY}@host ls`,
  `docker login -u x -p ${CANARY} host`,
  `aws configure set aws_secret_access_key ${CANARY}`,
  `npm config set //registry/:_authToken ${CANARY}`,
  `for i in ${CANARY}; do echo $i; done`,
  `eval "echo ${CANARY}"`,
  `tool --password ${CANARY} --token=${CANARY}`,
] as const

const CALLS: ReadonlyArray<readonly [string, object]> = [
  ['WebFetch', { url: `https://example.com/${CANARY}`, prompt: CANARY }],
  ['WebSearch', { query: CANARY }],
  ['Edit', { file_path: '/x', old_string: CANARY, new_string: CANARY }],
  ['Agent', { subagent_type: 'Explore', prompt: CANARY, description: CANARY }],
  ['Skill', { skill: 'x', args: CANARY }],
  ['TodoWrite', { todos: [{ content: CANARY }] }],
  // A path that is one is a target, as with the client's own tools; anything else under its name is text.
  [
    'mcp__a__b',
    { text: CANARY, path: `please look at ${CANARY}`, url: `https://x.example/${CANARY}` },
  ],
  ['mcp__a__delete_b', { id: CANARY, command: `echo ${CANARY}`, sql: `drop table ${CANARY}` }],
  ['NoSuchTool', { text: CANARY }],
]

const EVENTS: ReadonlyArray<readonly [string, object]> = [
  ['UserPromptSubmit', { prompt: `hello ${CANARY}` }],
  ['UserPromptExpansion', { command_name: 'x', command_args: CANARY, prompt: CANARY }],
  ['PostToolUseFailure', { tool_name: 'Bash', tool_input: {}, error: CANARY }],
  ['SessionStart', { source: CANARY, model: CANARY }],
  ['SessionEnd', { reason: CANARY }],
  [
    'PostToolBatch',
    {
      tool_calls: [
        {
          tool_name: `please write to ${CANARY} soon`,
          tool_input: { text: CANARY },
          tool_use_id: 'toolu_made_up',
          tool_response: CANARY,
        },
      ],
    },
  ],
]

const inTheClear = async (plane: Plane, event: string, payload: object): Promise<boolean> => {
  const from = plane.context.log.head().size
  await plane.hook(event, payload)
  let entries = 0
  let text = ''
  for await (const slice of plane.context.log.scan({ from }))
    for (const { bytes } of slice) {
      entries += 1
      text += new TextDecoder().decode(bytes)
    }
  expect(entries).toBeGreaterThan(0)
  return text.includes(CANARY)
}

describe('what a payload says', () => {
  it('is nowhere in the log in the clear, wherever in a call it stands', async () => {
    await withPlane(async (plane) => {
      const leaks: Array<unknown> = []
      const base = bash(plane, '')
      for (const command of COMMANDS)
        if (await inTheClear(plane, 'PreToolUse', bash(plane, command))) leaks.push(command)
      for (const [tool_name, tool_input] of CALLS)
        if (await inTheClear(plane, 'PreToolUse', { ...base, tool_name, tool_input }))
          leaks.push(tool_name)
      for (const [hook_event_name, fields] of EVENTS)
        if (await inTheClear(plane, hook_event_name, { ...base, hook_event_name, ...fields }))
          leaks.push(hook_event_name)
      expect(leaks).toEqual([])
    })
  })
})
