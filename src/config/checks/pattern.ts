// Regular expressions of rules, in time linear in the text: they may come from the config key, and V8's own may hang.
import { RE2JS } from 're2js'

export interface Pattern {
  /** Whether it is found anywhere in the text. */
  readonly isIn: (text: string) => boolean
}

/** The longest pattern that is compiled, in UTF-16 units: compiled ones take much more. */
export const MAX_PATTERN_LENGTH = 1000

/** RE2's syntax, without lookaround and backreferences; undefined where it is not that. */
export function compilePattern(text: string): Pattern | undefined {
  if (text.length > MAX_PATTERN_LENGTH) return undefined
  try {
    const compiled = RE2JS.compile(text)
    return { isIn: (value) => compiled.matcher(value).find() }
  } catch {
    return undefined
  }
}
