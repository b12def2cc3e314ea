// The names of everything kept in Redis.
import type { RuleSettings } from '../../config/settings.js'
import type { Series } from '../../rule/series.js'
import { destinationId } from './destination-id.js'

/** State keys of one config key: on a cluster they carry its name as hash tag, so that all lie in its slot. */
export interface KeyNames {
  readonly config: string
  /** Names each state of the config, for those who write it. */
  readonly revision: string
  readonly sequence: (clientId: string) => string
  /** What processes tell each other. */
  readonly fleet: string
  /** What was counted lately, for operators. */
  readonly series: string
  /** The last alerts, and ends of alerts, that are over with. */
  readonly history: string
  /** The counters of all processes together. */
  readonly totals: string
  /** The cooldown of the default rule without groups, shared with the original service. */
  readonly cooldown: string
  readonly ring: (series: Series) => string
  readonly bucket: (series: Series, bucket: number) => string
  /** What is known of a series' alerts whoever delivers them: the last delivery, and what it suppresses. */
  readonly delivery: (series: Series) => string
  /** What is open of a series for its rule's destination, or for the one that is named. */
  readonly alert: (series: Series, destination?: string) => string
  /** Alerts of a rule that wait for its destination, by when somebody should look. */
  readonly due: (rule: RuleSettings) => string
  /** Ends of its alerts that are owed to that destination, by when somebody should look. */
  readonly ends: (rule: RuleSettings) => string
  /** Both keys of what is open, where only the rule's name and the destination's are known. */
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
    cooldown: `${prefix}:cooldown`,
    // Windows of different lengths count apart: sharing a ring they would reset each other at every batch.
    ring: (series) => of(`ring:${series.rule.windowMs / 1000}`, series),
    bucket: (series, bucket) => of(`errors:${bucket}`, series),
    delivery: (series) => of('alert', series),
    alert: (series, destination = destinationId(series.rule.url)) => of(`alert:${destination}`, series),
    due: ({ name, url }) => `${prefix}:due:${destinationId(url)}${ofRule(name)}`,
    ends: ({ name, url }) => `${prefix}:ends:${destinationId(url)}${ofRule(name)}`,
    open: (name, destination) => ['due', 'ends'].map((suffix) => `${prefix}:${suffix}:${destination}${ofRule(name)}`),
  }
}

/** The original service knows of one series. */
export function isOriginals({ rule, groupKey }: Series): boolean {
  return rule.name === 'default' && groupKey === ''
}
