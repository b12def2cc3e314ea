// The status as text: tables for a terminal, and the sentences that an operator must read first.
import type { PendingNews, RecentNews, Status, StatusRow } from '../../control/status.js'
import { countText, limitText, nearness, sharePercent } from '../../share.js'
import { counted, grouped, oneLine, plural, roughSpan, truncate } from '../../text.js'
import { fittedTable, wrapped } from '../terminal.js'
import { groupText, silencedLines, silenceLines } from './silence-lines.js'

const BAR_WIDTH = 10
/** At most this many alerts and ends are shown that are over. */
const MAX_RECENT = 10
/** At most this many characters of an error's message are shown. */
const MAX_MESSAGE_LENGTH = 60
/** At most this many notices that are not delivered are explained. */
const MAX_UNDELIVERED = 10
/** At most this many rules and groups are listed that are silenced, and this many silences. */
const [MAX_SILENCED, MAX_SILENCES] = [20, 30]
/** At most this many processes are listed. */
const MAX_PROCESSES = 30
/** A narrower terminal has no room for bars beside names. */
const COLUMNS_FOR_BARS = 100

/** How the status is drawn. */
export interface DrawOptions {
  readonly configKey: string
  /** No line is longer than that. */
  readonly columns: number
  /** At most so many rules and groups are drawn, the busiest. */
  readonly mostRows?: number
}

/**
 * The status as text: first what an operator must know, then a row for each rule and group, what is not delivered, what is silenced, the
 * receivers, the processes, and the latest alerts and ends that are over.
 */
export function drawStatus(status: Status, { configKey, columns, mostRows = Infinity }: DrawOptions): string {
  const { rows, recent, now } = status
  const drawn = busiest(rows, mostRows)
  const beyond = status.rows_beyond + rows.length - drawn.length
  const said = (text: string): string =>
    wrapped(text, columns)
      .map((line) => `${line}\n`)
      .join('')
  if (isBlank(status)) {
    return said(
      `Nothing is known under the key ${oneLine(configKey)} in this database: no process has told of itself, and no config is stored. Is it the right database and key?`,
    )
  }
  const section = (title: string, { lines, more = 0 }: Section, shortened: readonly number[]): string => {
    const rest = more > 0 ? `and ${grouped(more)} more\n` : ''
    return lines.length === 0 ? '' : `\n${title}\n${fittedTable(lines, columns, shortened)}${rest}`
  }
  const unshown = `${counted(beyond, 'more rule or group', 'more rules and groups')} ${plural(beyond, 'is', 'are')} not shown: the busiest are.`
  return [
    ...warningsOf(status).map(said),
    rows.length === 0 ? said('No rule is known: none is switched on, or none has counted an error yet.') : '',
    drawRules(drawn, now, columns),
    beyond > 0 ? said(unshown) : '',
    ...ignoredIn(status).map(said),
    section('Not delivered', undelivered(rows, now), [0, 1]),
    section('Silenced', shortOf(silencedLines(rows, Date.parse(now)), MAX_SILENCED), [0, 1, 4]),
    section('Silences', shortOf(silenceLines(status.silences, Date.parse(now)), MAX_SILENCES), [1, 3]),
    section('Receivers', receivers(rows, now), [0, 1]),
    section('Processes', drawnProcesses(status), [0, 1]),
    section('Lately', { lines: recent.slice(0, MAX_RECENT).map((news) => recentRow(news, now)) }, [2, 3]),
  ].join('')
}

/** The rows to draw if there is room for `most` of them, in their order: what is pending is chosen first, then what is nearest to its threshold. */
function busiest(rows: readonly StatusRow[], most: number): readonly StatusRow[] {
  if (rows.length <= most) return rows
  const ranked = [...rows].sort(
    (a, b) => Number(b.pending !== null) - Number(a.pending !== null) || nearness(b, b) - nearness(a, a),
  )
  const drawn = new Set(ranked.slice(0, most))
  return rows.filter((row) => drawn.has(row))
}

interface Section {
  readonly lines: readonly (readonly string[])[]
  /** How many lines are left out. */
  readonly more?: number
}

/** A section of a table's first lines, its head not counted. */
function shortOf(lines: readonly (readonly string[])[], most: number): Section {
  return { lines: lines.slice(0, most + 1), more: Math.max(0, lines.length - 1 - most) }
}

/** Whether nothing was ever heard under this key, so that it is likely the wrong one. */
function isBlank({ rows, recent, processes, silences, totals, config }: Status): boolean {
  const isUntold = [rows, recent, processes, silences].every(({ length }) => length === 0)
  return isUntold && Object.keys(totals).length === 0 && config.state === 'missing'
}

/** What an operator must know before anything else: each makes the rest mean something else. */
function warningsOf({ config, processes, last_observed_at, now }: Status): string[] {
  const problem = oneLine(config.problem ?? '').replace(/\.$/, '')
  const observed = last_observed_at === null ? '' : ` Lines were last read ${ago(last_observed_at, now)} ago.`
  const warnings = [
    ...(config.state === 'invalid'
      ? [
          `The stored config is not valid: ${problem}. Processes keep the last good one that they have read; a process that starts now uses its options in code.`,
        ]
      : []),
    ...(processes.length === 0
      ? [`No process has been heard of within the last minute: nobody counts errors or sends alerts.${observed}`]
      : []),
  ]
  return warnings.length === 0 ? [] : [...warnings, '']
}

/** What the option `ignore` keeps from the rules, so that nobody forgets it there. */
function ignoredIn({ totals: { ignored = 0, errors = 0 } }: Status): string[] {
  if (ignored === 0) return []
  return [
    `${counted(ignored, 'error')} ${plural(ignored, 'was', 'were')} ignored, and ${grouped(errors)} counted, by all processes together.`,
  ]
}

function drawRules(rows: readonly StatusRow[], now: string, columns: number): string {
  if (rows.length === 0) return ''
  const [hasGroups, hasBars] = [rows.some(({ group_by }) => group_by !== undefined), columns >= COLUMNS_FOR_BARS]
  const line = (rule: string, group: string, bar: string, rest: readonly string[]): string[] => [
    rule,
    ...(hasGroups ? [group] : []),
    ...(hasBars ? [bar] : []),
    ...rest,
  ]
  const errors = rows.some(({ requests }) => requests !== undefined) ? 'errors of requests' : 'errors'
  const head = line('rule', 'group', '', [errors, 'threshold', 'cooldown', 'alert', 'last alert'])
  const body = rows.map((row) =>
    line(ruleText(row), groupText(row.group_by), bar(row), [
      shareText(row),
      `${limitText(row)} in ${row.window_seconds} s`,
      row.cooldown_left_seconds > 0 ? roughSpan(row.cooldown_left_seconds) : '-',
      alertText(row),
      row.last_alert === null ? '-' : `${ago(row.last_alert.delivered_at, now)} ago`,
    ]),
  )
  return fittedTable([head, ...body], columns, hasGroups ? [0, 1] : [0])
}

/** `12 of 240 (5 %)`: the head of the column says of what. */
function shareText(row: StatusRow): string {
  const { count, requests } = row
  return grouped(count) + (requests === undefined ? '' : ` of ${grouped(requests)} (${sharePercent(row)} %)`)
}

function bar(row: StatusRow): string {
  const filled = Math.min(BAR_WIDTH, Math.floor(BAR_WIDTH * nearness(row, row)))
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
}

function ruleText({ rule, enabled }: StatusRow): string {
  return oneLine(rule) + (enabled ? '' : ' (off)')
}

/** What waits to be told, with the reason and when it is tried again; what is tried first comes first. */
function undelivered(rows: readonly StatusRow[], now: string): Section {
  const waiting = rows.flatMap((row) => (row.pending === null ? [] : [{ row, pending: row.pending }]))
  waiting.sort((a, b) => timeOf(a.pending.next_attempt_at) - timeOf(b.pending.next_attempt_at))
  const lines = waiting
    .slice(0, MAX_UNDELIVERED)
    .map(({ row, pending }) => [
      oneLine(row.rule),
      groupText(row.group_by),
      noticeText(pending),
      String(pending.tries),
      nextText(pending.next_attempt_at, now),
      oneLine(pending.attempts.at(-1)?.outcome ?? '-'),
    ])
  if (lines.length === 0) return { lines }
  const head = ['rule', 'group', 'what', 'tries', 'next try', 'why']
  return { lines: [head, ...lines], more: waiting.length - lines.length }
}

function timeOf(time: string | null): number {
  return time === null ? 0 : Date.parse(time)
}

function alertText({ pending, silence }: StatusRow): string {
  const parts = [...(pending === null ? [] : [noticeText(pending)]), ...(silence === null ? [] : ['silenced'])]
  return parts.length === 0 ? '-' : parts.join(', ')
}

function noticeText({ kind, state }: PendingNews): string {
  return kind === 'alert' ? state : `end ${state}`
}

/** A next attempt is null while one runs. */
function nextText(next: string | null, now: string): string {
  if (next === null) return '-'
  return Date.parse(next) > Date.parse(now) ? `in ${ago(now, next)}` : 'now'
}

/** A row for each rule and receiver, not for each group. */
function receivers(rows: readonly StatusRow[], now: string): Section {
  const seen = new Map<string, string[]>()
  for (const { rule, receiver } of rows) {
    if (receiver === null) continue
    const { host, format, last_answer } = receiver
    const answer =
      last_answer === null
        ? 'not asked yet'
        : `${last_answer.delivered ? 'delivered' : 'not delivered'} ${ago(last_answer.at, now)} ago: ${oneLine(last_answer.outcome)}`
    const key = `${rule} ${host} ${format}`
    if (!seen.has(key)) seen.set(key, [oneLine(rule), oneLine(host), format, answer])
  }
  const head = ['rule', 'receiver', 'format', 'last answer']
  return { lines: seen.size === 0 ? [] : [head, ...seen.values()] }
}

const CONFIG_WORDS = { options: 'its options', document: 'stored', last_good: 'last good' } as const

function drawnProcesses({ processes, now }: Status): Section {
  if (processes.length === 0) return { lines: [] }
  const shown = processes
    .slice(0, MAX_PROCESSES)
    .map(({ service, hostname, pid, version, logger, seen_at, lines_per_minute, config }) => [
      oneLine(service) || '-',
      oneLine(hostname) || '-',
      String(pid),
      logger,
      oneLine(version),
      grouped(lines_per_minute),
      `${ago(seen_at, now)} ago`,
      CONFIG_WORDS[config],
    ])
  const head = ['service', 'host', 'pid', 'logger', 'version', 'lines/min', 'seen', 'config']
  return { lines: [head, ...shown], more: processes.length - shown.length }
}

function recentRow(
  { kind, rule, group_by, count, requests, ended_at, outcome, tries, sample }: RecentNews,
  now: string,
): string[] {
  const message = truncate(oneLine(sample.error_message), MAX_MESSAGE_LENGTH)
  return [
    `${ago(ended_at, now)} ago`,
    kind,
    oneLine(rule),
    groupText(group_by),
    `${outcome}${tries > 1 ? `, ${tries} tries` : ''}`,
    `${countText({ count, requests })}${message === '' ? '' : `: ${message}`}`,
  ]
}

function ago(then: string, now: string): string {
  return roughSpan((Date.parse(now) - Date.parse(then)) / 1000)
}
