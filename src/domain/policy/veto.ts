// What is denied whatever the policy says: it follows from the state that the decision is made in, which
// the receipt holds.
import { budgetInWords, overBudget, raiseCommand } from '../cost/budget.ts'
import { guardId, guardInWords, type GuardVerdict, testCommand } from '../guard/guard.ts'
import type { DecisionState } from '../receipt/receipt.ts'
import { refusalOf } from '../secret/useOfSecrets.ts'
import { typesInWords } from '../sensitive/told.ts'
import { untrustedInWords, untrustedRemedy } from '../skills/words.ts'

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
      remedy: untrustedRemedy(state.untrusted),
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
  return guardVeto(state.guards)
}

/** All that deny are named; the reason is the first one's. */
const guardVeto = (guards: DecisionState['guards'] = []): Veto | undefined => {
  const denying = guards.filter(({ verdict }) => verdict === 'deny')
  const [first] = denying
  return first === undefined
    ? undefined
    : {
        rules: denying.map(({ name }) => guardId(name)).sort(),
        reason: `guard ${first.name} ${guardInWords(first)}`,
        remedy: guardRemedy(first),
      }
}

const guardRemedy = ({ name, code }: GuardVerdict): string =>
  code === 'answered'
    ? `Do not work around it; tell the user, whose guard it is: ${testCommand(name)}`
    : `Tell the user, who can see what is wrong with: ${testCommand(name)}`

/**
 * What a guard leaves to a human where the policy would permit: undefined where the guards leave nothing.
 * It only adds: what is deferred already stays as it is told.
 */
export const guardDeferral = ({ guards = [] }: DecisionState): Veto | undefined => {
  const asking = guards.filter(({ verdict }) => verdict === 'defer')
  const [first] = asking
  return first === undefined
    ? undefined
    : {
        rules: asking.map(({ name }) => guardId(name)).sort(),
        reason: `guard ${first.name} ${guardInWords(first)}`,
        remedy: guardRemedy(first),
      }
}
