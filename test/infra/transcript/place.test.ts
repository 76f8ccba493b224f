import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { agentsOf, transcriptOf } from '../../../src/infra/transcript/place.ts'
import { scratch } from '../files/scratch.ts'
import { clientIn } from './client.ts'

describe('the transcript that an event names', () => {
  it('is the session’s own below the client’s folder, there already or not yet', () => {
    const { dir, project, file } = clientIn(scratch())
    expect(transcriptOf(file('s'), 's', dir)).toBe(path.join(project, 's.jsonl'))
  })

  it('is no other session’s, no other file, and nowhere else', () => {
    const root = scratch()
    const { dir, project, file } = clientIn(root)
    const elsewhere = path.join(root, 'elsewhere')
    fs.mkdirSync(elsewhere)
    fs.writeFileSync(path.join(elsewhere, 's.jsonl'), '')
    fs.symlinkSync(elsewhere, path.join(dir, 'linked'))
    for (const named of [
      undefined,
      file('other'),
      path.join(project, 's.json'),
      path.join(elsewhere, 's.jsonl'),
      path.join(dir, 'linked', 's.jsonl'),
      path.join(project, '../../elsewhere/s.jsonl'),
      path.join(dir, 's.jsonl'),
      `${path.dirname(dir)}/projects-too/s.jsonl`,
      `projects/s.jsonl`,
      `${file('x')}\0/s.jsonl`,
      '/proc/self/s.jsonl',
    ])
      expect(transcriptOf(named, 's', dir), String(named)).toBe(undefined)
    expect(transcriptOf(file('s'), 's', path.join(root, 'nowhere'))).toBe(undefined)
  })

  it('may be named through a link of the user’s, and is then followed by its real folder', () => {
    const root = scratch()
    const { dir, project } = clientIn(root)
    fs.symlinkSync(dir, path.join(root, 'way'))
    const named = path.join(root, 'way', path.basename(project), 's.jsonl')
    expect(transcriptOf(named, 's', path.join(root, 'way'))).toBe(path.join(project, 's.jsonl'))
  })
})

describe('the subagents’ transcripts', () => {
  it('are those of the session, by their names', () => {
    const { file, agentFile } = clientIn(scratch())
    expect(agentsOf(file('s'))).toEqual([])
    for (const agent of ['b', 'a1']) fs.writeFileSync(agentFile('s', agent), '')
    for (const name of ['agent-x.json', 'other.jsonl', 'agent-a b.jsonl'])
      fs.writeFileSync(path.join(path.dirname(agentFile('s', 'a1')), name), '')
    expect(agentsOf(file('s')).map(({ agent }) => agent)).toEqual(['a1', 'b'])
  })

  it('are not looked for through a link', () => {
    const root = scratch()
    const { project, file, agentFile } = clientIn(root)
    fs.writeFileSync(agentFile('other', 'a'), '')
    fs.symlinkSync(path.join(project, 'other'), path.join(project, 's'))
    expect(agentsOf(file('s'))).toEqual([])
    expect(agentsOf(file('other'))).toHaveLength(1)
  })
})
