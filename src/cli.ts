#!/usr/bin/env node
// The program `logsiren`: gives a command the streams, variables and signals of the process, and sets its exit code.
import { runCommand } from './cli/run.js'

const args = process.argv.slice(2)
const isWatching = args[0] === 'watch'
/** Whether the command does more than print: then it goes on when nobody reads what it prints. */
const isActing = isWatching || ['config', 'test', 'silence', 'admin'].includes(args[0] ?? '')
const ending = new AbortController()

// In `logsiren … | head` the reader leaves once it has its lines. That is no failure. Anything else, such as a full disk, is one: what was to be
// printed is not there. `watch` says so itself, and still has errors to count.
process.stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
  if (isWatching || (code === 'EPIPE' && isActing)) return
  if (code === 'EPIPE') process.exit(0)
  const reason = code === 'ENOSPC' ? 'no space is left' : code
  process.stderr.write(`logsiren: the output could not be written: ${reason}\n`, () => process.exit(1))
})
process.stderr.on('error', () => {})
// The first signal asks the command to end, and the second one ends the process, since `once` has removed the listener. `watch` has listeners of
// its own: it ends with its input.
if (!isWatching) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())

const { stdin, stdout, stderr, env } = process
process.exitCode = await runCommand(args, { terminal: { stdin, stdout, stderr }, variables: env, ended: ending.signal })
