// The manifest of models that comes with the program. One of ours that does not parse is a defect,
// found by the tests, and throws.
import * as Result from 'effect/Result'
import { type Manifest, parseManifest } from '../domain/intel/manifest.ts'
import json from './models.json' with { type: 'json' }

let held: Manifest | undefined

export const modelManifest = (): Manifest =>
  (held ??= Result.getOrThrowWith(
    parseManifest(json),
    (wrong) => new Error(`the models' manifest: ${wrong}`),
  ))
