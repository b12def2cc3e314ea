// What the commands of the command line are made of: how each is set up, what reads their flags, and what opens Redis for them.
import { Command, type CommanderError, InvalidArgumentError } from 'commander'
import { controlOptionNames, type OptionName } from '../config/engine-options.js'
import type { LogsirenOptions } from '../config/options.js'
import type { Control, ControlOptions } from '../control/control.js'
import { flagsOf, readOptions } from './flags.js'
import type { Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

export type Flags = Readonly<Record<string, unknown>>
export type Names = readonly OptionName[]

export interface ProgramParts {
  readonly terminal: Terminal
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Aborted when the process is asked to end. */
  readonly ended: AbortSignal
}

export const VARIABLES = `
Each flag that is an option can also be given as a variable: --window-seconds as LOGSIREN_WINDOW_SECONDS. Flags win.`

/** A command with these options as flags; what it says goes to the terminal, and its errors are thrown. */
export function command(name: string, description: string, { terminal }: ProgramParts, options: Names = []): Command {
  const made = new Command(name)
    .description(description)
    .helpOption('-h, --help', 'this text')
    .helpCommand(false)
    .allowExcessArguments(false)
    .exitOverride()
    // Errors are told in one place, in one line.
    .configureOutput({ writeOut: (text) => void terminal.stdout.write(text), writeErr: () => {} })
  for (const option of flagsOf(options)) made.addOption(option)
  return made
}

/** A command that only has others below it. */
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

export function read(names: Names, flags: Flags, { variables }: ProgramParts): LogsirenOptions {
  return readOptions(names, { flags, variables })
}

/** The options of what an operator's command works on. */
export function readControl(flags: Flags, parts: ProgramParts): ControlOptions {
  const options = read(controlOptionNames, flags, parts)
  if (options.redis === undefined)
    throw new UsageError('Expected --redis (or LOGSIREN_REDIS, or REDIS_URL) to say where the config is, got none')
  return options
}

/** Opens it, and closes it whatever happens. */
export async function withControl(
  flags: Flags,
  parts: ProgramParts,
  task: (control: Control) => Promise<void>,
): Promise<void> {
  const options = readControl(flags, parts)
  const { openControl } = await import('../control/control.js')
  const control = openControl(options)
  try {
    await task(control)
  } finally {
    await control.close()
  }
}

/** The sentence of an error that commander has thrown; undefined where it has done what was asked, such as help. */
export function usageOf(error: CommanderError): string | undefined {
  return error.exitCode === 0 ? undefined : error.message.replace(/^error: /, '')
}

/** Collects a flag that may be given more than once. */
export function collected(value: string, before: readonly string[]): readonly string[] {
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
