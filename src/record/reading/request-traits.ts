// Reads from a line to which request it belongs.
import { connectionPaths, type LineShape, requestIdPathsOf, responseTimePaths } from './field-paths.js'
import { compileReader, type Root } from './line-reader.js'
import { compileStatus } from './line-status.js'
import { identity } from './line-traits.js'

export interface RequestTraits {
  /** The request's id as text, at most 128 UTF-16 units of it; `''` where the line names no request. */
  readonly id: string
  /** Id and host of the process that wrote the line: one evaluator may read lines of several, and they may use the same ids. */
  readonly process: string
  /** Method, and address and port of the client; `''` where the line has no port. Requests that share an id may differ in it. */
  readonly connection: string
  /** HTTP status, 100 to 599; 0 where the line has none. */
  readonly statusCode: number
  /** Whether it is the last line of its request. */
  readonly isLast: boolean
}

const none: RequestTraits = { id: '', process: '', connection: '', statusCode: 0, isLast: false }

/** Compiles a check whether a line is the last one of a request, which is the one with a response time. */
export function compileIsLast(): (roots: readonly Root[]) => boolean {
  const responseTime = compileReader(responseTimePaths)
  return (roots) => responseTime(roots, number) !== undefined
}

export function compileRequestTraits(shape: LineShape): (roots: readonly Root[]) => RequestTraits {
  const isLast = compileIsLast()
  const read = {
    id: compileReader(requestIdPathsOf(shape)),
    processId: compileReader(['pid']),
    hostname: compileReader(['hostname']),
    method: compileReader([connectionPaths.method]),
    address: compileReader([connectionPaths.address]),
    port: compileReader([connectionPaths.port]),
    statusCode: compileStatus(shape),
  }
  return (roots) => {
    const id = read.id(roots, identity)
    if (id === undefined) return none
    const port = read.port(roots, identity)
    return {
      id,
      process: `${read.processId(roots, identity) ?? ''} ${read.hostname(roots, identity) ?? ''}`,
      connection:
        port === undefined
          ? ''
          : `${read.method(roots, identity) ?? ''} ${read.address(roots, identity) ?? ''} ${port}`,
      statusCode: read.statusCode(roots),
      isLast: isLast(roots),
    }
  }
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
