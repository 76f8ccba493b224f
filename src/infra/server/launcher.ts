// The program that the hook script runs when a session begins and no control plane answers: it starts
// the daemon and ends at once. The daemon must not be a child of the hook, which the client kills
// with its process group. Arguments: the log file, then the daemon's command line.
import * as Result from 'effect/Result'
import { launch } from './launch.ts'

const [logFile, ...command] = process.argv.slice(2)
if (logFile === undefined || command.length === 0) process.exit(2)
const launched = launch(command, logFile, process.env)
if (Result.isSuccess(launched)) launched.success.unref()
else {
  console.error(`isonapse: ${launched.failure.message}`)
  process.exitCode = 1
}
