// The kind of an error: what errors of one fault have in common, in whatever process, version and moment they happen.
import { tellingLine, truncate } from '../text.js'
import { type ErrorRecord, MAX_KIND_LENGTH } from './log-record.js'
import { shapeOf } from './message-shape.js'

/** The kind of a record's error: the one that was given, else that of its type and message. */
export function kindOfRecord({ kind, errorType, errorMessage }: ErrorRecord): string {
  return kind || kindOf(errorType, errorMessage)
}

/** Gives the kind of a record's error, and makes it but once: many rules may ask. */
export function lateKind(record: () => ErrorRecord): () => string {
  let kind: string | undefined
  return () => {
    kind ??= kindOfRecord(record())
    return kind
  }
}

/**
 * Gives `<type>: <shape>`, and the shape of the message alone where the type says no more than that it is an error; `''` where nothing is
 * known. A message that begins with a type is of that type: `TypeError: x is no function` is of one kind wherever a logger writes the type.
 */
export function kindOf(type: string, message: string): string {
  const shape = shapeOf(tellingLine(message) ?? message)
  const [, named = '', told = shape] = TYPED.exec(shape) ?? []
  const own = isTelling(named) ? named : ''
  const known = isTelling(type) ? type : ''
  // What stands before a message is the type of the error, or of one that it is about; `Error: ` says nothing.
  const text = named !== '' && (own === '' || own === known) ? told : shape
  if (known === '' || text === known) return truncate(text, MAX_KIND_LENGTH)
  return truncate(text === '' ? known : `${known}: ${text}`, MAX_KIND_LENGTH)
}

/** A type before a message. */
const TYPED = /^(?:Uncaught )?([A-Z][\w$.]*(?:Error|Exception)|Error|Exception): (.*)$/s

/**
 * Whether a type tells what happened. Those that all errors have do not; nor does one of a letter or two, such as bundlers make of the names
 * of classes, which is another one in the next release.
 */
function isTelling(type: string): boolean {
  return type.length > 2 && !/^(?:Error|Exception|Object)$/.test(type)
}
