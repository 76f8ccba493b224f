// Which denials rest on what the manifest declares or on the posture, and not on a rule: the caller can
// tell them apart and mend the one thing. It only names a denial's ground; it never makes one.
import type { Action } from '../action/action.ts'
import type { EffectKind } from '../action/effect.ts'
import { nearest } from '../nearest.ts'
import { printable } from '../oneLine.ts'
import type { CompiledPolicy, Decision } from '../policy/decide.ts'
import { type CompiledManifest, declares, kindsDeclared, wordFor } from '../policy/manifest.ts'
import { NOT_IN_MANIFEST } from '../policy/manifestFile.ts'
import { answered, type Posture, postureOfPermissionMode } from '../policy/verdict.ts'
import { ManifestError, PostureError } from './errors.ts'

export interface Denied {
  readonly action: Action
  readonly decision: Decision
  readonly posture: Posture
  /** Set by the caller; null where the permission mode alone decides. */
  readonly explicit: Posture | null
  readonly permissionMode: string | undefined
}

export interface Declared {
  readonly subject: 'policy' | 'manifest'
  readonly policy: CompiledPolicy
  /** Names and patterns of tools that it declares. */
  readonly names: ReadonlyArray<string>
}

/** Undefined for a verdict that is no denial, and for a denial by rules, defaults or the baseline. */
export const refusalOf = (
  denied: Denied,
  declared: Declared,
): ManifestError | PostureError | undefined => {
  const { decision, posture, action } = denied
  if (answered(decision.verdict, posture) !== 'deny') return undefined
  const by = new Set(decision.rules)
  const manifests = declared.policy.layers.map((layer) => layer.tools(action.tool))
  if (by.has('posture:locked')) return postureError('locked', denied, declared, manifests)
  if ((by.has(NOT_IN_MANIFEST) || by.has('unknown-tool')) && manifests.includes(undefined))
    return undeclaredTool(action.tool, declared)
  if (by.has('manifest:posture')) return postureError('not-allowed', denied, declared, manifests)
  if (by.has('manifest:effects')) return undeclaredEffect(action, declared, manifests)
  if (decision.rules.every((rule) => rule === 'posture:dry_run'))
    return postureError('dry-run', denied, declared, manifests)
  return decision.verdict === 'defer'
    ? postureError('nobody-to-ask', denied, declared, manifests)
    : undefined
}

type Manifests = ReadonlyArray<CompiledManifest | undefined>

const shown = (tool: string): string => printable(tool, 128)

const undeclaredTool = (tool: string, { subject, names }: Declared): ManifestError => {
  const meant = nearest(tool, names) ?? names.find((name) => isSameBut(name, tool))
  const add = `add ${shown(tool)} to its tools`
  return new ManifestError({
    kind: 'undeclared-tool',
    tool: shown(tool),
    message: `the ${subject} names no tool ${shown(tool)}`,
    remedy: meant === undefined ? `${add}, or do without` : `did you mean ${meant}? else ${add}`,
  })
}

const isSameBut = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

const undeclaredEffect = (
  action: Action,
  { subject }: Declared,
  manifests: Manifests,
): ManifestError => {
  const kinds = new Set<EffectKind>()
  for (const manifest of manifests)
    for (const analysed of action.effects)
      for (const effect of kindsDeclared(manifest, analysed))
        if (!declares(manifest, effect)) kinds.add(effect.kind)
  const effects = [...kinds].sort()
  const needs = [...new Set(effects.flatMap((kind) => wordFor(kind) ?? []))].sort()
  const tool = shown(action.tool)
  const words = needs.map((word) => `"${word}"`).join(', ')
  const undeclarable = effects.filter((kind) => wordFor(kind) === undefined)
  return new ManifestError({
    kind: 'undeclared-effect',
    tool,
    effects,
    needs,
    message: `${tool} may do what the ${subject} does not declare of it: ${effects.join(', ')}`,
    remedy:
      undeclarable.length === 0
        ? `add ${words} to the effects of ${tool}, or make the call without it`
        : `make the call without it: nothing declares ${undeclarable.join(', ')}`,
  })
}

const DECLARABLE: ReadonlyArray<Posture> = ['interactive', 'autonomous', 'dry_run']

const postureError = (
  kind: PostureError['kind'],
  { action, posture, explicit, permissionMode }: Denied,
  { subject }: Declared,
  manifests: Manifests,
): PostureError => {
  const tool = shown(action.tool)
  const declared = DECLARABLE.filter((one) =>
    manifests.every((manifest) => manifest?.postures?.some((own) => own === one) ?? true),
  )
  const allowed = declared.filter((one) =>
    kind === 'nobody-to-ask' ? one === 'interactive' : one !== posture,
  )
  // The mode tightened what the caller set, or the caller set nothing.
  const byMode =
    permissionMode !== undefined &&
    explicit !== posture &&
    postureOfPermissionMode(permissionMode) === posture
  const why: Record<PostureError['kind'], string> = {
    'not-allowed': `the ${subject} does not allow ${tool} in posture ${posture}`,
    locked: `everything is denied in posture locked, ${tool} too`,
    'dry-run': `only reading is permitted in posture dry_run, and ${tool} would do more`,
    'nobody-to-ask': `a human decides on this call of ${tool}, and in posture autonomous nobody is there`,
  }
  const source = byMode ? ` (the payload’s permission mode is ${permissionMode})` : ''
  const widen =
    kind === 'not-allowed' && posture !== 'locked'
      ? `${allowed.length === 0 ? '' : ', or '}add "${posture}" to the postures of ${tool}`
      : ''
  const change = allowed.length === 0 ? '' : `use it in posture ${allowed.join(' or ')}`
  return new PostureError({
    kind,
    tool,
    posture,
    allowed,
    ...(byMode ? { permission_mode: permissionMode } : {}),
    message: `${why[kind]}${source}`,
    remedy: `${change}${widen}` || `no posture allows ${tool}: do without`,
  })
}
