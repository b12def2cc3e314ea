// The regular expressions of rules. Any writer of the config key can choose one, and some would hang V8's own engine. RE2's engine takes a
// time that is linear in the text, whatever the expression.
import { RE2JS } from 're2js'

export interface Pattern {
  /** Whether the pattern matches anywhere in a text. */
  readonly isIn: (text: string) => boolean
}

/** The longest pattern that is compiled, in UTF-16 units. The limit bounds memory: a compiled pattern takes far more than its text. */
export const MAX_PATTERN_LENGTH = 1000

/** Compiles a pattern in RE2's syntax, which has no lookaround and no backreferences; undefined if it is not valid or too long. */
export function compilePattern(text: string): Pattern | undefined {
  if (text.length > MAX_PATTERN_LENGTH) return undefined
  try {
    const compiled = RE2JS.compile(text)
    return { isIn: (value) => compiled.matcher(value).find() }
  } catch {
    return undefined
  }
}
