// Which processes of the fleet are alive, and what stands in the way of alerts though nothing looks wrong.
import type { Status, StatusProcess } from '../../../control/status.js'
import { counted, grouped, oneLine, roughSpan } from '../../../text.js'
import { byId, make, say, setText } from '../../dom.js'

const heads = ['Service', 'Host', 'Process', 'Logger', 'Version', 'Lines a minute', 'Config', 'Heard of'] as const

const configs: Readonly<Record<StatusProcess['config'], string>> = {
  options: 'its options',
  document: 'stored',
  last_good: 'last good',
}

type Told = Pick<Status, 'now' | 'processes' | 'config' | 'last_observed_at' | 'rows' | 'recent'>

export class Fleet {
  readonly #notice = byId('fleet-notice', HTMLElement)
  readonly #processes = byId('processes', HTMLDetailsElement)
  readonly #summary = byId('processes-summary', HTMLElement)
  readonly #table = byId('processes-table', HTMLElement)
  #drawn = ''

  update(status: Told): void {
    const { processes } = status
    const notices = [aliveNotice(status), configNotice(status)].filter((text) => text !== '')
    say(this.#notice, notices.join('\n'), notices.length > 0 ? 'bad' : '')
    const lines = processes.reduce((sum, one) => sum + one.lines_per_minute, 0)
    setText(
      this.#summary,
      `${counted(processes.length, 'process', 'processes')} heard of within the last minute, ${counted(lines, 'line')} a minute`,
    )
    this.#processes.hidden = processes.length === 0
    const rows = processes.map((one) => cellsOf(one, Date.parse(status.now)))
    const text = JSON.stringify(rows)
    if (text === this.#drawn) return
    this.#drawn = text
    const head = make('tr', {}, ...heads.map((title) => make('th', { scope: 'col' }, title)))
    const body = rows.map((cells) =>
      make('tr', {}, ...cells.map((cell, at) => make('td', { 'data-head': heads[at] ?? '' }, make('bdi', {}, cell)))),
    )
    this.#table.replaceChildren(
      make('table', { class: 'stacked' }, make('thead', {}, head), make('tbody', {}, ...body)),
    )
  }

  clear(): void {
    say(this.#notice, '')
    this.#processes.hidden = true
    this.#table.replaceChildren()
    this.#drawn = ''
  }
}

function cellsOf(process: StatusProcess, nowMs: number): readonly string[] {
  const { service, hostname, pid, logger, version, lines_per_minute: lines, config, seen_at: seenAt } = process
  return [
    oneLine(service) || '–',
    oneLine(hostname) || '–',
    String(pid),
    oneLine(logger),
    oneLine(version),
    grouped(lines),
    configs[config],
    `${roughSpan((nowMs - Date.parse(seenAt)) / 1000)} ago`,
  ]
}

function aliveNotice({ now, processes, last_observed_at: observedAt, rows, recent, config }: Told): string {
  if (processes.length > 0) return ''
  const isBlank = rows.length === 0 && recent.length === 0 && config.state === 'missing' && observedAt === null
  if (isBlank)
    return 'Nothing is known here: no process has told of itself, and no config is stored. Is it the right database and key?'
  const ago = observedAt === null ? '' : roughSpan((Date.parse(now) - Date.parse(observedAt)) / 1000)
  const read = ago === '' ? '' : ` Lines were last read ${ago} ago.`
  return `No process has been heard of within the last minute: nobody counts errors or sends alerts.${read}`
}

function configNotice({ config, processes }: Told): string {
  if (config.state !== 'invalid') return ''
  const byConfig = (config: StatusProcess['config']): number => processes.filter((one) => one.config === config).length
  const inForce = [
    [byConfig('last_good'), 'by the last good one'],
    [byConfig('options'), 'by its options in code'],
  ] as const
  const parts = inForce
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${counted(count, 'process', 'processes')} ${what}`)
  const goes = parts.length === 0 ? '' : ` In force meanwhile: ${parts.join(', ')}.`
  return `The stored config is not valid: ${oneLine(config.problem ?? '')}.${goes}`.replace('..', '.')
}
