// The kind of an error: what errors of one fault have in common, in whatever process, release and moment they happen.
import { cutQueries, tellingLine, truncate } from '../text.js'
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
 * known. A type at the head of the message is one, too, so an error is of one kind wherever a logger writes its type.
 */
export function kindOf(type: string, message: string): string {
  const telling = tellingLine(message) ?? message
  const line = telling.includes('?') ? cutQueries(telling) : telling
  const [head = '', named = ''] = HEAD.exec(line) ?? []
  const given = isTelling(type) ? type : ''
  const own = isTelling(named) ? named : ''
  // A message may also begin with the type of another error, which its own is about: that one stays.
  const isOfOwn = own === '' || given === '' || own === given
  const known = isOfOwn ? given || own : given
  const rest = line.slice(head.length)
  // Where a head is all that there is, it is better than nothing.
  const told = isOfOwn && (known !== '' || rest.trim() !== '') ? rest : line
  const shape = shapeOf(given !== '' && told.startsWith(`${given}: `) ? told.slice(given.length + 2) : told)
  if (known === '' || shape === known) return shape
  return truncate(shape === '' ? known : `${known}: ${shape}`, MAX_KIND_LENGTH)
}

const CODE = '(?: \\[\\w{1,64}\\])?'
const SPACE = '[\\s\\p{Cc}]'
/** A type at the head of a message, with what stands around it, or as all of the message. */
const HEAD = new RegExp(
  `^${SPACE}*(?:(?:Uncaught|Unhandled rejection|\\(in promise\\)|(?:Error|Exception)${CODE}:)${SPACE}+)*` +
    `((?:[A-Za-z_$][\\w$.]{0,99})?(?:Error|Exception))${CODE}(?::${SPACE}+|:?${SPACE}*$)`,
  'u',
)

/**
 * Whether a type tells what happened. Those that all errors have do not; nor does one of a letter or two, which a bundler made of the name of
 * a class, and which is another in the next release.
 */
export function isTelling(type: string): boolean {
  return type.length > 2 && !/^(?:Error|Exception|Object)$/i.test(type)
}
