// Each test file finds the process as the first did: what the program itself changes of it, as a program
// of its own would be gone with it.
process.umask(0o022)
