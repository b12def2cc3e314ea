#!/usr/bin/env node
// The command `logsiren`: runs one command, and says in one line what went wrong.
import { CommanderError } from 'commander'
import { usageOf } from './cli/command.js'
import { createProgram } from './cli/program.js'
import { UsageError } from './cli/usage-error.js'
import { oneLine } from './text.js'

const EXIT_FAILED = 1
const EXIT_USAGE = 2

const ending = new AbortController()

/** Ends what runs until it is ended; a second signal ends the process, whatever it does. */
function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
}

async function main(): Promise<void> {
  // `logsiren … | head` has what it wanted.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' && !isWatching) process.exit(0)
  })
  const isWatching = process.argv[2] === 'watch'
  if (!isWatching) endOnSignals()
  const { stdin, stdout, stderr, env } = process
  const program = createProgram({ terminal: { stdin, stdout, stderr }, variables: env, ended: ending.signal })
  await program.parseAsync()
}

main().catch((error: unknown) => {
  const usage = error instanceof CommanderError ? usageOf(error) : undefined
  if (error instanceof CommanderError && usage === undefined) return
  const reason = usage ?? (error instanceof Error ? error.message : String(error))
  process.stderr.write(`logsiren: ${oneLine(reason.replace(/^logsiren: /, ''))}\n`)
  process.exitCode = usage !== undefined || error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED
})
