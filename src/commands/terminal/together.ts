// What nearly every command ends up loading. The bundler puts this before each of them, so that it is
// one file to find and read at a command's start, where many small ones cost a third of a millisecond
// each. Imported by nobody.
import './currentDir.ts'
import './failure.ts'
import './json.ts'
import './printed.ts'
import './progress.ts'
import './style.ts'
import './table.ts'
import './terminal.ts'
import './time.ts'
import './width.ts'
