// Reads a change of the options from `--compare threshold=20,window-seconds=30`.

import { optionsWith } from '../../config/engine-options.js'
import { toKebabCase } from '../../config/names.js'
import type { RuleOptions } from '../../config/options.js'
import { parseOptions } from '../../config/parse-options.js'
import { ConfigError } from '../../errors.js'
import { oneLine } from '../../text.js'
import { readValue } from '../flags.js'
import { UsageError } from '../usage-error.js'

/** The options that a comparison may change: those that make a difference to past lines. */
const options = optionsWith(({ isComparable }) => isComparable === true)

/** Reads one change; `group-by` may stand in it several times. @throws UsageError if it is not valid */
export function parseCompare(text: string): RuleOptions {
  const members: Record<string, unknown> = {}
  for (const part of text.split(',')) {
    const [, name = '', value = ''] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(part) ?? []
    const option = options.find((one) => toKebabCase(one) === name.replaceAll('_', '-'))
    if (option === undefined || value === '')
      throw refused(text, `name=value, the name one of ${options.map(toKebabCase).join(', ')}`)
    const known = members[option]
    const given = readValue(option, value, `--compare ${name}`)
    members[option] = Array.isArray(known) && Array.isArray(given) ? [...known, ...given] : given
  }
  try {
    return parseOptions(members)
  } catch (cause) {
    if (cause instanceof ConfigError) {
      const problems = cause.problems.map(({ message }) => message).join('; ')
      throw new UsageError(`--compare ${oneLine(text)}: ${problems}`, { cause })
    }
    throw cause
  }
}

function refused(text: string, expectation: string): UsageError {
  return new UsageError(`Expected \`--compare\` to be ${expectation}, got \`${oneLine(text)}\``)
}
