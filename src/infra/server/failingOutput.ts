// The output of a command that failed, looked through before `isonapse run` prints it: what the client
// shows of a failure no hook can change.
import type { Draft } from '../../domain/event/envelope.ts'
import { PiiDetected } from '../../domain/event/event.ts'
import { isAny } from '../../domain/sensitive/typeCounts.ts'
import type { MaskTexts } from './maskTexts.ts'
import type { OfCall } from './outgoing.ts'

/** What may be printed of each text. Rejects where its values could not be logged: then nothing may. */
export const makeFailingOutput =
  (maskTexts: MaskTexts, append: (drafts: ReadonlyArray<Draft>) => Promise<unknown>) =>
  async (
    { session, useId }: OfCall,
    texts: ReadonlyArray<string>,
  ): Promise<ReadonlyArray<string>> => {
    const { texts: masked, types, rows } = await maskTexts(session, texts)
    if (isAny(types))
      await append(
        [...rows, new PiiDetected({ seenIn: 'run', toolUseId: useId, types, tier: 'rules' })].map(
          (event) => ({ session, event }),
        ),
      )
    return masked.map(({ text }) => text)
  }
