#!/usr/bin/env node
// Plain ES5 up to the check, so that any Node can read it and say what is wrong.
'use strict'
var wanted = [22, 19]
var have = process.versions.node.split('.').map(Number)
if (have[0] < wanted[0] || (have[0] === wanted[0] && have[1] < wanted[1])) {
  console.error(
    'isonapse needs Node ' +
      wanted.join('.') +
      ' or newer; this is Node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      '). Install a newer Node, or put one beside it: npm install node@24',
  )
  process.exit(2)
}
require('./run.cjs')
