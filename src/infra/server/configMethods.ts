// What is configured: the paths, and every setting with its value in force.
import * as Effect from 'effect/Effect'
import type { ConfigShown } from '../../domain/control/methods.ts'
import { configEntries, effectiveSettings } from '../config/settings.ts'
import type { ControlContext } from './context.ts'

export const configShow = ({ paths, log }: ControlContext): Effect.Effect<ConfigShown> =>
  Effect.sync(() => {
    const { hardened: _, ...shown } = paths
    return {
      paths: shown,
      settings: configEntries(effectiveSettings(log.projected().gate.settings)),
    }
  })
