// The one place in the simulation that knows the protocol of the scripts. Adapt it when that changes.

/** Whether a call is one of the batch script: its first key is the config. */
export function isBatch(keys: readonly string[], configKey: string): boolean {
  return keys[0] === configKey
}

/** Whether a reply of the batch script says that something was counted. */
export function isCounted(reply: unknown): boolean {
  return Array.isArray(reply) && reply[0] === 'counted'
}

/** How a reply of the batch script that counted something names the fleet. */
export function fleetOf(reply: unknown): string {
  return Array.isArray(reply) ? String(reply[2]) : ''
}

/** Whether a key holds the ring of the rule that counts everything. */
export function isRingOf(key: string, rule: string): boolean {
  return key.includes(':ring:') && key.endsWith(`:${rule}`)
}

/** How many keys and arguments a call has, and about how many bytes. */
export function weightOf(
  keys: readonly string[],
  args: readonly (string | number)[],
): { readonly count: number; readonly bytes: number } {
  let bytes = 0
  for (const key of keys) bytes += key.length + 14
  for (const arg of args) bytes += String(arg).length + 14
  return { count: keys.length + args.length, bytes }
}
