// What needs no evaluator: lines that are fine whatever it would say. Loaded before it, so this imports little.
import { ruleDefaults } from '../config/defaults.js'
import type { LogsirenOptions } from '../config/options.js'
import { type LoggerTraits, lineShapeOf } from '../record/reading/field-paths.js'
import { minSeverityOf, standardScale } from '../record/severity.js'
import { compileSieve } from '../record/sieve/text-sieve.js'

/** Whether none of these whole lines need be read; `logger` is what is known by then of how it writes. */
export function compileEarlySieve(
  options: LogsirenOptions,
  logger: LoggerTraits = { scale: standardScale },
): (text: string) => boolean {
  // The config in Redis may say what an error is.
  if (options.redis !== undefined) return () => false
  const sieve = compileSieve({
    statusThreshold: options.statusCodeThreshold ?? ruleDefaults.statusCodeThreshold,
    minSeverity: minSeverityOf(options),
    scale: logger.scale,
    shape: lineShapeOf(logger, options),
  })
  return (text) => sieve(text, 0) < 0
}
