// What tells which request a line belongs to.
import { connectionPaths, type LineShape, pathsOf, requestIdPaths, responseTimePaths } from './field-paths.js'
import { compileReader, type Root } from './line-reader.js'
import { status } from './line-traits.js'

export interface RequestTraits {
  /** As the line writes it; `''` where the line belongs to no request. */
  readonly id: string
  /** The process whose line it is: one place may see the lines of several. */
  readonly process: string
  /** The client's end of the connection, `''` where the line does not tell: requests that share an id may differ in it. */
  readonly connection: string
  /** 0 where the line has none. */
  readonly statusCode: number
  /** It is the last of its request. */
  readonly isLast: boolean
}

const MAX_ID_LENGTH = 128
const none: RequestTraits = { id: '', process: '', connection: '', statusCode: 0, isLast: false }

/** A line with a response time is the last of its request. */
export function compileIsLast(): (roots: readonly Root[]) => boolean {
  const responseTime = compileReader(responseTimePaths)
  return (roots) => responseTime(roots, number) !== undefined
}

export function compileRequestTraits(shape: LineShape): (roots: readonly Root[]) => RequestTraits {
  const isLast = compileIsLast()
  const read = {
    id: compileReader(requestIdPaths),
    processId: compileReader(['pid']),
    hostname: compileReader(['hostname']),
    method: compileReader([connectionPaths.method]),
    address: compileReader([connectionPaths.address]),
    port: compileReader([connectionPaths.port]),
    statusCode: compileReader(pathsOf('statusCode', shape)),
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
      statusCode: read.statusCode(roots, status) ?? 0,
      isLast: isLast(roots),
    }
  }
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** Numbers and texts that identify something, as text. */
export function identity(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_ID_LENGTH) : undefined
}
