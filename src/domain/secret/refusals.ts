// Why a call may not have the secret that it names, and what would do: fixed texts, so that a decision
// made again says the same, and nothing of the call is in them.

export const REFUSALS = {
  unreadable: {
    reason:
      'the command cannot be read as a shell script, so it is not known where the secret goes',
    remedy: 'write it as a plain command',
  },
  expansion: {
    reason:
      'a secret’s name stands inside an expansion (${…}, {…}, a pattern) or right behind a $ or \\',
    remedy: 'give it to the command in a word of its own, in double quotes',
  },
  arithmetic: {
    reason: 'a secret’s name stands in arithmetic, which would run what is in the value',
    remedy: 'give it to the command in a word of its own, in double quotes',
  },
  regex: {
    reason: 'a secret’s name stands in a pattern of =~, where its value would be read as one',
    remedy: 'compare with = instead',
  },
  name: {
    reason: 'a secret’s name stands where a command, a function or a variable is named',
    remedy: 'give it to a command as an argument',
  },
  redirection: {
    reason: 'a secret’s name stands where a redirection names its file',
    remedy: 'name the file itself',
  },
  backticks: {
    reason: 'a secret’s name stands in backticks within quotes or in other backticks',
    remedy: 'use $(…)',
  },
  heredoc: {
    reason: 'a secret’s name stands in a here-document that has no end, or an unusual one',
    remedy: 'end it with a plain word such as EOF, on a line of its own',
  },
  'nested-code': {
    reason:
      'a secret’s name stands in program text of another language or shell, which would read the value as code',
    remedy:
      'hand the value over instead: X="{{ secret.NAME }}" bash -c \'… "$X"\', and os.environ["X"], process.env.X and the like elsewhere',
  },
  'no-sinks': {
    reason: 'no place is declared where this secret may go',
    remedy: 'isonapse hook secret set NAME --program curl --host api.example.com',
  },
  'no-program': {
    reason:
      'the secret is not given to a command of its own line, so it is not known where it goes',
    remedy: 'write its name in the very command that needs it',
  },
  program: {
    reason: 'a program would be given this secret that is not declared for it',
    remedy: 'isonapse hook secret set NAME --program curl --host api.example.com',
  },
  host: {
    reason:
      'the call reaches a host that is not declared for this secret, or one that is not known',
    remedy: 'isonapse hook secret set NAME --program curl --host api.example.com',
  },
  path: {
    reason: 'the secret could be written to a file that is not declared for it',
    remedy: 'isonapse hook secret set NAME --path .env',
  },
  server: {
    reason: 'this MCP server is not declared for this secret',
    remedy: 'isonapse hook secret set NAME --server crm',
  },
  tool: {
    reason: 'this tool is never given secrets',
    remedy: 'use a Bash command, or Write and Edit for a file',
  },
  opaque: {
    reason: 'it cannot be told what all of the call would do, so it gets no secret',
    remedy:
      'give the secret in a plain command without scripts, variables or options read from files',
  },
  environment: {
    reason:
      'the script changes where programs are found, what they load or whom they ask (PATH, LD_PRELOAD, a proxy, an alias), so it gets no secret',
    remedy: 'leave that out of the call',
  },
  rerouted: {
    reason: 'an option sends the request elsewhere than to the host that it names',
    remedy: 'leave out --connect-to, --resolve, --unix-socket and the like',
  },
  'too-many': {
    reason: 'the call names more secrets, or holds more text, than is looked at',
    remedy: 'split it into several calls',
  },
  unknown: {
    reason: 'there is no stored secret of this name',
    remedy: 'isonapse hook secret set NAME --program curl --host api.example.com',
  },
} as const

export type RefusalCode = keyof typeof REFUSALS

export interface Refusal {
  readonly why: RefusalCode
  readonly reason: string
  /** What to do, with the secret's name in it. */
  readonly remedy: string
}

/** `name` is a secret's name: a plain word, so nothing else of the call comes into the text. */
export const refusal = (why: RefusalCode, name: string): Refusal => {
  const { reason, remedy } = REFUSALS[why]
  return { why, reason, remedy: remedy.replaceAll('NAME', name) }
}
