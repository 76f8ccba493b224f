// The folder that a session would be started in, where that is not the current one.
import { string } from '@oclif/core/flags'
import { currentDir, fromHere } from '../terminal/currentDir.ts'

export const PROJECT_FLAG = {
  project: string({
    description: 'The folder that sessions are started in. Default: the current one.',
    helpValue: 'DIR',
  }),
}

export const projectOf = ({ project }: { readonly project: string | undefined }): string =>
  project === undefined ? currentDir() : fromHere(project)
