// The names of all keys in Redis.
import type { RuleSettings } from '../../config/settings.js'
import type { Series } from '../../rule/series.js'
import { destinationId } from './destination-id.js'

/** The keys that belong to one config key. On a cluster they have its name as hash tag, so that all lie in one slot. */
export interface KeyNames {
  readonly config: string
  /** Names the state of the config, so that two writers do not overwrite each other's change. */
  readonly revision: string
  /** The last sequence of a client that was counted. */
  readonly sequence: (clientId: string) => string
  /** What all processes of the fleet agree on, see lua/fleet.ts. */
  readonly fleet: string
  /** Announcements of the series that were counted lately, for operators. */
  readonly series: string
  /** The last notices that were delivered or given up. */
  readonly history: string
  /** Sums of the counters of all processes. */
  readonly totals: string
  /** What each process last told of itself. */
  readonly processes: string
  /** The silences that operators have set (hash): `version`, a text of its own after each write, and each silence by its id. */
  readonly silences: string
  /** The last beat of the heartbeat to a url (string, see lua/beat.ts). */
  readonly beat: (url: string) => string
  /** The cooldown of the default rule without groups, shared with the original service. */
  readonly cooldown: string
  readonly ring: (series: Series) => string
  /** The ring of the requests that are no counted errors, of a series whose rule has `percent`. */
  readonly others: (series: Series) => string
  readonly bucket: (series: Series, bucket: number) => string
  /** The last delivery of a series' alerts, wherever they go, and how many errors it has suppressed. */
  readonly delivery: (series: Series) => string
  /** The pending notice and the episode of a series, for its rule's destination or the one that is named. */
  readonly alert: (series: Series, destination?: string) => string
  /** The series of a rule that have a pending alert for its destination, by due time. */
  readonly due: (rule: RuleSettings) => string
  /** The series of a rule that have an end to come for its destination, by due time. */
  readonly ends: (rule: RuleSettings) => string
  /** When alerts of a rule's groups for its destination began within the last minute. */
  readonly begun: (rule: RuleSettings) => string
  /** The kinds that a rule knows which counts only what is new. */
  readonly kinds: (rule: RuleSettings) => string
  /** How the last attempt to deliver a notice of a rule to a destination ended. */
  readonly answer: (ruleName: string, destination: string) => string
  /** The keys of `due` and `ends`, for a caller that knows only the rule's name and the destination's id. */
  readonly open: (ruleName: string, destination: string) => readonly string[]
}

export function keyNames(configKey: string, isCluster: boolean): KeyNames {
  const prefix = isCluster && !/\{[^}]+\}/.test(configKey) ? `{${configKey}}` : configKey
  // The default rule's names are the original's; other rules' and groups' say whose they are.
  const ofRule = (name: string): string => (name === 'default' ? '' : `:rule:${name}`)
  const of = (suffix: string, { rule, groupKey }: Series): string =>
    `${prefix}:${suffix}${ofRule(rule.name)}${groupKey === '' ? '' : `:group:${groupKey}`}`
  return {
    config: configKey,
    revision: `${prefix}:revision`,
    sequence: (clientId) => `${prefix}:seq:${clientId}`,
    fleet: `${prefix}:fleet`,
    series: `${prefix}:series`,
    history: `${prefix}:history`,
    totals: `${prefix}:totals`,
    processes: `${prefix}:processes`,
    silences: `${prefix}:silences`,
    beat: (url) => `${prefix}:beat:${destinationId(url)}`,
    cooldown: `${prefix}:cooldown`,
    // Processes with different windows count apart: in one ring each would start it anew at every batch. And where the config lets a rule count
    // only what is new, or look at the share of errors too, what it counted before is none of that.
    ring: (series) => of(`ring:${series.rule.windowMs / 1000}${purposeOf(series.rule)}`, series),
    others: (series) => of(`others:${series.rule.windowMs / 1000}`, series),
    bucket: (series, bucket) => of(`errors:${bucket}`, series),
    delivery: (series) => of('alert', series),
    alert: (series, destination = destinationId(series.rule.url)) => of(`alert:${destination}`, series),
    due: ({ name, url }) => `${prefix}:due:${destinationId(url)}${ofRule(name)}`,
    ends: ({ name, url }) => `${prefix}:ends:${destinationId(url)}${ofRule(name)}`,
    begun: ({ name, url }) => `${prefix}:begun:${destinationId(url)}${ofRule(name)}`,
    kinds: ({ name }) => `${prefix}:kinds${ofRule(name)}`,
    answer: (name, destination) => `${prefix}:answer:${destination}${ofRule(name)}`,
    open: (name, destination) => ['due', 'ends'].map((suffix) => `${prefix}:${suffix}:${destination}${ofRule(name)}`),
  }
}

function purposeOf({ newOnly, percent }: RuleSettings): string {
  if (newOnly) return '-new'
  return percent > 0 ? '-share' : ''
}

/** Whether the original service counts this series too: it knows the default rule without groups only. */
export function isOriginals({ rule, groupKey }: Series): boolean {
  return rule.name === 'default' && groupKey === ''
}
