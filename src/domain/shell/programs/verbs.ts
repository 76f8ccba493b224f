// Cloud and service command lines name what they do by a verb somewhere in their first words. One
// classification for all of them: it looks, it changes, it destroys.
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'

const DESTROYS =
  /^(?:delete|destroy|remove|rm|rb|del|purge|terminate|drop|wipe|erase|prune|uninstall|deregister|revoke|reset|truncate|nuke|teardown|tear-down|decommission|abandon|clear|flush|flushall|deactivate|deprovision|dissociate|disassociate|release-address|undeploy|cancel|empty|cleanup|clean|suspend|rollback|force-unlock|taint|schedule-key-deletion|kill|evict|drain|unpublish|shutdown)(?:[-:.]|$)/i

const LOOKS =
  /^(?:describe|list|ls|ll|get|show|view|status|info|search|query|inspect|logs?|tail|top|explain|versions?|help|diff|head|cat|history|whoami|check|validate|lint|plan|preview|read|lookup|find|wait|count|events?|watch|current|doctor|test-|estimate|filter|batch-get|scan|select|verify|audit|export|download|stats|usage|ps|dig|poll|can-i|api-resources|api-versions|cluster-info|graph|print|outdated|trace)(?:[-:.]|$)/i

const CHANGES =
  /^(?:create|update|put|apply|set|add|start|stop|restart|reboot|deploy|run|invoke|exec|push|publish|import|attach|detach|enable|disable|register|upload|sync|cp|mv|mb|copy|move|scale|resize|modify|edit|patch|replace|promote|restore|tag|untag|send|install|upgrade|rollout|import|login|logout|configure|init|link|unlink|rename|associate|grant|authorize|assume-role|retry|trigger|approve|merge|rotate|resume|pause|connect|bind|unbind|annotate|label|expose|cordon|uncordon|ssh|scp|proxy|port-forward|tunnel|write|encrypt|decrypt|sign|reload|refresh|submit|open-|change|switch|use|activate|provision|migrate|lock|unlock|allow|deny|invite|transfer|generate|issue|redeploy|release|build|up|transition|close|assign|comment)(?:[-:.]|$)/i

/** Nouns that only look when no verb stands beside them: `vercel env`, `az account`. */
const LOOKS_ALONE =
  /^(?:account|config|context|regions?|apps?|env|projects?|domains?|dashboard|open|docs|output|providers|completion|metrics|about|summary|monitor|examples?|teams?|orgs?|services?|members|secrets?|addons|releases|certs|dns|doctor)$/i

const SECRET =
  /secret|credential|password|access-?key|token|private-?key|get-parameter|print-identity|kms|vault/i

/** Changing verbs that are as often a noun: `az lock list`, `gcloud run services describe`. */
const NOUNS =
  /^(?:lock|release|build|deploy|tag|label|connect|proxy|link|run|configure|config|import|copy|scale|edit|access|comment|invite|transfer|rotate|key|restore|plugin|stop|migrate|proxy|use|add|start)s?$/i

const WORDS = 4

type Kind = 'destroy.infra' | 'net.send' | 'net.fetch'

/**
 * Effects of a call by the verbs among its first words: the gravest counts, because a resource may be
 * named like a look. No verb at all is said as such.
 */
export const byVerb = (call: ProgramCall): void => {
  const words = call.operands.slice(0, WORDS)
  if (words.length === 0) return
  const seen: Array<string> = []
  const kinds = new Set<Kind>()
  let noun = false
  let secret = false
  for (const word of words) {
    const text = textOf(word)
    if (text === undefined) break
    seen.push(text)
    // `apps:destroy` is a noun with its verb.
    for (const part of text.length > 64 ? [] : text.split(':')) {
      if (DESTROYS.test(part)) kinds.add('destroy.infra')
      else if (NOUNS.test(part)) noun = true
      else if (CHANGES.test(part)) kinds.add('net.send')
      else if (LOOKS.test(part)) {
        kinds.add('net.fetch')
        if (!/^(?:list|ls|describe)/i.test(part) && seen.some((one) => SECRET.test(one)))
          secret = true
      }
    }
  }
  const dry =
    call.has('--dry-run') &&
    !call.values.some(({ option, value }) => option === '--dry-run' && value.text === 'none')
  if (dry) call.effect('net.fetch')
  else if (kinds.has('destroy.infra') || call.hasExactly('--delete', '--purge'))
    call.effect('destroy.infra')
  else if (kinds.has('net.send') || (noun && !kinds.has('net.fetch'))) call.effect('net.send')
  else if (kinds.has('net.fetch') || (seen.length <= 2 && LOOKS_ALONE.test(seen.at(-1) ?? ''))) {
    call.effect('net.fetch')
    if (secret) call.effect('secret.read')
  } else {
    call.effect('net.send', { certainty: 'possible' })
    call.opaque(seen.length < words.length ? 'dynamic-argument' : 'unknown-subcommand')
  }
}
