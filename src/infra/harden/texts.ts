// The texts that root lays down: pure functions of the record, so that a changed file is found by
// comparing. Shell words are quoted, or refused.
import * as Result from 'effect/Result'
import * as path from 'node:path'
import { hooksOf } from '../client/plugin.ts'
import { DAEMON_FLAGS } from '../control/startDaemon.ts'
import { hookClientScript } from '../transport/hookClient.ts'
import { type BakedValueRefused, shellQuote, shellQuotePath } from '../transport/shellQuote.ts'
import { placesOf, recordFile } from './places.ts'
import type { HardenedRecord } from './record.ts'

type Text = Result.Result<string, BakedValueRefused>

/** The one capability that the control plane has: to read what the user may, in a home closed to others. */
const CAPABILITY = 'dac_read_search'

/**
 * The hook client. Managed settings are for every user of the machine: one who may not enter the folder
 * of the marker and has another uid as well is another, whom this gate says nothing of. Either alone is
 * what the user's own processes come to, in another group or a user namespace; a folder that is gone, or
 * an id that says nothing, lets nobody past.
 */
export const scriptText = ({ client, roots, user }: HardenedRecord): Text =>
  Result.gen(function* () {
    const { gateDir } = placesOf(roots, user.name)
    const gate = yield* shellQuotePath('the folder of the marker', gateDir)
    const script = yield* hookClientScript(client)
    const [shebang, ...rest] = script.split('\n')
    const others = `[ -d ${gate} ] && [ ! -x ${gate} ] &&
  case $(/usr/bin/id -u 2>/dev/null) in '' | ${user.uid}) ;; *) exit 0 ;; esac`
    return [shebang, others, ...rest].join('\n')
  })

/**
 * The first program of a hook is started with the client's environment, which a project's settings can
 * fill: what a dynamic linker loads code by is empty here, and managed settings win (observed). So is what
 * it heeds in any program: told to explain LD_DEBUG it ends with status 0. The rest is launcher.ts.
 */
const NO_LOADER = { LD_PRELOAD: '', LD_AUDIT: '', LD_LIBRARY_PATH: '', LD_DEBUG: '' }

export const managedText = ({ client, roots, user }: HardenedRecord): string =>
  `${JSON.stringify(
    {
      allowManagedHooksOnly: true,
      env: NO_LOADER,
      hooks: hooksOf(client, placesOf(roots, user.name).script),
    },
    null,
    2,
  )}\n`

/**
 * Starts the control plane, by root: folders of the sockets (they are gone after a boot), then the
 * program under its own uid, with one capability, which nothing that it starts could add to. The user's
 * groups are asked for at every start.
 */
export const serveText = ({ roots, user, service }: HardenedRecord): Text =>
  Result.gen(function* () {
    const places = placesOf(roots, user.name)
    const quoted = (at: string) => shellQuotePath('a path', at)
    const [uid, gid] = [service.uid ?? -1, service.gid ?? -1]
    const sets = ['inh', 'ambient'].map((set) => `--${set}-caps=-all,+${CAPABILITY}`)
    const node = [places.node, ...DAEMON_FLAGS, places.daemon, '--hardened', recordFile(roots)]
    const words: Array<string> = []
    for (const word of node) words.push(yield* shellQuote('a word', word))
    return `#!/bin/sh
# Starts the control plane that isonapse hook harden set up. Run by root.
set -e
PATH=/nonexistent
umask 077
groups=$(/usr/bin/id -G -- ${yield* shellQuote('the user', user.name)})
/usr/bin/install -d -o 0 -g 0 -m 0755 ${yield* quoted(roots.run)} ${yield* quoted(places.runDir)}
/usr/bin/install -d -o ${uid} -g ${user.gid} -m 2710 ${yield* quoted(places.socketsDir)}
/usr/bin/install -d -o ${uid} -g ${gid} -m 0700 ${yield* quoted(places.rootDir)}
/usr/bin/install -d -o ${user.uid} -g ${user.gid} -m 0700 ${yield* quoted(places.scratchDir)}
cd /
exec /usr/bin/env -i PATH=/usr/bin:/bin HOME=${yield* quoted(user.home)} \\
  /usr/bin/setpriv --reuid=${uid} --regid=${gid} --clear-groups --no-new-privs \\
  ${sets.join(' ')} --bounding-set=-all,+${CAPABILITY} -- \\
  ${words.join(' ')} "$groups"
`
  })

const LOADING = [
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_COMPILE_CACHE',
  'NODE_EXTRA_CA_CERTS',
  'OPENSSL_CONF',
  'OPENSSL_MODULES',
  'OPENSSL_ENGINES',
]

/** The program as root laid it down: what `sudo` should run. */
export const cliText = ({ roots, user }: HardenedRecord): Text =>
  // Root's environment may be what a user left in it (sudo -E): what has node load something is taken out.
  Result.gen(function* () {
    const { node, app } = placesOf(roots, user.name)
    const program = yield* shellQuotePath('a path', path.join(app, 'bin/isonapse.cjs'))
    return `#!/bin/sh\nunset ${LOADING.join(' ')}\nexec ${yield* shellQuotePath('a path', node)} ${program} "$@"\n`
  })

/** Ended on request it stays ended; after a crash it is started again. */
export const unitText = ({ roots, user }: HardenedRecord): string => `[Unit]
Description=Isonapse control plane of ${user.name}

[Service]
ExecStart=${placesOf(roots, user.name).serve}
Restart=on-failure
RestartSec=1

[Install]
WantedBy=multi-user.target
`
