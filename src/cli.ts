#!/usr/bin/env node
// The command `logsiren`: what a command has of the process around it.
import { runCommand } from './cli/run.js'

const args = process.argv.slice(2)
const isWatching = args[0] === 'watch'
const ending = new AbortController()

// `logsiren … | head` has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' && !isWatching) process.exit(0)
})
// What runs until it is ended is ended by a signal; a second one ends the process, whatever it does. `watch` ends with its input.
if (!isWatching) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())

const { stdin, stdout, stderr, env } = process
process.exitCode = await runCommand(args, { terminal: { stdin, stdout, stderr }, variables: env, ended: ending.signal })
