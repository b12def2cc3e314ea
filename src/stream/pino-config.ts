// Reads what pino announces of a logger: its levels and its keys. It is loaded before the evaluator is, so that it
// imports little.
import type { LoggerTraits } from '../record/reading/field-paths.js'
import { announcedScale } from '../record/severity.js'
import { isObject } from '../unknown.js'

/**
 * What a message announces; undefined where it is another message. Anybody may post messages, so members are checked
 * one by one.
 */
export function announcedTraits(message: unknown): LoggerTraits | undefined {
  if (!isObject(message) || message['code'] !== 'PINO_CONFIG' || !('config' in message)) return undefined
  const { levels, messageKey, errorKey } = isObject(message['config']) ? message['config'] : {}
  const values = isObject(levels) && isObject(levels['values']) ? Object.entries(levels['values']) : []
  const numbers = values.filter((level): level is [string, number] => typeof level[1] === 'number')
  return {
    scale: announcedScale(Object.fromEntries(numbers)),
    ...(typeof messageKey === 'string' ? { messageKey } : {}),
    ...(typeof errorKey === 'string' ? { errorKey } : {}),
  }
}
