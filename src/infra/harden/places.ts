// Where everything of assurance level `hardened` lies. All of it is below folders that only root can
// change, so that no path here can be moved, replaced or linked away by the user's uid:
//
//   PROGRAM                     root 0755   the program, its node, the scripts, the record
//     env                       root:service's group 2755   what a hook begins with (launcher.ts)
//   STATE/USER                  root 0711
//     config, data              service 0700   keys, log, identity
//     gate                      service:user's group 0710, in it the mode marker (0644)
//     control-plane.log         root 0600
//   RUN/USER                    root 0755
//     sockets                   service:user's group 2710: he connects, and changes nothing
//     root                      service 0700: the control socket that loosens
//     scratch                   the user's 0700
//   MANAGED/managed-settings.d/50-isonapse.json   root 0644
import * as path from 'node:path'
import { type AppPaths, layout } from '../paths.ts'

export interface HardenRoots {
  readonly program: string
  readonly state: string
  readonly run: string
  /** Of Claude Code's managed settings. */
  readonly managed: string
  /** Of systemd's units. */
  readonly units: string
}

/** What of the record says where everything lies. */
export interface LaidPlaces {
  readonly roots: HardenRoots
  readonly user: {
    readonly name: string
    readonly uid: number
    readonly gid: number
    readonly home: string
  }
  readonly service: { readonly uid: number | null }
}

/** Constants: nothing that an agent can set decides where the level is looked for. */
export const ROOTS: HardenRoots = {
  program: '/opt/isonapse',
  state: '/var/lib/isonapse',
  run: '/run/isonapse',
  managed: '/etc/claude-code',
  units: '/etc/systemd/system',
}

/** The account that the control plane runs as. */
export const SERVICE = 'isonapse'

export const recordFile = ({ program }: Pick<HardenRoots, 'program'>): string =>
  path.join(program, 'hardened.json')

export interface Places {
  readonly app: string
  readonly node: string
  readonly env: string
  readonly daemon: string
  readonly cli: string
  readonly script: string
  readonly serve: string
  readonly stateDir: string
  readonly configDir: string
  readonly dataDir: string
  readonly gateDir: string
  readonly marker: string
  readonly logFile: string
  readonly runDir: string
  readonly socketsDir: string
  readonly rootDir: string
  readonly scratchDir: string
  readonly managedFile: string
  readonly unitFile: string
  readonly unit: string
}

export const placesOf = (roots: HardenRoots, user: string): Places => {
  const stateDir = path.join(roots.state, user)
  const runDir = path.join(roots.run, user)
  const app = path.join(roots.program, 'app')
  const unit = `isonapse-${user}.service`
  return {
    app,
    node: path.join(roots.program, 'node'),
    env: path.join(roots.program, 'env'),
    daemon: path.join(app, 'dist/daemon.js'),
    cli: path.join(roots.program, 'isonapse'),
    script: path.join(roots.program, 'hook.sh'),
    serve: path.join(roots.program, 'serve.sh'),
    stateDir,
    configDir: path.join(stateDir, 'config'),
    dataDir: path.join(stateDir, 'data'),
    gateDir: path.join(stateDir, 'gate'),
    marker: path.join(stateDir, 'gate/mode'),
    logFile: path.join(stateDir, 'control-plane.log'),
    runDir,
    socketsDir: path.join(runDir, 'sockets'),
    rootDir: path.join(runDir, 'root'),
    scratchDir: path.join(runDir, 'scratch'),
    managedFile: path.join(roots.managed, 'managed-settings.d/50-isonapse.json'),
    unitFile: path.join(roots.units, unit),
    unit,
  }
}

/** The paths as they are for whoever asks: root is sent to the socket that only root reaches. */
export const hardenedPaths = (
  { roots, user, service }: LaidPlaces,
  asker: 'user' | 'root' | 'service',
): AppPaths => {
  const places = placesOf(roots, user.name)
  const base = layout(places.configDir, places.dataDir, places.socketsDir)
  const rootSocket = path.join(places.rootDir, 'control.sock')
  return {
    ...base,
    ...(asker === 'root' ? { controlSocket: rootSocket } : {}),
    logFile: places.logFile,
    hardened: {
      recordFile: recordFile(roots),
      user,
      serviceUid: service.uid ?? -1,
      script: places.script,
      managedFile: places.managedFile,
      marker: places.marker,
      rootSocket,
      scratchDir: places.scratchDir,
      serve: places.serve,
      cli: places.cli,
    },
  }
}
