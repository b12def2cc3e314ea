// The names of everything kept in Redis.

/** State keys of one config key: on a cluster they carry its name as hash tag, so that all lie in its slot. */
export interface KeyNames {
  readonly config: string
  readonly sequence: (clientId: string) => string
  readonly ring: (rule: string, windowMs: number) => string
  readonly bucket: (rule: string, bucket: number) => string
  readonly cooldown: (rule: string) => string
  readonly alert: (rule: string) => string
}

export function keyNames(configKey: string, isCluster: boolean): KeyNames {
  const prefix = isCluster && !/\{[^}]+\}/.test(configKey) ? `{${configKey}}` : configKey
  // The default rule's names are the original's; other rules' say whose they are.
  const of = (suffix: string, rule: string): string => `${prefix}:${suffix}${rule === 'default' ? '' : `:rule:${rule}`}`
  return {
    config: configKey,
    sequence: (clientId) => `${prefix}:seq:${clientId}`,
    // Windows of different lengths count apart: sharing a ring they would reset each other at every batch.
    ring: (rule, windowMs) => of(`ring:${windowMs / 1000}`, rule),
    bucket: (rule, bucket) => of(`errors:${bucket}`, rule),
    cooldown: (rule) => of('cooldown', rule),
    alert: (rule) => of('alert', rule),
  }
}
