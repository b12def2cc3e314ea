// Silences as the lines of tables, and what they and rows mute or group in words.
import type { ShownSilence } from '../../control/silences.js'
import type { StatusRow } from '../../control/status.js'
import { grouped, oneLine, roughSpan } from '../../text.js'

/** The silences; `mutes` is how many rules and groups are known that each mutes, where somebody has looked. */
export function silenceLines(
  silences: readonly (ShownSilence & { readonly mutes?: number })[],
  nowMs: number,
): readonly (readonly string[])[] {
  if (silences.length === 0) return []
  const lines = silences.map(({ id, until, by = '-', reason = '-', mutes, ...muted }) => [
    id,
    `${mutedText(muted)}${mutes === 0 ? ' (none is known)' : ''}`,
    endsIn(until, nowMs),
    oneLine(by),
    oneLine(reason),
  ])
  return [['id', 'mutes', 'ends', 'by', 'reason'], ...lines]
}

/** The rules and groups that are silenced: what was counted in it, until when, by whom and why. */
export function silencedLines(rows: readonly StatusRow[], nowMs: number): readonly (readonly string[])[] {
  const lines = rows.flatMap(({ rule, group_by, silence }) => {
    if (silence === null) return []
    const { errors, until, by = '-', reason = '-' } = silence
    return [[oneLine(rule), groupText(group_by), grouped(errors), endsIn(until, nowMs), oneLine(by), oneLine(reason)]]
  })
  return lines.length === 0 ? [] : [['rule', 'group', 'errors', 'ends', 'by', 'reason'], ...lines]
}

/** What a silence mutes, in words. */
export function mutedText({ rule, group }: Pick<ShownSilence, 'rule' | 'group'>): string {
  if (rule === undefined) return 'all rules'
  return group === undefined ? oneLine(rule) : `${oneLine(rule)} ${groupText(group)}`
}

/** The values of a group, in words. */
export function groupText(groupBy: StatusRow['group_by']): string {
  if (groupBy === undefined) return '-'
  return Object.entries(groupBy)
    .map(([path, value]) => oneLine(`${path}=${value}`))
    .join(' ')
}

function endsIn(until: string, nowMs: number): string {
  return `in ${roughSpan((Date.parse(until) - nowMs) / 1000)}`
}
