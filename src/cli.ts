#!/usr/bin/env node
// The program `logsiren`: gives a command the streams, variables and signals of the process, and sets its exit code.
import { runCommand } from './cli/run.js'

const args = process.argv.slice(2)
const isWatching = args[0] === 'watch'
const ending = new AbortController()

// In `logsiren … | head` the reader leaves once it has its lines. That is no failure. `watch` goes on, since it still has errors to count.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' && !isWatching) process.exit(0)
})
// The first signal asks the command to end, and the second one ends the process, since `once` has removed the listener. `watch` has listeners of
// its own: it ends with its input.
if (!isWatching) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())

const { stdin, stdout, stderr, env } = process
process.exitCode = await runCommand(args, { terminal: { stdin, stdout, stderr }, variables: env, ended: ending.signal })
