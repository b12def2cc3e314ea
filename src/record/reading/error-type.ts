// The type of a line's error, such as `TypeError`: a part of its kind.
import { cleanText } from '../../text.js'
import { isObject } from '../../unknown.js'
import { errorPathsOf, errorTypePaths, type LineShape, stackPaths } from './field-paths.js'
import { compileReader, type Root } from './line-reader.js'
import { isError, member } from './path.js'

/** UTF-16 units of a type. */
const MAX_TYPE_LENGTH = 100
/** A name of a class, as languages write them. */
const NAME = /^[A-Za-z_$][\w$.:\\/-]*$/
/** The name of a class at the head of a stack. */
const HEAD = /^(?:Uncaught )?([A-Za-z_$][\w$.]{0,99})(?: \[\w{1,64}\])?(?::|[\r\n])/

/** Compiles a reader of the type, `''` where a line has none. It does not look at redacted places. */
export function compileErrorType(shape: LineShape, redact: readonly string[]): (roots: readonly Root[]) => string {
  const error = compileReader(errorPathsOf(shape), redact)
  const named = compileReader(errorTypePaths, redact)
  const stack = compileReader(stackPaths, redact)
  return (roots) => cleanText(error(roots, typeIn) ?? named(roots, typeName) ?? stack(roots, typeInStack) ?? '')
}

/** The type of an error object: the name of its class, else the name that it gives itself, else the one that its stack begins with. */
function typeIn(value: unknown): string | undefined {
  if (!isObject(value)) return undefined
  const type = isError(value) ? classOf(value) : member(value, 'type')
  return telling(type) ?? telling(member(value, 'name')) ?? typeInStack(member(value, 'stack')) ?? typeName(type)
}

function classOf(error: Error): unknown {
  const made: unknown = error.constructor
  return typeof made === 'function' ? made.name : undefined
}

function telling(value: unknown): string | undefined {
  return value === 'Error' ? undefined : typeName(value)
}

function typeName(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= MAX_TYPE_LENGTH && NAME.test(value) ? value : undefined
}

function typeInStack(value: unknown): string | undefined {
  return typeof value === 'string' ? HEAD.exec(value)?.[1] : undefined
}
