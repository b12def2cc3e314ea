// `logsiren status`: shows what is counted, pending and delivered. With `--watch` it draws the status again in its place.
import type { Command } from 'commander'
import { DEFAULT_CONFIG_KEY } from '../../config/defaults.js'
import type { Control } from '../../control/control.js'
import { oneLine } from '../../text.js'
import { command, type Flags, type ProgramParts, read, secondsOf, VARIABLES, withControl } from '../command.js'
import { columnsOf, type Terminal } from '../terminal.js'
import { drawStatus } from './drawing.js'

const DEFAULT_WATCH_SECONDS = 2
/** Columns where the output is no terminal, so that a name of hundreds of characters does not make the table unreadable there. */
const COLUMNS_OF_NO_TERMINAL = 120
/** Rows of a terminal that does not say how many it has. */
const DEFAULT_ROWS = 24
/** Where a terminal has no room for all rules and groups, so many are drawn at least, and what stands below them is cut off. */
const LEAST_ROWS = 5

export function statusCommand(parts: ProgramParts): Command {
  return command('status', 'Shows what is counted, pending and delivered in the whole fleet', parts, [
    'redis',
    'configKey',
  ])
    .option(
      '--watch [seconds]',
      'draw it again and again, after this many seconds, 0.1 to 3600 (default: 2)',
      secondsOf,
    )
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', VARIABLES)
    .action(async ({ watch, json, ...flags }: Flags) => {
      const watchMs =
        watch === undefined ? undefined : 1000 * (typeof watch === 'number' ? watch : DEFAULT_WATCH_SECONDS)
      const { configKey = DEFAULT_CONFIG_KEY } = read(['configKey'], flags, parts)
      const settings = { json: json === true, watchMs, configKey }
      await withControl(flags, parts, (control) => showStatus(control, settings, parts.terminal, parts.ended))
    })
}

interface StatusSettings {
  readonly json: boolean
  readonly configKey: string
  /** Time until it is drawn again, in ms; undefined to draw it once. */
  readonly watchMs: number | undefined
}

async function showStatus(
  control: Control,
  { json, watchMs, configKey }: StatusSettings,
  { stdout, stderr }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const print = async (): Promise<string> => {
    const status = await control.status()
    if (json) return `${JSON.stringify(status, null, watchMs === undefined ? 2 : 0)}\n`
    const columns = stdout.isTTY === true ? columnsOf(stdout) : COLUMNS_OF_NO_TERMINAL
    const whole = drawStatus(status, { configKey, columns })
    const excess = isInPlace ? whole.split('\n').length - (stdout.rows ?? DEFAULT_ROWS) : 0
    if (excess <= 0) return whole
    const mostRows = Math.max(LEAST_ROWS, status.rows.length - excess - 1)
    return drawStatus(status, { configKey, columns, mostRows })
  }
  const isInPlace = watchMs !== undefined && stdout.isTTY === true && !json
  if (watchMs === undefined) {
    stdout.write(await print())
    return
  }
  let drawnLines = 0
  while (!signal.aborted) {
    const text = await print().catch((error: unknown) => {
      const why = `${oneLine(error instanceof Error ? error.message : error)}\n`
      if (isInPlace) return why
      // Output that is not drawn in place goes to a program, which expects no sentences between the tables or JSON.
      if (!signal.aborted) stderr.write(why)
      return ''
    })
    if (signal.aborted) break
    // A table that does not fit would scroll, and the next one could not be drawn over it.
    const shown = isInPlace ? fitting(text, columnsOf(stdout), stdout.rows ?? DEFAULT_ROWS) : text
    stdout.write(isInPlace && drawnLines > 0 ? `\u001b[${drawnLines}A\u001b[J${shown}` : shown)
    drawnLines = shown.split('\n').length - 1
    await pause(watchMs, signal)
  }
}

function fitting(text: string, columns: number, rows: number): string {
  const lines = text.trimEnd().split('\n')
  const shown = lines.length < rows ? lines : [...lines.slice(0, rows - 2), '…']
  return shown.map((line) => `${line.slice(0, columns)}\n`).join('')
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
