import { string } from '@oclif/core/args'
import { integer, string as text } from '@oclif/core/flags'
import { LOOSENING_FLAGS, LooseningCommand } from '../../control/looseningCommand.ts'

export default class GuardAdd extends LooseningCommand {
  static override summary = 'have one of your own programs asked about calls'
  static override description = `A guard is any executable. For each call of its tools it gets the client's payload, one JSON object with tool_name and tool_input, on standard input. Status 0 has no objection; 2 denies, with the reason on standard output or error; a hook's JSON (permissionDecision allow, ask or deny) is read too. It is asked beside the policy and can only make a verdict stricter. Any other status, no answer within the time limit, too much output, or another file in its place: in enforce mode the call is denied, in profile mode that is only recorded.

It runs as you, in the call's folder, with PATH and HOME alone as its environment. What it starts ends with it. It sees the payload as the client sent it: the agent's words as they are, tokens where values have some.

Both cases are run before it is added: it must deny one and allow the other. A case is a payload, or as much of one as the guard looks at. Adding one has the gate start a program of yours, and removing one lets calls pass: both ask, are refused from inside Claude Code, and take the passphrase at assurance level authority.

Keep the program where only you write. Once it changes it is not run, and its calls are denied, until it is removed and added anew. What it loads besides is not looked at.`
  static override examples = [
    '<%= config.bin %> hook guard add ~/guards/no-prod.sh --tools Bash --deny-case deny.json --allow-case allow.json',
    '<%= config.bin %> hook guard add ~/guards/review.py --tools Write,Edit --name review --timeout 3000 --deny-case bad.json --allow-case good.json --yes',
    `echo '{"tool_name": "Bash", "tool_input": {"command": "kubectl delete ns prod"}}' > deny.json`,
  ]
  static override args = {
    program: string({ required: true, ignoreStdin: true, description: 'an executable file' }),
  }
  static override flags = {
    tools: text({
      description: 'Tools whose calls it is asked about: names, * for any characters.',
      helpValue: 'Bash,Write',
      required: true,
      multiple: true,
      multipleNonGreedy: true,
    }),
    'deny-case': text({
      description: 'A file with a payload that it must deny.',
      helpValue: 'FILE',
      required: true,
    }),
    'allow-case': text({
      description: 'A file with a payload that it must allow.',
      helpValue: 'FILE',
      required: true,
    }),
    name: text({ description: "What it is called; its file's name when absent." }),
    timeout: integer({
      description: 'How long it may take; 1000 when absent, 5000 at most.',
      helpValue: 'MS',
    }),
    ...LOOSENING_FLAGS,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(GuardAdd)
    const [{ guardFrom }, { guardChange }] = await Promise.all([
      import('../../control/guardFile.ts'),
      import('../../control/change.ts'),
    ])
    const guard = await guardFrom({
      program: args.program,
      tools: flags.tools,
      deny: flags['deny-case'],
      allow: flags['allow-case'],
      name: flags.name,
      timeoutMs: flags.timeout,
    })
    const result = await this.change(guardChange(guard), flags)
    if (result === null) return
    await this.result(flags, { ...result, guard }, () => [
      `Added guard ${guard.name}: it denied one case and allowed the other, and is asked about ${guard.tools.join(', ')} from now on.`,
    ])
  }
}
