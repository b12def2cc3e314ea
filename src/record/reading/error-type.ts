// The type of a line's error, such as `TypeError`: a part of its kind.
import { cleanText } from '../../text.js'
import { isObject } from '../../unknown.js'
import { errorPathsOf, errorTypePaths, type LineShape, stackPaths } from './field-paths.js'
import { innerNames, messageNames } from './line-message.js'
import { compileReader, type Root } from './line-reader.js'
import { text } from './line-traits.js'
import { isError, member } from './path.js'

/** An error is looked into as deep as this for the one whose message is told. */
const MAX_DEPTH = 3
/** A name of a class, as languages write them. */
const NAME = /^[A-Za-z_$][\w$.:\\-]{0,99}$/
/** The name of a class at the head of a stack. */
const HEAD = /^(?:Uncaught )?([A-Za-z_$][\w$.]{0,99})(?: \[\w{1,64}\])?(?::|[\r\n])/
/** The last line of a stack of Python, which begins with the name of the class. */
const PYTHON = /^\s*Traceback \(most recent call last\)[\s\S]*[\r\n]([A-Za-z_][\w.]{0,99})(?::[^\r\n]*)?\s*$/
/** UTF-16 units of a stack that are looked at. */
const MAX_STACK_LENGTH = 8192

/** Compiles a reader of the type, `''` where a line has none. It does not look at redacted places. */
export function compileErrorType(shape: LineShape, redact: readonly string[]): (roots: readonly Root[]) => string {
  const error = compileReader(errorPathsOf(shape), redact)
  const named = compileReader(errorTypePaths, redact)
  const stack = compileReader(stackPaths, redact)
  return (roots) =>
    cleanText(error(roots, (value) => typeIn(value, 0)) ?? named(roots, typeName) ?? stack(roots, typeInStack) ?? '')
}

/**
 * The type of an error object, or of the error within whose message is told because it has none of its own. Of several names the first one
 * is taken that says more than that it is an error: that of its class, the one that it gives itself, the one that its stack begins with.
 */
function typeIn(value: unknown, depth: number): string | undefined {
  if (!isObject(value) || depth > MAX_DEPTH) return undefined
  const names = [
    isError(value) ? classOf(value) : (member(value, 'type') ?? member(value, 'class')),
    member(value, 'name'),
    typeInStack(member(value, 'stack')),
  ].flatMap((name) => typeName(name) ?? [])
  const own = names.find((name) => !VAGUE.test(name)) ?? names[0]
  const isTold = messageNames.some((name) => text(member(value, name)) !== undefined)
  return isTold ? own : (innerOf(value, depth) ?? own)
}

function innerOf(value: object, depth: number): string | undefined {
  for (const name of innerNames) {
    const inner = member(value, name)
    const type = typeIn(Array.isArray(inner) ? inner[0] : inner, depth + 1)
    if (type !== undefined) return type
  }
  return undefined
}

/** Types under which different errors go, and the short names that a bundler makes of others. */
const VAGUE = /^(?:Error|Exception|Object|DOMException|.{1,2})$/i

function classOf(error: Error): unknown {
  const made: unknown = error.constructor
  return typeof made === 'function' ? made.name : undefined
}

/** A name of a class, without what bundlers add to it: `AxiosError$1`, `_AxiosError`. */
function typeName(value: unknown): string | undefined {
  return typeof value === 'string' && NAME.test(value) ? value.replace(/^_+(?=[A-Za-z])|\$\d+$/g, '') : undefined
}

function typeInStack(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const stack = value.slice(0, MAX_STACK_LENGTH)
  return (HEAD.exec(stack) ?? PYTHON.exec(stack))?.[1]
}
