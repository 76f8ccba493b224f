// Whom an installation is for: every session of this user, or those of one project.
import { option } from '@oclif/core/flags'
import { currentDir } from '../terminal/currentDir.ts'

export const SCOPES = ['user', 'project'] as const
export type Scope = (typeof SCOPES)[number]

export const SCOPE_FLAG = {
  scope: option({
    options: SCOPES,
    default: 'user' as const,
    description: 'user: every session of yours. project: sessions in the current folder.',
  })(),
}

export const registrationOf = (scope: Scope) =>
  scope === 'user' ? ({ scope } as const) : ({ scope, dir: currentDir() } as const)
