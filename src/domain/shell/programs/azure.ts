// Microsoft's command lines for its cloud: nouns before the verb, and many verbs that print keys.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { byManner, firstWords } from './verbs.ts'

const verbs = byManner({
  looks: 'version, find, feedback, account, bicep build-params, bicep decompile, bicep lint',
  nothing: 'bicep version',
  reveals: 'account get-access-token',
  changes: 'interactive, configure, upgrade, login, logout, vm open-port',
})

/** Verbs that print keys, tokens and passwords, whatever they belong to. */
const PRINTS =
  /^(?:get-access-token|list-keys|show-keys|list-connection-strings?|show-connection-string|list-credentials?|show-credentials?|list-publishing-(?:profiles|credentials)|list-admin-key|list-query-keys|list-secrets|get-upload-url|generate-sas|show-admin-key|list-login-credentials)$/
const ENTERS = /^(?:ssh|run-command|remote-connection|exec|create-remote-connection|shell)$/

const azure = (call: ProgramCall): void => {
  const words = firstWords(call, 6)
  const [group = ''] = words
  if (group === 'rest') {
    rest(call)
    return
  }
  const at = words.findIndex((word) => word === 'get-credentials')
  if (at >= 0) {
    call.effect('net.fetch')
    call.effect('fs.write', { path: `${call.home}/.kube/config` })
    return
  }
  // `keys list` and `credential show` print what they list.
  const printed = words.some(
    (word, index) =>
      PRINTS.test(word) ||
      (/^(?:keys?|admin-key|query-key)$/.test(word) &&
        /^(?:list|show)$/.test(words[index + 1] ?? '') &&
        group !== 'keyvault' &&
        group !== 'sshkey') ||
      (/^credentials?$/.test(word) && words[index + 1] === 'show'),
  )
  const enters = words.findIndex((word) => ENTERS.test(word))
  if (printed) {
    call.effect('net.fetch')
    call.effect('secret.read')
  } else if (
    (enters > 0 || (words[1] === 'command' && words[2] === 'invoke')) &&
    !/^(?:list|show)$/.test(words[enters + 1] ?? '')
  ) {
    call.effect('net.send')
    call.opaque('remote-host')
  } else if (
    words.includes('config') &&
    group === 'config' &&
    /^(?:set|unset)$/.test(words[1] ?? '')
  )
    call.effect('fs.write', { path: `${call.home}/.azure/config` })
  else {
    for (const value of call.valuesOf('--file', '-f', '--source', '-s'))
      if (
        /^(?:upload|upload-batch|import|zip)$/.test(
          words.find((word) => /^(?:upload|import|zip)/.test(word)) ?? '',
        )
      )
        call.take('scan', value)
    if (words.some((word) => /^download(?:-batch)?$/.test(word)))
      for (const value of call.valuesOf('--file', '-f', '--destination', '-d'))
        call.take('write', value)
    verbs(call)
  }
}

/** `az rest --method delete --url …`: a request of one's own. */
const rest = (call: ProgramCall): void => {
  const method =
    textOf(call.value('-m', '--method')) ?? (call.has('-m', '--method') ? undefined : 'get')
  if (method !== undefined && /^(?:get|head|options)$/i.test(method)) call.effect('net.fetch')
  else if (method !== undefined && /^delete$/i.test(method)) call.effect('destroy.infra')
  else call.effect('net.send')
}

const azcopyVerbs = byManner({
  looks: 'list, jobs list, jobs show, env, doc, login status',
  changes: 'copy, cp, c, sync, make, jobs resume, set-properties, benchmark, bench, login, logout',
  destroys: 'remove, rm, jobs remove, jobs clean',
})

const azcopy = (call: ProgramCall): void => {
  const [verb, ...words] = call.operands
  if (!/^(?:copy|cp|c|sync)$/.test(verb?.text ?? '')) {
    azcopyVerbs(call)
    return
  }
  const target = words.at(-1)
  for (const word of words.slice(0, -1))
    if (/^https?:/.test(word.text)) call.fetch(word)
    else call.take('scan', word)
  if (target === undefined) return
  if (call.hasExactly('--dry-run')) call.effect('net.fetch')
  else if (/^https?:/.test(target.text)) {
    call.send(target)
    if (/^(?:true|prompt)$/.test(textOf(call.value('--delete-destination')) ?? ''))
      call.effect('destroy.infra')
  } else call.take('write', target)
}

export const AZURE: ReadonlyArray<ProgramRow> = [
  {
    names: 'az azd func',
    options: {
      '-g --resource-group -n --name -o --output --subscription --query -l --location --account-name --container-name -c --container --vault-name --ids --url --uri -u --resource -m --method -b --body --headers -f --file -s --source -d --destination --id --zone-name --namespace-name --server --server-name --resource-type --cluster-name --workspace-name':
        'data',
    },
    run: azure,
    named: 3,
    helps: true,
    examples: [
      'az vm list => net.fetch',
      'az group delete -n x => destroy.infra',
      'az group exists -n x => net.fetch',
      'az lock list => net.fetch',
      'az vm delete --help =>',
      'az keyvault secret show -n a --vault-name b => net.fetch, secret.read',
      'az keyvault key show -n a --vault-name b => net.fetch',
      'az storage account keys list -n a => net.fetch, secret.read',
      'az account get-access-token => net.fetch, secret.read',
      'az network dns record-set a list -z x => net.fetch',
      'az network dns record-set a delete -z x => destroy.infra',
      'az vm run-command invoke -n a => net.send, opaque remote-host',
      'az rest --method delete --url https://x.example/a => destroy.infra',
      'az rest --url https://x.example/a => net.fetch',
    ],
  },
  {
    names: 'azcopy',
    options: { '--delete-destination --include-pattern --exclude-pattern --from-to': 'data' },
    run: azcopy,
    helps: true,
    examples: [
      'azcopy list https://x.example/c => net.fetch',
      'azcopy copy out https://x.example/c => fs.read out, net.send x.example',
      'azcopy remove https://x.example/c/a => destroy.infra',
      'azcopy copy https://x.example/c/a . => net.fetch x.example, fs.write .',
    ],
  },
]
