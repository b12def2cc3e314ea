// What needs no evaluator: lines that are fine whatever it would say. Loaded before it, so this imports little.
import { DEFAULT_MIN_LEVEL, ruleDefaults } from '../config/defaults.js'
import type { LogsirenOptions } from '../config/options.js'
import { compileSieve } from '../record/line/sieve.js'
import { standardScale } from '../record/severity.js'

/** Whether none of these whole lines need be read, so long as nobody has said how the logger writes them. */
export function compileEarlySieve(options: LogsirenOptions): (text: string) => boolean {
  // The config in Redis may say what an error is.
  if (options.redis !== undefined) return () => false
  const { minLevel = DEFAULT_MIN_LEVEL, statusCodeThreshold = ruleDefaults.statusCodeThreshold } = options
  const minSeverity = standardScale.severityOf(minLevel) ?? 0
  const sieve = compileSieve({
    statusThreshold: statusCodeThreshold,
    minSeverity,
    scale: standardScale,
    shape: options,
  })
  return (text) => sieve(text, 0) < 0
}
