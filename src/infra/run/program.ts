// The command line of the program behind `isonapse run`: this very node, and the bundle beside this one.
import * as fs from 'node:fs'
import * as path from 'node:path'

export const runProgram = (): ReadonlyArray<string> => {
  const bundled = path.join(import.meta.dirname, 'run.js')
  return [
    process.execPath,
    fs.existsSync(bundled) ? bundled : path.join(import.meta.dirname, 'run.ts'),
  ]
}
