// What a logger says of how it writes its lines.

import type { SeverityScale } from '../severity.js'
import type { LineShape } from './field-paths.js'

export interface LoggerTraits {
  readonly scale: SeverityScale
  readonly messageKey?: string
  readonly errorKey?: string
}

/** Where in its lines things are; the options win where they say otherwise. */
export function shapeOf({ scale, ...keys }: LoggerTraits, options: LineShape): LineShape {
  return { ...keys, ...options }
}
