import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { isShortPayload, readShortPayload } from '../../../src/domain/hook/shortPayload.ts'

const read = (text: string, known?: { readonly home?: string; readonly project?: string }) =>
  Result.getOrThrow(readShortPayload(JSON.parse(text) as Record<string, unknown>, undefined, known))

const refused = (text: string, twice?: string) => {
  const found = readShortPayload(JSON.parse(text) as Record<string, unknown>, twice)
  return Result.isFailure(found) ? `${found.failure.field}: ${found.failure.detail}` : 'read'
}

describe('a short payload', () => {
  it('is a tool about to run, its arguments as they came', () => {
    expect(read('{"tool":"Bash","args":{"command":"ls"}}').event).toEqual({
      kind: 'tool.before',
      name: 'PreToolUse',
      session: 'one-shot',
      cwd: '/home/unknown/project',
      call: { name: 'Bash', input: { command: 'ls' } },
    })
    expect(read('{"tool":"Bash","input":{"a":[1]}}').event).toMatchObject({
      call: { input: { a: [1] } },
    })
  })

  it('may say its session and the permission mode', () => {
    expect(
      read('{"tool":"X","args":{},"session":"s-1","permission_mode":"plan"}').event,
    ).toMatchObject({ session: 's-1', permissionMode: 'plan' })
    expect(read('{"tool":"X","args":{},"permission_mode":null}').event).not.toHaveProperty(
      'permissionMode',
    )
  })

  it.each([
    ['{}', '/home/unknown', '/home/unknown/project', '/home/unknown/project'],
    ['{"cwd":"/home/ann/app/src"}', '/home/ann', '/home/ann/app/src', '/home/ann/app/src'],
    ['{"cwd":"/srv/app"}', '/home/unknown', '/srv/app', '/srv/app'],
    ['{"home":"/Users/ann/"}', '/Users/ann', '/Users/ann/project', '/Users/ann/project'],
    ['{"home":"/h","cwd":"~/a/../b"}', '/h', '/h/b', '/h/b'],
    ['{"project":"/root/app"}', '/root', '/root/app', '/root/app'],
    [
      '{"cwd":"/home/ann/app/src","project":"~/app"}',
      '/home/ann',
      '/home/ann/app/src',
      '/home/ann/app',
    ],
  ])('that says %s happens at a place that is always the same', (place, home, cwd, project) => {
    const text = JSON.stringify({ tool: 'X', args: {}, ...(JSON.parse(place) as object) })
    const short = read(text)
    expect([short.home, short.event.cwd, short.project]).toEqual([home, cwd, project])
  })

  it('cannot move the place that the caller knows', () => {
    const text = '{"tool":"X","args":{},"home":"/elsewhere","project":"/elsewhere/p"}'
    expect(read(text, { home: '/home/dev', project: '/home/dev/app' })).toMatchObject({
      home: '/home/dev',
      project: '/home/dev/app',
      event: { cwd: '/home/dev/app' },
    })
  })

  it.each([
    ['{"tool":"X"}', /^args: is missing/],
    ['{"tool":"X","args":[]}', /^args: must be an object/],
    ['{"tool":"X","args":"ls"}', /^args: must be an object/],
    ['{"tool":"X","args":null}', /^args: must be an object/],
    ['{"tool":"X","args":{},"input":{}}', /^input: is the same as "args"/],
    ['{"tool":"","args":{}}', /^tool: must be a name/],
    ['{"tool":"a\\u0000b","args":{}}', /^tool: must be a name/],
    ['{"tool":"a\\u202eb","args":{}}', /^tool: must be a name/],
    ['{"tool":["X"],"args":{}}', /^tool: must be a name/],
    ['{"tool":"X","arg":{}}', /^arg: .*did you mean "args"\?/],
    ['{"tool":"X","arguments":{}}', /^arguments: .*did you mean "args"\?/],
    ['{"tool":"X","args":{},"__proto__":{"posture":"interactive"}}', /^__proto__: is no field/],
    ['{"tool":"X","args":{},"constructor":1}', /^constructor: is no field/],
    ['{"tool":"X","args":{},"\\u001b[2J":1}', /^\\u\{1b\}\[2J: is no field/],
    ['{"tool":"X","args":{},"cwd":"app"}', /^cwd: must be an absolute path/],
    ['{"tool":"X","args":{},"cwd":"/a\\u0000"}', /^cwd: must be an absolute path/],
    ['{"tool":"X","args":{},"home":"~"}', /^home: must be an absolute path/],
    ['{"tool":"X","args":{},"home":null}', /^home: must be an absolute path/],
    ['{"tool":"X","args":{},"session":"../keys"}', /^session: must be an id/],
    ['{"tool":"X","args":{},"permission_mode":"a b"}', /^permission_mode: must be one word/],
  ])('%s is refused', (text, expected) => {
    expect(refused(text)).toMatch(expected)
  })

  it('with a key given twice is refused: who runs the call may take the other one', () => {
    expect(refused('{"tool":"X","args":{}}', 'args.command')).toBe('args.command: is given twice')
  })

  it('is none where the payload names an event of the client', () => {
    expect(isShortPayload({ tool: 'X' })).toBe(true)
    expect(isShortPayload({ tool: 'X', hook_event_name: 'PreToolUse' })).toBe(false)
    expect(isShortPayload(Object.create({ tool: 'X' }) as Record<string, unknown>)).toBe(false)
  })
})
