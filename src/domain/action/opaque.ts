// Why an effect could not be read, as fixed codes. A code tells a policy what kind of unknown it
// faces (the project's own tests, or code fetched from the network); it never holds text of a call.

export const OPAQUE_CODES = {
  'project-code':
    'Runs code that lies in the project (its scripts, tests, build): routine, not read here.',
  'unread-script': 'Runs a script file of the project that was not, or could not be, looked at.',
  'new-package': 'Adds or runs a package that the call names: code that is new here.',
  'archive-content': 'Unpacks files whose names and contents only the archive knows.',
  'outside-code': 'Runs a script or program file that lies outside the project, by its path.',
  'package-code': 'Runs code of an installed or named package, such as an install script or npx.',
  'unknown-program': 'A program that no table row describes.',
  'unknown-subcommand': 'A known program with a subcommand that no table row describes.',
  'remote-code': 'Runs code that comes over the network, such as curl piped to a shell.',
  'remote-host': 'Runs a command on another machine.',
  'container-code': 'Runs code inside a container or virtual machine.',
  'inline-code':
    'Runs program text that is not understood, or in a language that is not read here.',
  'nested-agent': 'Starts another agent, whose calls this reading cannot see.',
  'dynamic-command': 'The name or the text of a command is only known when it runs.',
  'dynamic-argument': 'An argument that decides what a program does is only known when it runs.',
  'dynamic-target': 'Deletes or overwrites a path that is only known when it runs.',
  'environment-code': 'Sets a variable that makes programs load or run other code.',
  'parse-error': 'The script is not valid shell; what could be read was read.',
  'too-large': 'More text, commands, nesting or effects than are read.',
  'reader-failed': 'The reader itself failed on this text: a defect, treated as unknown.',
  'malformed-input': "A tool's input has not the shape that the tool takes.",
  'unknown-tool': 'A tool that the gate does not know.',
  'mcp-tool': 'A tool of an MCP server that has not declared its effects.',
  'workflow-script': 'A workflow script: its text is not read here.',
  'unread-config': 'A settings file that changed and could not be looked at.',
  'other-shell':
    'A command of another shell (fish, nushell) or a cmdlet of PowerShell that is not read here.',
} as const

export type OpaqueCode = keyof typeof OPAQUE_CODES
