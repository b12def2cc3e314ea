// Recognizes lines that cannot be errors before there is an evaluator. It is loaded before the evaluator is, so that it
// imports little.
import { ruleDefaults } from '../config/defaults.js'
import type { LogsirenOptions } from '../config/options.js'
import { type LoggerTraits, lineShapeOf } from '../record/reading/field-paths.js'
import { minSeverityOf, standardScale } from '../record/severity.js'
import { compileSieve } from '../record/sieve/text-sieve.js'

/**
 * Returns a function that says of whole lines whether none of them need be read. `logger` is what is known by then of
 * how the lines are written.
 */
export function compileEarlySieve(
  options: LogsirenOptions,
  logger: LoggerTraits = { scale: standardScale },
): (text: string) => boolean {
  // The config in Redis, which has not been read yet, may say something else of what an error is.
  if (options.redis !== undefined) return () => false
  // What went well counts too, where a rule asks for a share of the requests.
  if ([options, ...(options.rules ?? [])].some(({ percent }) => percent !== undefined)) return () => false
  const sieve = compileSieve({
    statusThreshold: options.statusCodeThreshold ?? ruleDefaults.statusCodeThreshold,
    minSeverity: minSeverityOf(options),
    scale: logger.scale,
    shape: lineShapeOf(logger, options),
  })
  return (text) => sieve(text, 0) < 0
}
