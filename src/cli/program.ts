// All commands of the command line. The code of a command is loaded when it is called, so no command waits for the code of the others.
import { type Command, Option } from 'commander'
import { type ParserName, parserNames } from '../record/foreign-lines/event-reader.js'
import { version } from '../version.js'
import { adminCommand } from './admin.js'
import { collected, command, type Flags, group, type ProgramParts, read, VARIABLES } from './command.js'
import { configCommand } from './config/config.js'
import { flagNames } from './flags.js'
import { silenceCommand } from './silence.js'
import { statusCommand } from './status/status.js'
import { wrapped } from './terminal.js'
import { testCommand } from './test.js'

/** Makes the program with all its commands. */
export function createProgram(parts: ProgramParts): Command {
  const program = command('logsiren', 'Watches log lines, counts errors, calls one webhook.', parts)
    .usage('<command> [options]')
    .version(version, '-v, --version', 'the version')
  const commands = [
    demoCommand(parts),
    watchCommand(parts),
    configCommand(parts),
    testCommand(parts),
    statusCommand(parts),
    silenceCommand(parts),
    backtestCommand(parts),
    adminCommand(parts),
  ]
  for (const one of commands) program.addCommand(one)
  return group(program, 'logsiren')
}

function demoCommand(parts: ProgramParts): Command {
  return command(
    'demo',
    'Shows a first alert on this machine: a Pino and a Winston logger, a receiver, and what it gets',
    parts,
  )
    .addHelpText('after', '\nNeeds no network; counts in Redis where REDIS_URL is set.')
    .action(async () => {
      const { runDemo } = await import('./demo.js')
      const print = (line: string): void => void parts.terminal.stdout.write(`${line}\n`)
      await runDemo(print, parts.variables['REDIS_URL'] || undefined)
    })
}

/** The lines that each parser reads, for the help. */
const parsers: Readonly<Record<ParserName, string>> = {
  auto: 'reads each line as what it looks like: JSON, text or an access line',
  json: 'JSON lines, as pino and winston write them',
  text: 'events, each by its first line: a level where loggers put it (ERROR, [error], error:, level=error), an exception, what a stack follows; other text never counts',
  morgan: 'access lines by their status: those of morgan, Apache and nginx, and what frameworks print of a request',
}
const PARSERS = `
Parsers:
${Object.entries(parsers)
  .flatMap(([name, meaning]) => wrapped(meaning, 80, `  ${name.padEnd(8)}`))
  .join('\n')}
`
const WATCHING = `
Input is passed on unchanged. logsiren ends when its input ends, and not with
Ctrl-C or a first SIGTERM, so that it counts the last lines of the program
before it.
${PARSERS}
Examples:
  node app.js | logsiren watch --url https://example.com/hook
  node app.js 2>&1 | logsiren watch --redis redis://localhost:6379 | pino-pretty
  docker compose logs -f |
    logsiren watch --url https://example.com/hook > /dev/null`
const BACKTESTING = `
Files that are packed with gzip, brotli (.br), zlib or zstd are unpacked. The
exit code is 1 where most lines were not understood, so that nothing can be
said of them.
${PARSERS}
Examples:
  logsiren backtest app.log --threshold 10 --compare threshold=20
  logsiren backtest app.log.gz --stored --compare payments.threshold=20`

const parserOption = (): Option =>
  new Option('--parser <name>', 'how lines are read').choices(parserNames).default('auto')

function parserOf(given: unknown): ParserName {
  return parserNames.find((name) => name === given) ?? 'auto'
}

function watchCommand(parts: ProgramParts): Command {
  return command(
    'watch',
    'Counts the errors that another program writes, and passes its lines on',
    parts,
    flagNames,
    (name) =>
      name === 'redis'
        ? {
            meaning:
              'a URL, or ioredis options as JSON. Without it this process counts for itself, and reads no config',
          }
        : {},
  )
    .addOption(parserOption())
    .option('--verbose', 'also say on standard error when an alert is raised or delivered', false)
    .addHelpText('after', `${WATCHING}\n${VARIABLES}`)
    .action(async ({ parser, verbose, ...flags }: Flags) => {
      const options = read(flagNames, flags, parts)
      const { runWatch } = await import('./watch.js')
      await runWatch(options, { parser: parserOf(parser), verbose: verbose === true }, parts.terminal)
    })
}

function backtestCommand(parts: ProgramParts): Command {
  return command(
    'backtest',
    'Reports which alerts settings would have raised on past lines',
    parts,
    flagNames,
    (name) => (name === 'redis' ? { meaning: 'with --stored: the Redis that holds the config, a URL' } : {}),
  )
    .argument('[file...]', 'files of log lines, packed or not; - or no file for standard input')
    .addOption(parserOption())
    .option('--stored', 'try the config that is stored in Redis; flags stand for the options in code', false)
    .option(
      '--compare <changes>',
      'also try these changes: threshold=20,window-seconds=30, or payments.threshold=20 for one rule; may be given more than once',
      collected,
      [],
    )
    .option(
      '--learned <file>',
      'earlier lines, of which rules with new-only learn what is not new; may be given more than once',
      collected,
      [],
    )
    .option('--html <file>', 'write a report with charts')
    .option('--json', 'print the report as JSON', false)
    .addHelpText('after', `${BACKTESTING}\n${VARIABLES}`)
    .action(async (files: string[], { parser, stored, compare, learned, html, json, ...flags }: Flags) => {
      const { givenConfig } = await import('./backtest/given-config.js')
      const config = await givenConfig(flags, parts, stored === true)
      const { runBacktest } = await import('./backtest/backtest.js')
      const settings = {
        parser: parserOf(parser),
        compare: Array.isArray(compare) ? compare.map(String) : [],
        learned: Array.isArray(learned) ? learned.map(String) : [],
        ...(html !== undefined && { html: String(html) }),
        json: json === true,
      }
      await runBacktest(files, config, settings, parts.terminal)
    })
}
