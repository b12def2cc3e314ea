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

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
  })
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  if (values.version === true) print(version)
  else if (values.help === true) print(help.trimEnd())
  else if (positionals.length === 1 && positionals[0] === 'demo') await runDemo(print, process.env['REDIS_URL'])
  else
    throw new TypeError(
      `Expected a command (demo), got ${positionals.length === 0 ? 'none' : `\`${positionals.join(' ')}\``}; see logsiren --help`,
    )
  return 0
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(`logsiren: ${reason.replace(/^logsiren: /, '')}\n`)
    process.exitCode = error instanceof TypeError ? EXIT_USAGE : EXIT_FAILED
  },
)
