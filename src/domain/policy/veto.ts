// What is denied whatever the policy says: it follows from the state that the decision is made in, which
// the receipt holds.
import { budgetInWords, overBudget, raiseCommand } from '../cost/budget.ts'
import type { DecisionState } from '../receipt/receipt.ts'
import { refusalOf } from '../secret/useOfSecrets.ts'
import { typesInWords } from '../sensitive/told.ts'
import { ACCEPT_COMMAND, CHECK_COMMAND, untrustedInWords } from '../skills/words.ts'

export interface Veto {
  readonly rules: ReadonlyArray<string>
  readonly reason: string
  readonly remedy: string
}

/** The first that holds. */
export const vetoOf = (state: DecisionState): Veto | undefined => {
  // First: by what these files run, whatever else is decided may be got around.
  if (state.untrusted !== undefined)
    return {
      rules: state.untrusted.codes.map((code) => `untrusted:${code}`),
      reason: untrustedInWords(state.untrusted),
      remedy: `Tell the user, who can look with ${CHECK_COMMAND} and trust them with: ${ACCEPT_COMMAND}`,
    }
  const over = state.budgets === undefined ? undefined : overBudget(state.budgets)
  if (over !== undefined)
    return {
      rules: [`budget:${over.of}`],
      reason: budgetInWords(over),
      remedy: `Tell the user, who can raise it with: ${raiseCommand(over)}`,
    }
  if (state.secrets?.refused !== undefined) {
    const { why, reason, remedy } = refusalOf(state.secrets.refused)
    return { rules: [`secret:${why}`], reason, remedy: `What would do: ${remedy}` }
  }
  if (state.restored === true)
    return {
      rules: ['pii:restored'],
      reason:
        'it would send a file away that holds sensitive values where it was written with tokens',
      remedy: 'Send one that was written with the tokens and kept so, or ask the user to send it.',
    }
  if (state.prompt !== undefined)
    return {
      rules: ['pii:prompt'],
      reason: `the prompt holds ${typesInWords(state.prompt)}`,
      remedy: '',
    }
  return undefined
}
