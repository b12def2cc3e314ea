// Checks and changes of options that are needed because the evaluator runs in a worker thread.
import type { Problem } from '../errors.js'
import { expected } from './checks/problems.js'
import { redisTarget } from './checks/redis-option.js'
import { DEFAULT_CLOSE_TIMEOUT_MS } from './defaults.js'
import type { LogsirenOptions } from './options.js'

/** The longest `closeTimeoutMs` in a worker. An exit of the process blocks at most ten seconds for the worker, of which one is a margin. */
export const MAX_WORKER_CLOSE_MS = 9000

/** The options with a `closeTimeoutMs` that ends before an exit of the process gives up on the worker. */
export function withinWorker(options: LogsirenOptions): LogsirenOptions {
  const { closeTimeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = options
  const isTooLong = typeof closeTimeoutMs === 'number' && closeTimeoutMs > MAX_WORKER_CLOSE_MS
  return isTooLong ? { ...options, closeTimeoutMs: MAX_WORKER_CLOSE_MS } : options
}

/**
 * Problems with options that cannot cross to a worker thread. Only `redis` can hold some: the checks of all other options accept only plain
 * data.
 */
export function crossingProblems(given: unknown): Problem[] {
  const { worker, redis } = given as { worker?: unknown; redis?: unknown }
  if (worker !== true || redis === undefined) return []
  if (/client/i.test(redisTarget(redis)?.kind ?? '')) {
    const message = 'Expected `redis` to be a URL or options, got an ioredis client: it cannot cross to a worker thread'
    return [{ path: 'redis', message }]
  }
  const functions = functionsIn('redis', redis, 0)
  return functions.length === 0 ? uncloneable(redis) : functions
}

/** Functions in `redis` are looked for down to this depth. ioredis's own options are less deep; deeper objects are instances of classes. */
const MAX_DEPTH = 4

function functionsIn(path: string, value: unknown, depth: number): Problem[] {
  if (typeof value === 'function') return [{ path, message: expected(path, 'left out', value) }]
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return []
  return Object.entries(value).flatMap(([name, member]) => functionsIn(`${path}.${name}`, member, depth + 1))
}

function uncloneable(redis: unknown): Problem[] {
  try {
    structuredClone(redis)
    return []
  } catch {
    return [{ path: 'redis', message: expected('redis', 'plain data, since it crosses to a worker thread', redis) }]
  }
}
