// Finds in a text the lines that may tell of an error, so that all others, which are most, are not looked at one by one.

/** What stands in lines of access logs, in JSON, and in frames of stacks. */
const texts: readonly string[] = ['] "', '{"', '{\\"', '   at ', '\tat ', '⨯']
/**
 * Methods of requests; words of levels, exceptions, pairs and stacks; levels of one letter or number. Each pattern is one that the engine
 * searches for fast: they are several because one with all alternatives takes ten times as long.
 */
const patterns: readonly RegExp[] = [
  /GET[ \u001b]|POST[ \u001b]|PUT[ \u001b]|PATCH[ \u001b]|DELETE[ \u001b]|HEAD[ \u001b]|OPTIONS[ \u001b]/g,
  /err|exception|rejection|traceback|fata|ftl|pani|severe|crit|alert|emerg|fail[:\u001b]|status/gi,
  /eror|uncaught|unhandled|completed|crash report/gi,
  /[EF](?:\d{4} | {1,2}[A-Z]{3,10} {1,8}\[)|\[[EC] \d|<[0-3]>|\*\* \(|"PRIORITY":\s?"?[0-3]/g,
]

/** Says of the line from `start` to `end` whether it may tell of an error. Lines must come in their order. */
export type IsCandidate = (start: number, end: number) => boolean

export function candidatesIn(text: string): IsCandidate {
  /** Where each search has found something last: it goes on from there once a line begins behind that. */
  const found: number[] = texts.map(() => -1).concat(patterns.map(() => -1))
  const search = (i: number, from: number): number => {
    const part = texts[i]
    if (part !== undefined) return text.indexOf(part, from)
    const pattern = patterns[i - texts.length] as RegExp
    pattern.lastIndex = from
    return pattern.test(text) ? pattern.lastIndex - 1 : -1
  }
  return (start, end) => {
    for (let i = 0; i < found.length; i += 1) {
      let at = found[i] as number
      if (at < start) {
        at = search(i, start)
        if (at < 0) at = Number.MAX_SAFE_INTEGER
        found[i] = at
      }
      if (at < end) return true
    }
    return false
  }
}
