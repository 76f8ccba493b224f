// The manifest: what a tool is declared to do. A declaration restricts what a tool is seen to do,
// and stands in for what cannot be seen of a tool outside the client (an MCP server's).
import type { ActionEffect, EffectKind } from '../action/effect.ts'
import { wildcard } from './pattern.ts'
import type { Manifest, ManifestEffect } from './policy.ts'

/** The manifest that speaks for a tool: under its exact name, else under the longest pattern. */
export type CompiledManifests = (tool: string) => CompiledManifest | undefined

export interface CompiledManifest extends Manifest {
  /** Kinds declared, undefined when the manifest says nothing of effects. */
  readonly kinds: ReadonlySet<EffectKind> | undefined
}

/** Kinds that a word stands for when it stands in for what cannot be seen of a tool. */
export const KINDS: Record<ManifestEffect, ReadonlyArray<EffectKind>> = {
  read: ['fs.read'],
  write: ['fs.write', 'fs.delete'],
  execute: ['exec'],
  spawn: ['spawn'],
  network: ['net.fetch', 'net.send'],
  destructive: ['destroy.vcs', 'destroy.data', 'destroy.infra', 'destroy.system'],
}

/**
 * Kinds that are graver forms of what a word declares: allowed by it, and judged by their own rules.
 * `tamper` is nobody's to declare.
 */
export const GRAVER: Record<ManifestEffect, ReadonlyArray<EffectKind>> = {
  read: ['secret.read'],
  write: ['persist'],
  execute: ['opaque', 'privilege'],
  spawn: [],
  network: ['secret.send'],
  destructive: [],
}

/** The word that declares a kind; undefined for one that is nobody's to declare. */
export const wordFor = (kind: EffectKind): ManifestEffect | undefined =>
  WORDS.find((word) => KINDS[word].includes(kind) || GRAVER[word].includes(kind))
const WORDS = Object.keys(KINDS) as ReadonlyArray<ManifestEffect>

export const compileManifests = (tools: Readonly<Record<string, Manifest>>): CompiledManifests => {
  const exact = new Map<string, CompiledManifest>()
  const patterns: Array<readonly [string, CompiledManifest]> = []
  for (const [name, manifest] of Object.entries(tools)) {
    const kinds = manifest.effects?.flatMap((word) => [...KINDS[word], ...GRAVER[word]])
    const compiled = { ...manifest, kinds: kinds === undefined ? undefined : new Set(kinds) }
    if (name.includes('*')) patterns.push([name, compiled])
    else exact.set(name, compiled)
  }
  patterns.sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1))
  return (tool) => exact.get(tool) ?? patterns.find(([pattern]) => wildcard(pattern, tool))?.[1]
}

/**
 * The effects to judge for one that was analysed: itself, or, for the inside of a tool that the
 * client does not run itself, what its manifest declares.
 */
export const kindsDeclared = (
  manifest: CompiledManifest | undefined,
  effect: ActionEffect,
): ReadonlyArray<ActionEffect> => {
  if (effect.why !== 'mcp-tool' && effect.why !== 'unknown-tool') return [effect]
  if (manifest?.effects === undefined) return [effect]
  const { why: _, ...rest } = effect
  return manifest.effects.flatMap((word) => KINDS[word].map((kind) => ({ ...rest, kind })))
}

/** False for an effect outside what the manifest declares. */
export const declares = (manifest: CompiledManifest | undefined, effect: ActionEffect): boolean =>
  manifest?.kinds?.has(effect.kind) ?? true
