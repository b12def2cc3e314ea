// `logsiren status`: shows what is counted, pending and delivered, as a table. With `--watch` it draws the table again in its place.

import type { Command } from 'commander'
import type { Control } from '../control/control.js'
import type { PendingNews, RecentNews, Status, StatusRow } from '../control/status.js'
import { oneLine, plural, roughSpan, truncate } from '../text.js'
import { command, type Flags, type ProgramParts, secondsOf, VARIABLES, withControl } from './command.js'
import { type Terminal, table } from './terminal.js'

const DEFAULT_WATCH_SECONDS = 2
const BAR_WIDTH = 10
/** At most this many alerts and ends are shown that are over. */
const MAX_RECENT = 10
/** At most this many characters of an error's message are shown. */
const MAX_MESSAGE_LENGTH = 60

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
      const settings = { json: json === true, watchMs }
      await withControl(flags, parts, (control) => showStatus(control, settings, parts.terminal, parts.ended))
    })
}

interface StatusSettings {
  readonly json: boolean
  /** Time until it is drawn again, in ms; undefined to draw it once. */
  readonly watchMs: number | undefined
}

async function showStatus(
  control: Control,
  { json, watchMs }: StatusSettings,
  { stdout, stderr }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const print = async (): Promise<string> => {
    const status = await control.status()
    return json ? `${JSON.stringify(status, null, watchMs === undefined ? 2 : 0)}\n` : drawStatus(status)
  }
  if (watchMs === undefined) {
    stdout.write(await print())
    return
  }
  const isInPlace = stdout.isTTY === true && !json
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
    const shown = isInPlace ? fitting(text, stdout.columns ?? 80, stdout.rows ?? 24) : text
    stdout.write(isInPlace && drawnLines > 0 ? `\u001b[${drawnLines}A\u001b[J${shown}` : shown)
    drawnLines = shown.split('\n').length - 1
    await pause(watchMs, signal)
  }
}

/** The status as text: a row for each rule and group, then the latest alerts and ends that are over. */
export function drawStatus({ now, rows, recent }: Status): string {
  const head = ['rule', 'group', 'errors', '', 'cooldown', 'pending', 'last alert']
  const body = rows.map((row) => [
    oneLine(row.rule) + (row.enabled ? '' : ' (off)'),
    groupText(row.group_by),
    `${row.count}/${row.threshold} in ${row.window_seconds} s`,
    bar(row),
    row.cooldown_left_seconds > 0 ? `${row.cooldown_left_seconds} s left` : '-',
    pendingText(row.pending, now),
    row.last_alert === null ? '-' : `${ago(row.last_alert.delivered_at, now)} ago`,
  ])
  const over = recent.slice(0, MAX_RECENT).map((news) => recentRow(news, now))
  return `${table([head, ...body])}${over.length === 0 ? '' : `\nLately\n${table(over)}`}`
}

function bar({ count, threshold }: StatusRow): string {
  const filled = Math.min(BAR_WIDTH, Math.floor((BAR_WIDTH * count) / threshold))
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
}

function groupText(groupBy: StatusRow['group_by']): string {
  if (groupBy === undefined) return '-'
  return Object.entries(groupBy)
    .map(([path, value]) => oneLine(`${path}=${value}`))
    .join(' ')
}

function pendingText(pending: PendingNews | null, now: string): string {
  if (pending === null) return '-'
  const last = pending.attempts.at(-1)
  const why = last === undefined ? '' : `, ${oneLine(last.outcome)}`
  const when = pending.next_attempt_at === null ? '' : `, next in ${ago(now, pending.next_attempt_at)}`
  return `${pending.kind} ${pending.state}, ${pending.tries} ${plural(pending.tries, 'try', 'tries')}${why}${when}`
}

function recentRow(
  { kind, rule, group_by, count, ended_at, outcome, tries, sample }: RecentNews,
  now: string,
): string[] {
  return [
    `${ago(ended_at, now)} ago`,
    kind,
    oneLine(rule),
    groupText(group_by),
    `${count} errors`,
    `${outcome}${tries > 1 ? ` after ${tries} tries` : ''}`,
    truncate(oneLine(sample.error_message), MAX_MESSAGE_LENGTH),
  ]
}

function ago(then: string, now: string): string {
  return roughSpan((Date.parse(now) - Date.parse(then)) / 1000)
}

function fitting(text: string, columns: number, rows: number): string {
  const lines = text.trimEnd().split('\n')
  const shown = lines.length < rows ? lines : [...lines.slice(0, rows - 2), '…']
  return shown.map((line) => `${line.slice(0, columns - 1)}\n`).join('')
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
