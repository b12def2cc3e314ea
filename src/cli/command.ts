// The parts that the commands share: setting up a command, reading its flags, and opening Redis for it.
import { Command, type CommanderError, type Help, InvalidArgumentError } from 'commander'
import { controlOptionNames, type OptionName } from '../config/engine-options.js'
import type { LogsirenOptions } from '../config/options.js'
import type { Control, ControlOptions } from '../control/control.js'
import { type FlagText, flagsOf, readOptions } from './flags.js'
import { type Terminal, wrapped } from './terminal.js'
import { UsageError } from './usage-error.js'

export type Flags = Readonly<Record<string, unknown>>
export type Names = readonly OptionName[]

/** The parts of the process that commands use. */
export interface ProgramParts {
  readonly terminal: Terminal
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Aborted when the process is asked to end. */
  readonly ended: AbortSignal
}

export const VARIABLES = `
Options of logsiren can also be given as environment variables:
--window-seconds as LOGSIREN_WINDOW_SECONDS. A flag wins over a variable.`

/** Columns of the help where the output is no terminal, and where it is a wide one. */
const HELP_COLUMNS = 80
const MAX_HELP_COLUMNS = 100
/** Columns beside which the meaning of a flag stands; a longer flag has it below. */
const MAX_TERM_COLUMNS = 26

/** Makes a command with these options as flags. It writes to the terminal, and throws its errors. */
export function command(
  name: string,
  description: string,
  { terminal }: ProgramParts,
  options: Names = [],
  textsOf?: (name: OptionName) => FlagText,
): Command {
  const made = new Command(name)
    .description(description)
    .helpOption('-h, --help', 'this text')
    .helpCommand(false)
    .allowExcessArguments(false)
    .exitOverride()
    // `runCommand` prints all errors, each as one line.
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(terminal.stdout.columns ?? HELP_COLUMNS, MAX_HELP_COLUMNS),
    })
    .configureHelp({ padWidth: (made, help) => Math.min(MAX_TERM_COLUMNS, widestTerm(made, help)), formatItem })
  for (const option of flagsOf(options, textsOf)) made.addOption(option)
  return made
}

function widestTerm(made: Command, help: Help): number {
  return Math.max(help.longestOptionTermLength(made, help), help.longestSubcommandTermLength(made, help))
}

/** A flag and its meaning; beside each other, or below each other where the flag is long. Commander does not wrap what is beside a long one. */
function formatItem(term: string, termWidth: number, meaning: string, { helpWidth = HELP_COLUMNS }: Help): string {
  const isLong = term.length > termWidth
  const mark = `  ${isLong ? ' '.repeat(termWidth) : term.padEnd(termWidth)}  `
  const lines = meaning === '' ? [mark.trimEnd()] : wrapped(meaning, helpWidth, mark)
  return [...(isLong ? [`  ${term}`] : []), ...lines].join('\n')
}

/** Makes a command that only has others below it. Called alone or with an unknown name it throws a UsageError with their names. */
export function group(made: Command, name: string): Command {
  return made
    .allowExcessArguments(true)
    .allowUnknownOption()
    .action(() => {
      const [got] = made.args
      const known = made.commands.map((one) => one.name()).join(', ')
      throw new UsageError(
        `Expected a command (${known}), got ${got === undefined ? 'none' : `\`${got}\``}; see ${name} --help`,
      )
    })
}

/** The values of these options, from flags and variables. @throws UsageError */
export function read(names: Names, flags: Flags, { variables }: ProgramParts): LogsirenOptions {
  return readOptions(names, { flags, variables })
}

/** The options that say where the config is, and where alerts may go. @throws UsageError without `redis` */
export function readControl(flags: Flags, parts: ProgramParts): ControlOptions {
  const options = read(controlOptionNames, flags, parts)
  if (options.redis === undefined)
    throw new UsageError('Expected --redis (or LOGSIREN_REDIS, or REDIS_URL) to say where the config is, got none')
  return options
}

/** Runs a task with the control operations, and closes their connections at its end, after an error too. */
export async function withControl<T>(
  flags: Flags,
  parts: ProgramParts,
  task: (control: Control) => Promise<T>,
): Promise<T> {
  const options = readControl(flags, parts)
  const { openControl } = await import('../control/control.js')
  const control = openControl(options)
  try {
    return await task(control)
  } finally {
    await control.close()
  }
}

/** The message of an error that commander has thrown; undefined if it threw after it did what was asked, such as showing help. */
export function usageOf(error: CommanderError): string | undefined {
  return error.exitCode === 0 ? undefined : error.message.replace(/^error: /, '')
}

/** Collects the values of a flag that may be given more than once. */
export function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

export function secondsOf(text: string): number {
  const seconds = Number(text)
  if (seconds >= 0.1 && seconds <= 3600) return seconds
  throw new InvalidArgumentError('Expected seconds from 0.1 to 3600.')
}

export function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('Expected a port from 0 to 65535.')
}
