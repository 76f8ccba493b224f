import { describe, expect, it } from 'vitest'
import { judgeCall } from '../../../src/commands/oneShot/judge.ts'
import { policyOfTemplate } from '../../../src/commands/oneShot/policyFile.ts'
import { GENTLER } from '../../../src/domain/explain/gentler.ts'
import { nearestWays } from '../../../src/domain/explain/nearest.ts'
import { compilePolicy } from '../../../src/domain/policy/decide.ts'

const policy = compilePolicy(policyOfTemplate('default'))
const explained = (command: string) =>
  judgeCall({ tool: 'Bash', input: { command }, cwd: '/home/dev/app', home: '/home/dev' }, policy)
const waysOf = (command: string) => {
  const { verdict, effects } = explained(command)
  const spans = effects.flatMap(({ span }) => (span === undefined ? [] : [span]))
  return nearestWays(command, verdict, spans, (text) => explained(text).verdict)
}

describe('the nearest way that the policy minds less', () => {
  for (const { example, to } of GENTLER)
    it(`is found for ${example}`, async () => {
      const [first] = await waysOf(example)
      expect(first?.verdict, to).toBe('permit')
    })

  it('is judged in the place of the words that decided, the rest of the command unchanged', async () => {
    const [way] = await waysOf('npm test && git reset --hard && npm run build')
    expect(way?.command).toContain('npm test && ')
    expect(way?.command).toContain(' && npm run build')
    expect(way?.verdict).toBe('permit')
  })

  it('is none for what is permitted, and none where every rewriting is judged as strictly', async () => {
    expect(await waysOf('git status')).toEqual([])
    expect(await waysOf('rm -rf /')).toEqual([])
  })

  it('tries a bounded number of rewritings of a command without end', async () => {
    let judged = 0
    const long = Array.from({ length: 400 }, (_, at) => `git push --force o b${at}`)
      .join(';')
      .slice(0, 4000)
    const spans = Array.from({ length: 400 }, (_, at) => ({ start: at * 8, end: at * 8 + 8 }))
    await nearestWays(long, 'deny', spans, () => {
      judged += 1
      return 'deny'
    })
    expect(judged).toBeLessThanOrEqual(24)
  })
})
