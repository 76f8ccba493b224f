// The status line as the client runs it, many times a minute: a program of its own, which starts without
// the rest of the command line. Always a line, and always exit status 0.
import * as path from 'node:path'
import { statusLineOutput } from './control/statusLine.ts'

/** `--config-dir DIR --run-dir DIR`, as install wrote them; the command of that name takes all else. */
const placesIn = (argv: ReadonlyArray<string>): readonly [string, string] | undefined => {
  const [first, configDir, second, runDir, ...more] = argv
  return first === '--config-dir' &&
    second === '--run-dir' &&
    more.length === 0 &&
    [configDir, runDir].every((dir) => dir !== undefined && path.isAbsolute(dir))
    ? [configDir!, runDir!]
    : undefined
}

const main = async (): Promise<string> => {
  const places = placesIn(process.argv.slice(2))
  if (places === undefined) return 'isonapse · ?\n'
  const { text } = await statusLineOutput(places, process.stdin, process.env)
  return text
}

main()
  .catch(() => 'isonapse · ?\n')
  // Whatever is still open must not keep the client waiting.
  .then((text) => process.stdout.write(text, () => process.exit(0)))
