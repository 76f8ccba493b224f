// Loads the bundled program. Compiled code is cached between runs: it halves the start. The cache is
// the user's own folder: Node's default is in the shared temporary one.
'use strict'
const os = require('node:os')
const path = require('node:path')
const home = os.homedir()
if (path.isAbsolute(home))
  require('node:module').enableCompileCache(path.join(home, '.cache', 'isonapse', 'compiled'))
import('../dist/main.js')
