// The story of a run: its lines say what happened, in order, for one rule or for all.
import { at } from './books/problem.js'
import { silenceEndMs } from './books/views.js'
import type { Journal } from './journal.js'

export function storyOf(journal: Journal, rule: string | undefined): readonly string[] {
  const {
    lives,
    alerts,
    attempts,
    beats,
    adoptions,
    writes,
    disturbances,
    bursts,
    warnings,
    steps,
    flushes,
    silences,
  } = journal
  const isTold = (one: { readonly rule: string }): boolean => rule === undefined || one.rule === rule
  const name = (life: number): string => `${lives[life]?.process}#${life}`
  const lines: (readonly [atMs: number, text: string])[] = [
    ...lives.map((one) => [one.startMs, `${name(one.number)} starts`] as const),
    ...lives.flatMap((one) =>
      one.endMs === undefined ? [] : [[one.endMs, `${name(one.number)} is ${one.end}`] as const],
    ),
    ...disturbances.map((one) => [one.fromMs, `${one.where}: ${one.kind} until ${at(one.untilMs)}`] as const),
    ...steps.map((one) => [one.atMs, `the server's clock moves by ${at(one.byMs)}`] as const),
    ...flushes.map((ms) => [ms, 'Redis forgets'] as const),
    ...silences.map((one) => {
      const whose = `${one.rule ?? 'all'} ${one.group ?? ''}`
      const endMs = silenceEndMs(journal, one)
      return [one.atMs, `silence ${one.id} of ${whose} until ${at(endMs)}`] as const
    }),
    ...writes.map((one) => [one.atMs, `config ${one.text?.slice(0, 80)}, off: ${one.off.join(' ')}`] as const),
    ...adoptions
      .filter(({ isInitial }) => !isInitial)
      .map((one) => [one.atMs, `${name(one.life)} adopts a config`] as const),
    ...bursts.filter(isTold).map((one) => {
      return [
        one.times[0] ?? 0,
        `${name(one.life)} logs ${one.times.length} of ${one.rule} ${one.group}${one.error} until ${at(one.times.at(-1) ?? 0)}`,
      ] as const
    }),
    ...alerts.filter(isTold).map((one) => {
      const how = `count ${one.count} of ${one.threshold}${one.isDegraded ? ', degraded' : ''}`
      return [
        one.atMs,
        `${name(one.life)} raises ${one.id} of ${one.rule} ${one.group} for ${one.url}, ${how}`,
      ] as const
    }),
    ...attempts.filter(isTold).map((one) => {
      const end = one.endMs === undefined ? 'no end' : `until ${at(one.endMs)}`
      const answer = `${one.status ?? 'no answer'}${one.isHeard ? '' : ' (not heard)'}`
      const what = one.kind === 'end' ? `the end of ${one.alertId}` : one.id
      const whose = one.groups > 0 ? `${one.group} of ${one.groups}` : `${one.group}${one.error}`
      return [one.startMs, `${name(one.life)} sends ${what} ${whose} to ${one.url}, ${end}: ${answer}`] as const
    }),
    ...beats.map((one) => {
      const answer = `${one.status ?? 'no answer'}${one.isHeard ? '' : ' (not heard)'}`
      return [one.startMs, `${name(one.life)} beats: ${answer}`] as const
    }),
    ...warnings.map((one) => [one.atMs, `${name(one.life)} warns: ${one.message}`] as const),
  ]
  return lines.sort((a, b) => a[0] - b[0]).map(([atMs, text]) => `${at(atMs)}: ${text}`)
}
