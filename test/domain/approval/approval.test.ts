import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action/action.ts'
import type { ActionEffect } from '../../../src/domain/action/effect.ts'
import type { PathRef, Place } from '../../../src/domain/action/place.ts'
import type { Approved } from '../../../src/domain/approval/approval.ts'
import { approvedChanges, approvesEffect } from '../../../src/domain/approval/approvedChanges.ts'

const place: Place = { home: '/home/dev', project: '/home/dev/p', cwd: '/home/dev/p', gate: [] }

const effect = (kind: ActionEffect['kind'], path: PathRef, as?: PathRef): ActionEffect => ({
  kind,
  certainty: 'certain',
  target: { path, zone: 'project', ...(as === undefined ? {} : { as }) },
})
const action = (...effects: ReadonlyArray<ActionEffect>): Action => ({
  tool: 'Bash',
  origin: 'builtin',
  capabilities: [],
  effects,
})
const approval = (home: string, more: Partial<Approved> = {}): Approved => ({
  id: 'a',
  path: { home },
  once: false,
  ...more,
})
const changes = (of: Action, ...approvals: ReadonlyArray<Approved>) =>
  approvedChanges(of, of, approvals, place)

describe('changes that are agreed to', () => {
  const write = action(effect('fs.write', { project: 'CLAUDE.md' }))

  it('are told from outside the project', () => {
    expect(changes(write, approval('p/CLAUDE.md'))).toEqual({
      paths: [{ project: 'CLAUDE.md' }],
      ids: ['a'],
    })
    for (const other of ['CLAUDE.md', 'q/CLAUDE.md', 'p/CLAUDE.md/x', 'p/CLAUDE', 'p'])
      expect(changes(write, approval(other)).ids).toEqual([])
  })

  it('of a folder are all below it, and nothing beside it', () => {
    const inFolder = (project: string) => action(effect('fs.delete', { project }))
    const folder = approval('p/.claude', { below: true })
    for (const path of ['.claude', '.claude/a', '.claude/a/b'])
      expect(changes(inFolder(path), folder).ids).toEqual(['a'])
    for (const path of ['', '.claude2', '.claudette/a', 'x/.claude/a'])
      expect(changes(inFolder(path), folder).ids).toEqual([])
  })

  it('are changes: reading, sending and running are not', () => {
    for (const kind of ['fs.read', 'exec', 'tamper', 'secret.send', 'destroy.data'] as const)
      expect(
        changes(action(effect(kind, { project: 'CLAUDE.md' })), approval('p/CLAUDE.md')).ids,
      ).toEqual([])
  })

  it('are told by where a link leads', () => {
    const linked = action(effect('fs.write', { project: 'real' }, { project: 'CLAUDE.md' }))
    expect(changes(linked, approval('p/CLAUDE.md')).ids).toEqual([])
    expect(changes(linked, approval('p/real')).ids).toEqual(['a'])
  })

  it('take an approval that stays before one that is used up', () => {
    const once = approval('p/CLAUDE.md', { id: '0', once: true })
    expect(changes(write, once).ids).toEqual(['0'])
    expect(changes(write, once, approval('p', { id: 'b', below: true })).ids).toEqual(['b'])
  })

  it('are none of two files that masking makes one name of', () => {
    const [one, two] = ['a@example.com', 'b@example.com'].map((name) =>
      effect('fs.write', { project: `db/${name}` }),
    )
    const masked = effect('fs.write', { project: ['db/', { pii: 'EMAIL_ADDRESS' }] })
    const by = [approval('p/db/a@example.com')]
    expect(approvedChanges(action(one!), action(masked), by, place).ids).toEqual(['a'])
    expect(approvedChanges(action(one!, two!), action(masked, masked), by, place)).toEqual({
      paths: [],
      ids: [],
    })
  })

  it('are judged by their kind and path', () => {
    const isApproved = approvesEffect([{ project: 'CLAUDE.md' }])
    expect(isApproved(effect('fs.write', { project: 'CLAUDE.md' }))).toBe(true)
    expect(isApproved(effect('persist', { project: 'CLAUDE.md' }))).toBe(true)
    expect(isApproved(effect('fs.read', { project: 'CLAUDE.md' }))).toBe(false)
    expect(isApproved(effect('fs.write', { home: 'CLAUDE.md' }))).toBe(false)
    expect(isApproved({ kind: 'fs.write', certainty: 'certain' })).toBe(false)
    expect(approvesEffect(undefined)(effect('fs.write', { project: 'CLAUDE.md' }))).toBe(false)
  })
})
