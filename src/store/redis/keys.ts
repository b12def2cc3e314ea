// The names of everything kept in Redis.
import type { Series } from '../../rule/series.js'

/** State keys of one config key: on a cluster they carry its name as hash tag, so that all lie in its slot. */
export interface KeyNames {
  readonly config: string
  /** Names each state of the config. */
  readonly revision: string
  readonly sequence: (clientId: string) => string
  /** What processes tell each other. */
  readonly fleet: string
  readonly due: string
  /** What was counted lately, for operators. */
  readonly series: string
  /** The last alerts, and ends of alerts, that are over with. */
  readonly history: string
  /** The counters of all processes together. */
  readonly totals: string
  readonly ring: (series: Series) => string
  readonly bucket: (series: Series, bucket: number) => string
  readonly cooldown: (series: Series) => string
  readonly alert: (series: Series) => string
}

export function keyNames(configKey: string, isCluster: boolean): KeyNames {
  const prefix = isCluster && !/\{[^}]+\}/.test(configKey) ? `{${configKey}}` : configKey
  // The default rule's names are the original's; other rules' and groups' say whose they are.
  const of = (suffix: string, { rule, groupKey }: Series): string => {
    const ofRule = rule.name === 'default' ? '' : `:rule:${rule.name}`
    return `${prefix}:${suffix}${ofRule}${groupKey === '' ? '' : `:group:${groupKey}`}`
  }
  return {
    config: configKey,
    revision: `${prefix}:revision`,
    sequence: (clientId) => `${prefix}:seq:${clientId}`,
    fleet: `${prefix}:fleet`,
    due: `${prefix}:due`,
    series: `${prefix}:series`,
    history: `${prefix}:history`,
    totals: `${prefix}:totals`,
    // Windows of different lengths count apart: sharing a ring they would reset each other at every batch.
    ring: (series) => of(`ring:${series.rule.windowMs / 1000}`, series),
    bucket: (series, bucket) => of(`errors:${bucket}`, series),
    cooldown: (series) => of('cooldown', series),
    alert: (series) => of('alert', series),
  }
}
