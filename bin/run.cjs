// Loads the bundled program. Compiled code is cached between runs: it halves the start. The cache is
// the user's own folder: Node's default is in the shared temporary one. Under sudo the home may be that
// of whoever called it, and what lies there is his to write: root must not run it.
'use strict'
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const isOwn = (dir) => {
  try {
    return fs.statSync(dir).uid === process.getuid()
  } catch {
    return false
  }
}
let compiled = os.homedir()
if (path.isAbsolute(compiled) && isOwn(compiled)) {
  // Folder by folder: where none can be made, below /proc, Node tries without end, and a repository's
  // settings choose the home that the client starts a status line with.
  for (const name of ['.cache', 'isonapse', 'compiled']) {
    compiled = path.join(compiled, name)
    try {
      fs.mkdirSync(compiled, 0o700)
    } catch {
      // It is there, or cannot be.
    }
  }
  if (isOwn(compiled)) require('node:module').enableCompileCache(compiled)
}
// What runs scripts with secrets is a program of its own: it has no time to load the rest.
if (process.argv[2] === 'run') {
  process.argv.splice(1, 2, path.join(__dirname, '../dist/run.js'))
  import('../dist/run.js')
} else if (
  process.argv[2] === 'hook' &&
  process.argv[3] === 'statusline' &&
  process.argv[4] === '--config-dir'
) {
  // The client runs it at every change of its screen.
  process.argv.splice(1, 3, path.join(__dirname, '../dist/statusline.js'))
  import('../dist/statusline.js')
} else import('../dist/main.js')
