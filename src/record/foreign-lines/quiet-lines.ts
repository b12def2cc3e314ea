// Finds in a text the lines that may tell of an error, so that all others, which are most, are not looked at one by one.

/**
 * Words of levels, exceptions, pairs and stacks; methods of requests; how some levels begin their line. Each pattern is one that the engine
 * searches for fast: they are several because one with all alternatives takes ten times as long.
 */
const patterns: readonly RegExp[] = [
  /err|exception|rejection|traceback|fata|ftl|panic|severe|crit|alert|emerg|fail:|status/gi,
  /eror|uncaught|unhandled|completed/gi,
  /GET |POST |PUT |PATCH |DELETE |HEAD |OPTIONS /g,
  /\n(?:[EF]\d{4}|\[[EC] \d|<[0-3]>|\*\* \()/g,
]
const texts: readonly string[] = ['{"', '{\\"', '] "', '   at ', '\tat ', '⨯']

/** Gives the index at or after `from` at which the next candidate is found, Infinity where there is none. `from` must not run back. */
export function nextCandidate(text: string): (from: number) => number {
  const searches = [
    ...patterns.map((pattern) => (from: number) => {
      pattern.lastIndex = from
      // It may begin with the newline before its line.
      return pattern.test(text) ? pattern.lastIndex - 1 : Number.POSITIVE_INFINITY
    }),
    ...texts.map((part) => (from: number) => {
      const at = text.indexOf(part, from)
      return at < 0 ? Number.POSITIVE_INFINITY : at
    }),
  ]
  const found = searches.map(() => -1)
  return (from) => {
    let next = Number.POSITIVE_INFINITY
    for (let i = 0; i < searches.length; i += 1) {
      let at = found[i] ?? -1
      if (at < from) {
        at = searches[i]?.(from) ?? -1
        found[i] = at
      }
      if (at < next) next = at
    }
    return next
  }
}
