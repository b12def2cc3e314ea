/** RFC 3339 in whole seconds, as the original service writes it. */
export function toTimestamp(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}
