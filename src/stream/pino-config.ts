// What pino announces of a logger: its levels and its keys. Loaded before the evaluator is, so this imports little.
import type { LoggerTraits } from '../record/reading/field-paths.js'
import { announcedScale } from '../record/severity.js'

/** Undefined where the message is another one; anybody may post some, so its members are checked one by one. */
export function announcedTraits(message: unknown): LoggerTraits | undefined {
  if (!isObject(message) || !('code' in message) || message.code !== 'PINO_CONFIG' || !('config' in message))
    return undefined
  const config = isObject(message.config) ? (message.config as Partial<Record<string, unknown>>) : {}
  const { levels, messageKey, errorKey } = config
  const values = isObject(levels) && 'values' in levels && isObject(levels.values) ? Object.entries(levels.values) : []
  const numbers = values.filter((level): level is [string, number] => typeof level[1] === 'number')
  return {
    scale: announcedScale(Object.fromEntries(numbers)),
    ...(typeof messageKey === 'string' ? { messageKey } : {}),
    ...(typeof errorKey === 'string' ? { errorKey } : {}),
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
