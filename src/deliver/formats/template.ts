// A body of one's own: the JSON value of the option `template`, in whose strings placeholders are filled in.

import type { Payload } from '../../alert/payload.js'
import { type Value, type Values, valuesOf } from '../../alert/placeholders.js'
import { parsePlaceholders } from '../../config/checks/placeholders.js'
import { truncate } from '../../text.js'
import { isObject } from '../../unknown.js'
import type { Body, Sender } from './body.js'
import { JSON_TYPE } from './json.js'

/** The largest body, in bytes: a template may name long texts again and again. */
const MAX_BYTES = 65_536

/**
 * Fills in a template. A string that is one placeholder is what that stands for, and may be a number. Where the body would be too large all texts
 * in it are cut.
 */
export function toTemplate(payload: Payload, { template, kind }: Sender): Body {
  const values = valuesOf(payload, kind)
  for (let maxLength = MAX_BYTES; ; maxLength = Math.floor(maxLength / 2)) {
    const text = JSON.stringify(filled(template, cutTo(values, maxLength)) ?? null)
    if (maxLength === 0 || Buffer.byteLength(text) <= MAX_BYTES) return { contentType: JSON_TYPE, text }
  }
}

function filled(template: unknown, values: Values): unknown {
  if (typeof template === 'string') return filledText(template, values)
  if (Array.isArray(template)) return template.map((item) => filled(item, values))
  if (!isObject(template)) return template
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, filled(value, values)]))
}

function filledText(text: string, values: Values): Value {
  const parsed = parsePlaceholders(text)
  // Nobody takes such a template as an option.
  if (parsed.kind === 'invalid') return text
  const parts = parsed.parts.map((part) => (typeof part === 'string' ? part : values(part)))
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : parts.join('')
}

function cutTo(values: Values, maxLength: number): Values {
  return (placeholder) => {
    const value = values(placeholder)
    if (typeof value === 'number') return value
    return maxLength === 0 ? '' : truncate(value, maxLength)
  }
}
