// What messages have in common that differ only in their particulars: to tell kinds of errors apart, and count them.
import { truncate } from './text.js'

/** Of a message no more is looked at: what kind it is shows at its beginning. */
const MAX_LENGTH = 200

/** Each pattern is linear: no two of its parts can match the same characters in turns. */
const particulars: readonly (readonly [pattern: RegExp, placeholder: string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([.,]\d{1,9})?(Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){1,8}/g, '<email>'],
  [/\[?\b(\d{1,3}\.){3}\d{1,3}\b\]?(:\d{1,5}\b)?/g, '<ip>'],
  [
    /\[[0-9a-f:.]{0,45}:[0-9a-f:.]{0,45}\](:\d{1,5}\b)?|(?<![\w:])([0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi,
    '<ip>',
  ],
  [/"[^"]*"|`[^`]*`|(?<!\w)'[^']*'(?!\w)/g, '<text>'],
  [/\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)[0-9a-f]{12,}\b/gi, '<hex>'],
  // Within a path a segment that holds a digit is an id.
  [/(?<=\/)[\w-]*\d[\w-]*(?=\/|$|[\s?#:,;)])/g, '<n>'],
  [/(?<![\w<])[-+]?\d+([.,]\d+)*/g, '<n>'],
  [/(?<=[a-z_-])\d+\b/gi, '<n>'],
]

/** The message with placeholders for numbers, ids, addresses and quoted texts; at most 200 UTF-16 units. */
export function shapeOf(message: string): string {
  let shape = message.slice(0, 2 * MAX_LENGTH)
  for (const [pattern, placeholder] of particulars) shape = shape.replace(pattern, placeholder)
  return truncate(shape.replace(/\s+/g, ' ').trim().toWellFormed(), MAX_LENGTH)
}
