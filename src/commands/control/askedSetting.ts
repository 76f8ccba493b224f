// A setting as the person wrote it, checked before anything is asked of the control plane.
import * as Result from 'effect/Result'
import { parseSetting } from '../../infra/config/settings.ts'
import { usage } from '../terminal/failure.ts'
import { type AskedChange, settingChange } from './change.ts'

export const askedSetting = (key: string, text: string): AskedChange<'config.set'> => {
  const parsed = parseSetting(key, text)
  if (Result.isFailure(parsed)) throw usage(parsed.failure.message, 'isonapse hook config show')
  return settingChange(key, text, JSON.stringify(parsed.success))
}
