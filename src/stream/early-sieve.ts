// What needs no evaluator: lines that are fine whatever it would say. Loaded before it, so this imports little.
import { DEFAULT_MIN_LEVEL, ruleDefaults } from '../config/defaults.js'
import type { LogsirenOptions } from '../config/options.js'
import type { LoggerTraits } from '../evaluator/intake.js'
import { compileSieve } from '../record/line/sieve.js'
import { standardScale } from '../record/severity.js'

/** Whether none of these whole lines need be read; `logger` is what is known by then of how it writes. */
export function compileEarlySieve(
  options: LogsirenOptions,
  { scale, ...keys }: LoggerTraits = { scale: standardScale },
): (text: string) => boolean {
  // The config in Redis may say what an error is.
  if (options.redis !== undefined) return () => false
  const { minLevel = DEFAULT_MIN_LEVEL, statusCodeThreshold = ruleDefaults.statusCodeThreshold } = options
  const minSeverity = standardScale.severityOf(minLevel) ?? 0
  const shape = { ...keys, ...options }
  const sieve = compileSieve({ statusThreshold: statusCodeThreshold, minSeverity, scale, shape })
  return (text) => sieve(text, 0) < 0
}
