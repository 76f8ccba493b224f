// The environment a control plane and what it starts run in: an allow-list. A repository's settings
// can put anything into the client's environment, and so into whatever starts the control plane.

const ALLOWED = ['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TERM'] as const

/** System folders only: nothing a project can put first. */
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/opt/homebrew/bin'

export const daemonEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> => ({
  PATH: SYSTEM_PATH,
  ...Object.fromEntries(
    ALLOWED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  ),
})
