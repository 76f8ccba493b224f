// What the engine knows beside any policy, as Lua tables: the baseline's rules, kinds and zones, what
// a manifest's words stand for. Taken from the engine's own constants, so that no copy can drift.
import { MOST_FLAGS } from '../../action/action.ts'
import { EFFECT_KINDS, isConsequential } from '../../action/effect.ts'
import { METADATA } from '../../action/hosts.ts'
import { Zone } from '../../action/place.ts'
import { BASELINE } from '../baseline.ts'
import { GRAVER, KINDS } from '../manifest.ts'
import { OWN_GROUND } from '../match.ts'
import { APPROVAL_ID } from '../../approval/approval.ts'
import { CHANGES, MONITORED_ID } from '../monitored.ts'
import { PRIVATE_SUFFIXES } from '../network.ts'
import { PLANS, READS } from '../posture.ts'
import { DEFAULT_TAINT } from '../taint.ts'
import { luaComment, type LuaData, luaValue } from './literal.ts'
import { ruleBlock } from './policyTable.ts'

const table = (name: string, value: LuaData, about: string): ReadonlyArray<string> => [
  ...luaComment(about),
  `local ${name} = ${luaValue(value, '', `local ${name} = `.length)}`,
]

/** Names are those that the Lua code of the other files uses. */
export const engineTables = (): string =>
  [
    ...luaComment('The rules that hold under every policy. They only add.'),
    'local BASELINE = {',
    ...BASELINE.flatMap((rule) => ruleBlock(rule, '  ')),
    '}',
    ...table('KINDS', EFFECT_KINDS, 'Every kind of effect.'),
    ...table('ZONES', Zone.literals, 'Where a path may lie.'),
    ...table(
      'CONSEQUENTIAL',
      EFFECT_KINDS.filter(isConsequential),
      'A permit for a tool or a capability alone covers none of these,',
    ),
    ...table('OWN_GROUND', [...OWN_GROUND], 'nor a path outside these zones.'),
    ...table('DECLARED', KINDS, "What a manifest's words stand for."),
    ...table(
      'GRAVER',
      GRAVER,
      'Graver forms of what they declare: allowed, judged by their rules.',
    ),
    ...table(
      'READS',
      [...READS],
      'What posture dry_run lets through, as far as the policy does; and the plans.',
    ),
    ...table('PLANS', PLANS, 'Segments of the path.'),
    ...table('CHANGES', CHANGES, 'What is a change of a monitored path.'),
    ...table('APPROVAL_ID', APPROVAL_ID, 'What a change that a human agreed to is permitted by.'),
    ...table('MONITORED_ID', MONITORED_ID, 'What a monitored path is named by in decisions.'),
    ...table(
      'TAINT',
      { stricter: DEFAULT_TAINT.stricter },
      'What is stricter in a tainted session where a policy says nothing of it.',
    ),
    ...table('METADATA', [...METADATA], "Hosts that hand out the machine's own credentials."),
    ...table('PRIVATE_SUFFIXES', PRIVATE_SUFFIXES, 'Names that only a local network knows.'),
    ...table('MOST_FLAGS', MOST_FLAGS, 'A list of as many options may have lost some.'),
  ].join('\n')
