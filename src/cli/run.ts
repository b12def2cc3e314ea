// Runs a command of the command line, and prints an error as one line.
import { CommanderError } from 'commander'
import { oneLine } from '../text.js'
import { type ProgramParts, usageOf } from './command.js'
import { createProgram } from './program.js'
import { UsageError } from './usage-error.js'

const EXIT_FAILED = 1
const EXIT_USAGE = 2

/** Runs a command. Resolves with its exit code: 0 for done, 1 for failed, 2 for wrong usage. Never rejects. */
export async function runCommand(args: readonly string[], parts: ProgramParts): Promise<number> {
  try {
    await createProgram(parts).parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    const usage = error instanceof CommanderError ? usageOf(error) : undefined
    if (error instanceof CommanderError && usage === undefined) return 0
    const reason = usage ?? (error instanceof Error ? error.message : String(error))
    parts.terminal.stderr.write(`logsiren: ${oneLine(reason.replace(/^logsiren: /, ''))}\n`)
    return usage !== undefined || error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED
  }
}
