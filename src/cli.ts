#!/usr/bin/env node
// The command `logsiren`: reads its arguments, runs one command, says in one line what went wrong.
import { parseArgs } from 'node:util'
import { runDemo } from './cli/demo.js'
import { version } from './version.js'

const help = `logsiren ${version}: watches log lines, counts errors, calls one webhook.

Usage: logsiren <command> [options]

Commands:
  demo        A local receiver, a Pino and a Winston logger, and the alert as it arrives.
              Needs no network; counts in Redis where REDIS_URL is set.

Options:
  -h, --help     This text
  -v, --version  The version
`

const EXIT_FAILED = 1
const EXIT_USAGE = 2

/** Arguments that make no sense: another exit code than a command that failed. */
class UsageError extends Error {}

async function main(args: string[]): Promise<void> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const { values, positionals } = parse(args)
  if (values.version === true) print(version)
  else if (values.help === true) print(help.trimEnd())
  else if (positionals.length === 1 && positionals[0] === 'demo') {
    await runDemo(print, process.env['REDIS_URL'] || undefined)
  } else {
    const got = positionals.length === 0 ? 'none' : `\`${positionals.join(' ')}\``
    throw new UsageError(`Expected a command (demo), got ${got}; see logsiren --help`)
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    })
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error)
  process.stderr.write(`logsiren: ${reason.replace(/^logsiren: /, '')}\n`)
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED
})
