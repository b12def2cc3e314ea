// `--compare threshold=20,window-seconds=30` -> a change of the options.

import { toCamelCase } from '../../config/names.js'
import type { RuleOptions } from '../../config/options.js'
import { parseOptions } from '../../config/parse-options.js'
import { ConfigError } from '../../errors.js'
import { visibleText } from '../terminal/visible-text.js'
import { UsageError } from '../usage-error.js'

/** What a comparison may change: what makes a difference to past lines. */
const names: readonly string[] = [
  'threshold',
  'window-seconds',
  'window-type',
  'cooldown-seconds',
  'cooldown-max-seconds',
  'status-code-threshold',
  'group-by',
  'max-groups',
  'send-resolved',
]

/** @throws UsageError where it is not valid; `group-by` may stand there several times */
export function parseCompare(text: string): RuleOptions {
  const members: Record<string, unknown> = {}
  for (const part of text.split(',')) {
    const [, name = '', value = ''] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(part) ?? []
    const kebab = name.replace(/_/g, '-')
    if (!names.includes(kebab) || value === '') throw refused(text, `name=value, the name one of ${names.join(', ')}`)
    const option = toCamelCase(kebab.replace(/-/g, '_'))
    const known = members[option]
    members[option] = kebab === 'group-by' ? [...(Array.isArray(known) ? known : []), value] : parsedValue(value)
  }
  try {
    return parseOptions(members)
  } catch (cause) {
    if (cause instanceof ConfigError) {
      const problems = cause.problems.map(({ message }) => message).join('; ')
      throw new UsageError(`--compare ${visibleText(text)}: ${problems}`, { cause })
    }
    throw cause
  }
}

function parsedValue(text: string): number | boolean | string {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return text === 'true' || (text === 'false' ? false : text)
}

function refused(text: string, expectation: string): UsageError {
  return new UsageError(`Expected \`--compare\` to be ${expectation}, got \`${visibleText(text)}\``)
}
