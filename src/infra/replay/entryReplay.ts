// What a replay computes of each entry, in the order of the log. An entry's decision is looked at with
// the event before it, whose payload is held until then: one payload at a time.
import { fromUtf8 } from '../../domain/bytes.ts'
import type { Entry } from '../../domain/event/envelope.ts'
import type { DecisionMade, HookReceived, InputSwapped } from '../../domain/event/event.ts'
import { isDecidedOn } from '../../domain/action/analyse.ts'
import { keyOutside } from '../../domain/action/pathKey.ts'
import type { Digest } from '../../domain/hash.ts'
import type { CompiledPolicy } from '../../domain/policy/decide.ts'
import { postureFor } from '../../domain/policy/posture.ts'
import {
  besideReceipt,
  decisionDifference,
  receiptDifference,
  receiptText,
  swapDifference,
} from '../../domain/replay/decision.ts'
import { type Difference, firstDifference } from '../../domain/replay/difference.ts'
import type { ReplayedPart } from '../../domain/replay/report.ts'
import { wasApproved } from '../../projections/approvals.ts'
import { findOpenCall } from '../../projections/openCalls.ts'
import { spentOf } from '../../projections/budgets.ts'
import { guardsOf } from '../../projections/guards.ts'
import { ratesAt } from '../../projections/rates.ts'
import { projectOf } from '../../projections/sessions.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { foldInto, initialStates, type States } from '../store/fold.ts'
import type { Findings } from './findings.ts'
import { InForce, OVERTAKES_WITHIN_MS } from './inForce.ts'
import { type LogPolicies, logPolicies } from './logPolicies.ts'
import { type OpenedPayload, type PayloadCheck, payloadCheck } from './payloadCheck.ts'
import type { ReplayOptions } from './replayLog.ts'
import { snapshotHashes } from './snapshotHashes.ts'
import { Taints } from './taints.ts'
import { UntrustedFiles } from './untrusted.ts'

/** The event that the entries after it belong to. */
interface Held {
  readonly entry: Entry<HookReceived>
  payload: OpenedPayload | undefined
  /** Whether a decision on it, or the lack of one, was looked at. */
  done: boolean
  /** The decision on the call that it reports on, as the log had it before. */
  readonly decision: number | undefined
  /** Whether the end of the call that it reports was seen. */
  ended: boolean
}

/** Something found in one entry. `always`: no other version of this program explains it. */
interface Found {
  readonly part: ReplayedPart
  readonly difference: Difference
  readonly always?: true
}

/** From asking the guards of a call to the entry that says what was decided. Milliseconds. */
const LONGEST_ASKED_MS = 30_000

/** Kept of the receipts that hold. */
const MOST_RECEIPTS = 2048

export class EntryReplay {
  readonly states: States = initialStates()
  readonly #options: ReplayOptions
  readonly #findings: Findings
  readonly #inForce = new InForce()
  readonly #taints = new Taints()
  readonly #untrusted = new UntrustedFiles()
  readonly #policies: LogPolicies
  readonly #payloads: PayloadCheck
  readonly #snapshot: (entry: Entry) => void
  /** Receipts that hold, by their address. */
  readonly #holding = new Map<Digest, string>()
  /** Of the control plane that wrote the entries from here on. */
  #engine = ''
  #held: Held | undefined

  constructor(options: ReplayOptions, findings: Findings) {
    this.#options = options
    this.#findings = findings
    this.#policies = logPolicies(options.log)
    this.#payloads = payloadCheck(options.log, options.keys, options.own, options.vault)
    this.#snapshot = snapshotHashes(this.states, findings)
  }

  /** `bytes`: the entry's own. Resolves once what it needs from elsewhere in the log is read. */
  take(entry: Entry, bytes: Uint8Array): Promise<void> | undefined {
    const { index, event } = entry
    this.#snapshot(entry)
    if (index >= this.#options.from) this.#look(entry, bytes)
    if (event._tag === 'LogCreated' || event._tag === 'ControlPlaneStarted')
      this.#engine = event.engine
    const { gate } = this.states
    foldInto(this.states, entry)
    if (this.states.gate !== gate) this.#inForce.folded(this.states.gate, entry)
    this.#taints.folded(this.states.taint, entry)
    this.#untrusted.folded(this.states.skills, entry)
    if (event._tag === 'PolicyApplied') return this.#load(event, index)
    if (event._tag === 'HookReceived') return this.#hold({ ...entry, event })
    return undefined
  }

  /** `whole`: the log ends here, so nothing that belongs to the last event can follow. */
  end(whole: boolean): void {
    const held = this.#held
    if (held === undefined) return
    if (whole || !isDecidedOn(held.entry.event.kind)) this.#unanswered(held)
    if (whole) this.#unended(held)
  }

  #look(entry: Entry, bytes: Uint8Array): void {
    const { index, session, event } = entry
    const held = this.#held
    const follows = held !== undefined && held.entry.index === index - 1 && !held.done
    const own = held !== undefined && held.entry.session === session ? held : undefined
    if (event._tag === 'DecisionMade') {
      this.#findings.decisions += 1
      const before = follows ? own : undefined
      if (before !== undefined) before.done = true
      this.#tell(index, event.receipt.engine, this.#decision({ ...entry, event }, bytes, before))
      return
    }
    if (follows) this.#unanswered(held)
    if (event._tag === 'InputSwapped') {
      this.#findings.swapped += 1
      this.#tell(index, this.#engine, this.#swapped({ ...entry, event }, own))
    }
    if (event._tag === 'ToolFinished') {
      if (own !== undefined) own.ended = true
      const difference = own?.payload && this.#payloads.compareEnd(own.payload, event)
      const found: Found | undefined = difference && { part: 'payload', difference }
      this.#tell(index, this.#engine, own === undefined ? ALONE : found)
    }
    if (event._tag === 'ModeChanged' || event._tag === 'PostureChanged') {
      const { mode, posture } = this.states.gate
      const difference = firstDifference(event.from, event._tag === 'ModeChanged' ? mode : posture)
      this.#tell(index, '', difference && { part: 'state', difference: named(difference, 'from') })
    }
  }

  /** The first thing that is wrong with a decision; facts before what only a payload can tell. */
  #decision(
    entry: Entry<DecisionMade>,
    bytes: Uint8Array,
    held: Held | undefined,
  ): Found | undefined {
    const { event: made, time } = entry
    const { receipt } = made
    if (held === undefined) return ALONE
    const { event: received } = held.entry
    if (!isDecidedOn(received.kind)) return ON_NOTHING(received.kind)
    const state = this.#inForce.compare(receipt, time, received.permissionMode)
    const taint = this.#taints.compare(receipt.state.tainted, entry.session, time)
    const trust =
      // Profile mode decides without it.
      receipt.mode === 'profile' && receipt.state.untrusted === undefined
        ? 'same'
        : this.#untrusted.compare(receipt.state.untrusted, entry.session, time)
    const all = [state, taint, trust]
    for (const one of all)
      if (one !== 'same' && one !== 'overtaken')
        return { part: 'state', difference: named(one, 'receipt'), always: true }
    if (all.includes('overtaken')) this.#findings.overtaken += 1
    const useId = received.kind === 'tool.before' ? received.toolUseId : undefined
    const fact =
      firstDifference(receipt.engine, this.#engine, 'receipt.engine') ??
      firstDifference(receipt.event, received.name, 'receipt.event') ??
      firstDifference(made.toolUseId, useId, 'toolUseId') ??
      this.#rates(made, time, received) ??
      this.#budgets(made, held.entry.session) ??
      this.#guards(made, time, received) ??
      this.#approvals(made, time, held.entry)
    if (fact !== undefined) return { part: 'state', difference: fact, always: true }
    const policy = this.#policies.get(receipt.policy)
    // Said already of the entry that applied it.
    const wrong = this.#receipt(made, fromUtf8(bytes) ?? '', policy)
    if (wrong !== undefined) return wrong
    const { payload } = held
    held.payload = undefined
    if (payload === undefined) return undefined
    this.#findings.analysed += 1
    const analysed = this.#payloads.compare(payload, received, made, policy)
    return analysed && { part: 'payload', difference: analysed }
  }

  /**
   * The decision from the receipt's facts, and the receipt against its address. Both are told by the
   * receipt's bytes alone: one that is the same to the byte as one that held, holds.
   */
  #receipt(
    made: DecisionMade,
    entry: string,
    policy: CompiledPolicy | undefined,
  ): Found | undefined {
    const { receiptDigest } = made
    const text = receiptText(entry)
    if (text !== undefined && this.#holding.get(receiptDigest) === text && besideReceipt(made))
      return undefined
    const decided = policy === undefined ? undefined : decisionDifference(made, policy)
    if (decided !== undefined) return { part: 'decision', difference: decided }
    const digest = receiptDifference(made, entry, sha256)
    if (digest !== undefined) return { part: 'receipt', difference: digest }
    if (text === undefined || policy === undefined) return undefined
    this.#holding.set(receiptDigest, text)
    if (this.#holding.size > MOST_RECEIPTS) this.#holding.delete(this.#holding.keys().next().value!)
    return undefined
  }

  /**
   * A decision counts with what is under way and not folded yet. All of that stands before it in the
   * log, so more is counted only where such a call was never written, and less never.
   */
  #rates({ receipt }: DecisionMade, time: number, received: HookReceived): Difference | undefined {
    const { rates } = receipt.state
    const rated = this.#policies.get(receipt.policy)?.rated ?? []
    if (rates === undefined || rated.length === 0) return undefined
    const folded = ratesAt(this.states.rates, rated, time)
    const counted = received.kind === 'permission.asked' ? 1 : 0
    for (const [id, recorded] of Object.entries(rates)) {
      if (!Object.hasOwn(folded, id)) continue
      const least = Math.max(0, folded[id]! - counted)
      if (recorded < least) return firstDifference(recorded, least, `receipt.state.rates.${id}`)
      if (recorded > least) this.#findings.ratesAhead += 1
    }
    return undefined
  }

  /**
   * What a session cost when it was decided stands before the decision in the log, and perhaps more that
   * was charged meanwhile. Of the windows of an hour and a day it cannot be told: they went on.
   */
  #budgets({ receipt }: DecisionMade, session: string | null): Difference | undefined {
    if (session === null) return undefined
    const recorded = receipt.state.budgets?.find((figure) => figure.of === 'session')
    if (recorded === undefined) return undefined
    const most = spentOf(this.states.budgets, 'session', session, 0)
    return recorded.spent > most
      ? firstDifference(recorded.spent, most, 'receipt.state.budgets')
      : undefined
  }

  /**
   * Every guard that was registered for the tool was asked. What it said is a fact that nothing can say
   * anew; one that was added or removed while others were asked may be in it or not.
   */
  #guards({ receipt }: DecisionMade, time: number, received: HookReceived): Difference | undefined {
    const { kind, tool = '?' } = received
    // A name that is no tool's stands in the sealed payload alone.
    if (kind === 'tool.before' && tool === '?') return undefined
    const { guards } = this.states
    const registered = kind === 'tool.before' ? guardsOf(guards, tool) : []
    const names = registered.map(({ name }) => name)
    const asked = (receipt.state.guards ?? []).map(({ name }) => name)
    const difference = firstDifference(asked, names, 'receipt.state.guards')
    if (difference === undefined) return undefined
    if (Math.abs(time - guards.changed) > LONGEST_ASKED_MS) return difference
    this.#findings.overtaken += 1
    return undefined
  }

  /** What a human is said to have agreed to stands before the decision in the log. */
  #approvals(
    { receipt }: DecisionMade,
    time: number,
    { session, event: { kind } }: Entry<HookReceived>,
  ): Difference | undefined {
    const { approved = [] } = receipt.state
    const { approvals, sessions } = this.states
    const project = session === null ? undefined : projectOf(sessions, session)
    const by = { slackMs: OVERTAKES_WITHIN_MS, maySpend: kind === 'tool.before' }
    // Of one with something masked in it the facts alone say no more than that something was agreed to.
    return approved.every((path) => wasApproved(approvals, keyOutside(path, project), time, by))
      ? undefined
      : firstDifference(approved, [], 'receipt.state.approved')
  }

  #swapped(entry: Entry<InputSwapped>, held: Held | undefined): Found | undefined {
    const { event: swapped } = entry
    if (held === undefined) return ALONE
    const { event: received } = held.entry
    const fact =
      firstDifference(swapped.tool, received.tool, 'tool') ??
      firstDifference(swapped.toolUseId, received.toolUseId, 'toolUseId') ??
      firstDifference(swapped.decision, held.decision, 'decision')
    if (fact !== undefined) return { part: 'state', difference: fact, always: true }
    const wrong = this.#swappedVerdict(entry, received)
    if (wrong !== undefined) return { part: 'decision', difference: wrong }
    const { payload } = held
    const analysed = payload && this.#payloads.compareSwapped(payload, received, swapped)
    return analysed && { part: 'payload', difference: analysed }
  }

  /** Undefined where something that may have been in force comes to the verdict. */
  #swappedVerdict(
    { event: swapped, session, time }: Entry<InputSwapped>,
    { permissionMode }: HookReceived,
  ): Difference | undefined {
    let first: Difference | undefined
    for (const { mode, posture, suspended, policy: digest } of this.#inForce.possible(time)) {
      const policy = digest === null ? undefined : this.#policies.get(digest)
      if (policy === undefined) continue
      for (const tainted of this.#taints.possible(session, time)) {
        const difference = swapDifference(swapped, policy, {
          mode,
          posture: postureFor(posture, suspended, permissionMode),
          suspended,
          rates: ratesAt(this.states.rates, policy.rated, time),
          tainted,
        })
        if (difference === undefined) return undefined
        first ??= difference
      }
    }
    return first
  }

  /** An event that no decision follows. */
  #unanswered(held: Held): void {
    if (held.done) return
    held.done = true
    const { index, event } = held.entry
    if (isDecidedOn(event.kind)) return this.#tell(index, this.#engine, UNDECIDED(event.kind))
    const { payload } = held
    if (payload === undefined) return
    this.#findings.analysed += 1
    const difference = this.#payloads.compare(payload, event, undefined, undefined)
    this.#tell(index, this.#engine, difference && { part: 'payload', difference })
  }

  /** A call's end was reported, and nothing that followed says so. */
  #unended({ entry: { index, event }, ended }: Held): void {
    const { kind, toolUseId } = event
    const reports = kind === 'tool.after' || kind === 'tool.failed'
    if (!ended && reports && toolUseId !== undefined) this.#tell(index, this.#engine, UNENDED)
  }

  #tell(index: number, engine: string, found: Found | undefined): void {
    if (found === undefined) return
    if (found.always !== true && engine !== '' && engine !== this.#options.engine)
      this.#findings.otherEngine += 1
    else this.#findings.mismatch(index, found.part, found.difference.path, found.difference)
  }

  async #load(event: Parameters<LogPolicies['applied']>[0], index: number): Promise<void> {
    const problem = await this.#policies.applied(event, index)
    if (problem === undefined) return
    const difference = { path: 'policy', recorded: problem, computed: `policy ${event.digest}` }
    this.#tell(index, this.#engine, { part: 'decision', difference })
  }

  #hold(entry: Entry<HookReceived>): Promise<void> | undefined {
    const { toolUseId } = entry.event
    const decision =
      toolUseId === undefined
        ? undefined
        : findOpenCall(this.states.calls, entry.session, toolUseId)?.decision
    const held: Held = { entry, payload: undefined, done: false, ended: false, decision }
    const { payloads, from } = this.#options
    if (this.#held !== undefined && this.#held.entry.index >= from) this.#unended(this.#held)
    this.#held = held
    return payloads && entry.index + 1 >= from ? this.#open(held) : undefined
  }

  async #open(held: Held): Promise<void> {
    const { entry } = held
    const { session, event } = entry
    const project =
      event.project ?? (session === null ? undefined : projectOf(this.states.sessions, session))
    const opened = await this.#payloads.open(entry, project)
    if (opened === 'no-key') this.#findings.withoutKey += 1
    else if ('event' in opened) held.payload = opened
    else this.#tell(entry.index, this.#engine, { part: 'payload', difference: opened })
  }
}

const named = (difference: Difference, root: string): Difference => ({
  ...difference,
  path: difference.path === '' ? root : `${root}.${difference.path}`,
})

const ALONE: Found = {
  part: 'decision',
  always: true,
  difference: {
    path: 'event',
    recorded: 'no event of the session directly before it',
    computed: 'the event that it answers',
  },
}

const ON_NOTHING = (kind: string): Found => ({
  part: 'decision',
  difference: { path: 'event', recorded: `a decision on ${kind}`, computed: 'none' },
})

const UNENDED: Found = {
  part: 'entry',
  difference: { path: 'call', recorded: 'no end of the call', computed: 'the end reported' },
}

const UNDECIDED = (kind: string): Found => ({
  part: 'decision',
  difference: { path: 'event', recorded: 'no decision', computed: `a decision on ${kind}` },
})
