// The words by which command lines of services say what they do: each is a look, a change or a loss.
// Pure text. A word that is as often the name of a thing (`lock`, `release`, `logs`) is weak: it only
// decides where no plain verb stands beside it.

export type Deed = 'looks' | 'changes' | 'destroys'

export interface VerbWord {
  readonly deed: Deed
  /** As often a noun: `az lock list`, `gcloud run services describe`. */
  readonly weak: boolean
  /** A verb with its object in one word: `delete-bucket`, `list_queues`, `getCallerIdentity`. */
  readonly compound: boolean
}

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

const DESTROYS = set(
  `delete destroy remove rm rmi rmdir rmr rb del purge purgeall terminate drop wipe erase prune uninstall deregister unregister
  revoke reset truncate nuke teardown decommission abandon clear flush flushall flushdb deactivate deprovision dissociate
  disassociate undeploy cancel empty cleanup clean suspend rollback taint kill evict drain unpublish shutdown detach disable
  abort expire discard unset trash obliterate zap scrub forget expunge withdraw retire unassign unsubscribe removeall deleteall
  delete-all dropall deletefile revert unprovision unenroll invalidate flushcache disconnect halt poweroff recreate`,
)

const LOOKS = set(
  `describe list ls ll lsd lsl lsf lsjson get show view status info search query inspect log logs tail top explain version versions
  help diff head cat history whoami check validate lint plan preview read lookup find wait count event events watch current doctor
  estimate filter scan select verify audit stats stat statistics usage ps dig poll graph print outdated trace exists exist url urls
  peek summarize summary simulate detect compare browse display enumerate fetch retrieve about size du md5sum sha1sum hashsum tree
  receive sub consume ping health healthcheck diagnose diagnostics diagnostic report metrics monitor parse render template
  synth synthesize doc docs documentation completion manual topic presign decode assess analyze whatif what output outputs quota quotas
  limits lag dump download export pull env variables can-i discover sample notices metadata manifest convert listen
  access reveal retrieve iterate ncdu cryptcheck cryptdecode leaderboard man examples open dashboard regions list-all getall describeall
  graphql schema test tests dry-run dryrun predict recommend classify measure observe resolve-dns introspect state visualize profile
  readiness ready liveness whois rank ls-remote zrange eval-file benchmark-report compat compatibility`,
)

const CHANGES = set(
  `create update upsert put apply set add start stop restart reboot deploy run invoke exec execute push publish pub import attach enable
  register upload sync bisync cp mv mb copy copyto move moveto scale resize modify edit patch replace promote restore tag untag send install
  upgrade rollout login logout signin signout configure config init link unlink rename associate grant authorize assume retry trigger
  approve reject merge rotate resume pause connect bind unbind annotate label expose cordon uncordon ssh scp proxy tunnel write encrypt
  decrypt sign reload refresh submit change switch use activate provision migrate lock unlock allow deny invite transfer generate issue
  redeploy release build up down transition close reopen assign comment ack acknowledge resolve escalate snooze append post insert request
  schedule renew reserve purchase buy subscribe accept signal accept ban unban block unblock mute unmute archive unarchive backup snapshot mount
  umount unmount serve emit produce order alter reassign failover rebalance reboot-all bootstrap setup clone fork call launch boot wake
  sleep save store commit stage unstage freeze unfreeze join leave swap evaluate test-run ingest load unload seed rollforward compact
  repair recover reconcile reindex rebuild refund charge capture void pay settle move-to extend shrink convert-to bench benchmark shell console
  deallocate reimage toggle turn-on turn-off on off enroll rotate-key delegate share unshare follow add-to cache-warm warm import-key bulk-import dispatch`,
)

/** Words of the above that are as often a thing. */
const WEAK = set(
  `lock locks release releases build builds deploy deploys tag tags label labels connect proxy link links run runs config configure import
  imports copy scale edit access comment comments invite invites transfer transfers rotate restore restores stop migrate use add start
  backup backups snapshot snapshots export exports query log logs event events plan plans test tests check checks filter filters views
  search searches report reports watch schedule schedules stream set trace traces scan scans version versions stats history graph
  monitor metrics topic domain trigger triggers template state schema env variables request requests order orders publish subscribe sub
  pub archive mount share change changes block build-pack output profile docs doc health alert call calls state cluster compact function
  schema sign store up down on off ssh tunnel sync diff completion manifest usage audit current url count post load charge refund capture
  void pay stage fork launch shell console bench benchmark metadata pull open dashboard regions summary help drain kill clean`,
)

/** Verbs that with an object are no thing: `set-policy`, `start-instances`, `get-item`. */
const VERBAL = set(
  `set add start stop import copy edit restore enable migrate rotate transfer describe list get show search query inspect tail explain check
  validate lint preview read lookup find wait count watch estimate filter scan select verify peek summarize simulate detect compare browse
  display enumerate fetch retrieve receive consume ping diagnose poll render parse decode assess analyze dump download discover classify
  recommend predict test head view generate invoke`,
)

/** Stand before the verb in one word: `batch-get-item`, `admin-list-devices`. */
const MODIFIERS = set('batch admin bulk async multi force auto global try do transact')

/** Last parts of a word that are verbs there: `cluster_status`, `vm-delete`, never `record-set`. */
const TRAILING = set(
  `status info list ls show describe get delete destroy remove drop purge reset stats version versions create update history report
  validate search`,
)

const BOUND = 80

/** `list-Queues_now` → list, queues, now; `getCallerIdentity` → get, caller, identity. */
export const partsOf = (word: string): ReadonlyArray<string> =>
  word
    .slice(0, BOUND)
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_.]+/)
    .filter((part) => part !== '')

const deedOf = (part: string): Deed | undefined =>
  DESTROYS.has(part)
    ? 'destroys'
    : CHANGES.has(part)
      ? 'changes'
      : LOOKS.has(part)
        ? 'looks'
        : undefined

/** The verb in one word of a command line; undefined where it holds none. */
export const verbIn = (word: string): VerbWord | undefined => {
  if (word.length > BOUND || !/^[A-Za-z][\w.-]*$/.test(word)) return undefined
  const lower = word.toLowerCase()
  const whole = deedOf(lower)
  if (whole !== undefined) return { deed: whole, weak: WEAK.has(lower), compound: false }
  const parts = partsOf(word)
  let at = 0
  while (at < parts.length - 1 && MODIFIERS.has(parts[at]!)) at++
  const first = parts[at]!
  const deed = first === undefined ? undefined : deedOf(first)
  if (deed !== undefined) {
    // `release-address` gives something up; `release-notes` is a thing either way.
    if (first === 'release' && parts.length > at + 1)
      return { deed: 'destroys', weak: false, compound: true }
    // `schedule-key-deletion`, `request-cancellation`: the loss is in the object.
    const loses = parts.some((part) =>
      /^(?:deletion|removal|termination|cancellation|destruction)$/.test(part),
    )
    if (loses && deed === 'changes') return { deed: 'destroys', weak: false, compound: true }
    const compound = parts.length > at + 1
    const thing = deed === 'looks' ? !VERBAL.has(first) : WEAK.has(first) && !VERBAL.has(first)
    return { deed, weak: compound ? thing : WEAK.has(first), compound }
  }
  const last = parts.at(-1)
  if (parts.length > 1 && last !== undefined && TRAILING.has(last)) {
    const trailing = deedOf(last)
    if (trailing !== undefined)
      return { deed: trailing, weak: trailing === 'looks', compound: true }
  }
  return undefined
}

const SECRET_WORDS = set(
  `secret secrets credential credentials creds password passwords passwd token tokens apikey apikeys api-key api-keys access-key
  access-keys private-key private-keys connection-string connection-strings secret-key secret-keys client-secret`,
)

/** Facts about a secret, not the secret: `get-account-password-policy`, `secret-versions`. */
const ABOUT = set(
  'policy policies report info metadata rotation detection status usage permissions last random name names id ids count schema',
)

/** True when these words name a secret itself, not what is known about one. */
export const namesSecret = (words: ReadonlyArray<string>): boolean => {
  let found = false
  for (const word of words) {
    const parts = partsOf(word)
    if (parts.some((part) => ABOUT.has(part))) return false
    for (let at = 0; at < parts.length; at++)
      if (SECRET_WORDS.has(parts[at]!) || SECRET_WORDS.has(`${parts[at]}-${parts[at + 1]}`))
        found = true
  }
  return found
}

/** The part of a word that is its verb, past `batch-` and its like. */
export const verbPart = (word: string): string => {
  const parts = partsOf(word)
  return parts.find((part) => !MODIFIERS.has(part)) ?? word
}

/** Verbs that print the thing they name, where a list gives names alone. */
export const SHOWS = set(
  'get show read view cat reveal access print export dump pull download decrypt retrieve fetch open copy batch-get',
)
