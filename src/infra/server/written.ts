// The policy's validators on a file that a call has just written: what they find goes into the log in
// either mode, and in enforce to the model, beside the tool's own result. They never hold a call back.
import { normalise, refOf } from '../../domain/action/paths.ts'
import type { PathRef, Place } from '../../domain/action/place.ts'
import { ValidatorFailed } from '../../domain/event/event.ts'
import { changesFile, pathFieldsOf } from '../../domain/hook/claudeParts.ts'
import type { HookEvent, ToolCall } from '../../domain/hook/hookEvent.ts'
import { plainText } from '../../domain/oneLine.ts'
import type { CompiledPolicy } from '../../domain/policy/decide.ts'
import { pathInWords } from '../../domain/policy/reason.ts'
import type { Finding } from '../../domain/validate/finding.ts'
import type { Readers } from '../../domain/validate/readers.ts'
import { MOST_STEPS, type ReadyValidator, readyValidator } from '../../domain/validate/validate.ts'
import { MOST_FILE_BYTES, type Validator } from '../../domain/validate/validator.ts'
import { realPathOf } from './realPath.ts'
import { readWritten } from './writtenFile.ts'

export interface Checked {
  readonly events: ReadonlyArray<ValidatorFailed>
  /** For the model. */
  readonly context: string
}

export interface Written {
  /**
   * `event`: as it was judged, whose path is the file's; `masked`: as it is recorded, whose path is what
   * is logged and told. Undefined where nothing is wrong. Synchronous.
   */
  readonly check: (
    event: HookEvent,
    masked: HookEvent,
    place: Place,
    policy: CompiledPolicy,
  ) => Checked | undefined
}

/** Told of one file, all validators together. */
const MOST_TOLD = 10
const MOST_CONTEXT = 2400

export const makeWritten = (readers: Readers): Written => {
  const ready = new WeakMap<CompiledPolicy, ReadonlyArray<ReadyValidator>>()
  const readyOf = (policy: CompiledPolicy): ReadonlyArray<ReadyValidator> => {
    const known = ready.get(policy)
    if (known !== undefined) return known
    const made = policy.validators.map((one) => readyValidator(one, readers))
    ready.set(policy, made)
    return made
  }
  return {
    check: (event, masked, place, policy) => {
      if (policy.validators.length === 0) return undefined
      const call = writingCall(event)
      const shown = writingCall(masked)
      const file = call && fileOf(call, place)
      const name = shown && fileOf(shown, place)
      if (call === undefined || file === undefined || name === undefined) return undefined
      const real = realPathOf(file) ?? file
      const names = [refOf(file, place), refOf(real, place)]
      const wanted = readyOf(policy).filter((one) => one.isFor(names))
      if (wanted.length === 0) return undefined
      const bytes = readWritten(real, MOST_FILE_BYTES)
      if (bytes === undefined) return undefined
      const steps = { left: MOST_STEPS }
      const failed = wanted.flatMap(({ validator, check }) => {
        const findings = bytes === 'too-large' ? [TOO_LARGE] : check(bytes, steps)
        return findings.length === 0 ? [] : [{ validator, findings }]
      })
      if (failed.length === 0) return undefined
      const path = refOf(name, place)
      return {
        events: failed.map(({ validator, findings }) =>
          failure(validator, findings[0]!, path, call.useId),
        ),
        context: inWords(path, failed),
      }
    },
  }
}

const TOO_LARGE: Finding = {
  code: 'unchecked',
  says: `larger than the ${MOST_FILE_BYTES} bytes that are looked at`,
}

const writingCall = (event: HookEvent): ToolCall | undefined =>
  event.kind === 'tool.after' && changesFile(event.call.name) ? event.call : undefined

const fileOf = ({ name, input }: ToolCall, { cwd, home }: Place): string | undefined => {
  const [field] = pathFieldsOf(name)
  const given = field === undefined ? undefined : input[field]
  return typeof given === 'string' && given !== '' ? normalise(given, cwd, home) : undefined
}

const failure = (
  { id }: Validator,
  { code, line, column }: Finding,
  path: PathRef,
  toolUseId: string | undefined,
): ValidatorFailed =>
  new ValidatorFailed({
    id,
    path,
    code,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(toolUseId === undefined ? {} : { toolUseId }),
  })

interface Failed {
  readonly validator: Validator
  readonly findings: ReadonlyArray<Finding>
}

const inWords = (path: PathRef, failed: ReadonlyArray<Failed>): string => {
  const file = plainText(pathInWords(path), 300)
  const lines = failed.flatMap(({ validator: { id, reason }, findings }) =>
    findings.map(({ line, column, says }) => {
      const at = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`
      const why = reason === undefined ? '' : ` (${reason})`
      return plainText(`- ${file}${at}: ${says} [validator ${id}]${why}`, 700)
    }),
  )
  const more = lines.length - MOST_TOLD
  return [
    'Isonapse: the file was written, and does not pass what the policy checks. Mend it:',
    ...lines.slice(0, MOST_TOLD),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ]
    .join('\n')
    .slice(0, MOST_CONTEXT)
}
