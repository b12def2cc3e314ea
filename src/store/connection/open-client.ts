// Makes a client of our own for each shape of the `redis` option, with options under which ioredis 6 queues nothing, sends nothing
// again by itself, and ends everything in time.
import { Cluster, type ClusterNode, type ClusterOptions, Redis, type RedisOptions } from 'ioredis'
import type { Clock } from '../../clock.js'
import { type RedisTarget, startupNodesOf } from '../../config/checks/redis-option.js'
import type { Client } from './client-family.js'

export interface OpenClientOptions {
  readonly target: RedisTarget
  readonly clock: Clock
  readonly connectTimeoutMs: number
  readonly commandTimeoutMs: number
}

/** The longest wait before the next attempt to connect; up to 200 ms more by chance, so that a fleet does not connect in step. */
const LAST_RETRY_DELAY_MS = 2000
/** Where the server says that it is a read-only replica, the client connects again, to find the master; this often at most. */
const READONLY_RECONNECT_MS = 5000

/**
 * Makes a client that has not begun to connect.
 *
 * @throws ioredis's own error where it cannot use the options
 */
export function openClient({ target, clock, ...timeouts }: OpenClientOptions): Client {
  const retryDelay = (times: number): number =>
    Math.min(50 * 2 ** (times - 1), LAST_RETRY_DELAY_MS) + 200 * clock.random()
  // Spread as plain objects: ioredis's types do not know exactOptionalPropertyTypes.
  const common = {
    commandTimeout: timeouts.commandTimeoutMs,
    connectTimeout: timeouts.connectTimeoutMs,
    // With 0 a socket that is given up is destroyed at once; with more, a timer would keep the process alive.
    disconnectTimeout: 0,
    maxRetriesPerRequest: 0,
    // commandTimeout bounds everything already, and this timer cannot be kept from holding the process.
    socketTimeout: undefined,
    // The check sends INFO, which the user may not be allowed to. A server that is loading says so in answer to any command.
    enableReadyCheck: false,
    connectionName: 'logsiren',
    disableClientInfo: true,
    protocol: 2 as const,
    replyMapping: 'legacy' as const,
    keyPrefix: '',
    stringNumbers: false,
    readOnly: false,
    monitor: false,
    himportFieldsets: undefined,
    reconnectOnError: null,
    enableAutoPipelining: false,
    lazyConnect: true,
  }
  const single = {
    ...common,
    enableOfflineQueue: false,
    retryStrategy: retryDelay,
    reconnectOnError: reconnectWhereReadOnly(clock),
    role: 'master' as const,
    failoverDetector: true,
    sentinelCommandTimeout: timeouts.commandTimeoutMs,
    // With a delay ioredis would wait on a timer that keeps the process alive. So the client ends, and Connection opens another.
    sentinelRetryStrategy: () => null,
  }
  const clustered = {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    enableAutoPipelining: false,
    scaleReads: 'master' as const,
    shardedSubscribers: false,
    clusterRetryStrategy: retryDelay,
    clusterNodeRetryStrategy: null,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: 2000,
    slotsRefreshInterval: 0,
    keyPrefix: '',
  }
  const options = givenOptions(target)
  if (options.kind === 'cluster') {
    const redisOptions = { ...(options.cluster.redisOptions as object | undefined), ...common }
    return new Cluster([...options.nodes], { ...(options.cluster as object), ...clustered, redisOptions })
  }
  // Of a client or a URL's query; ioredis would go on in database 0.
  if (Number.isNaN(options.single.db)) throw new Error('the database must be a number')
  return new Redis({ ...(options.single as object), ...single })
}

type GivenOptions =
  | { readonly kind: 'single'; readonly single: RedisOptions }
  | { readonly kind: 'cluster'; readonly nodes: readonly ClusterNode[]; readonly cluster: ClusterOptions }

/**
 * Where to connect to, and as whom. Of an application's client only the options are taken, not its `duplicate()`: that may
 * be of another version of ioredis, with faults that client-family.ts does not guard against.
 */
function givenOptions(target: RedisTarget): GivenOptions {
  switch (target.kind) {
    case 'url':
      return { kind: 'single', single: new Redis(target.url, { lazyConnect: true }).options }
    case 'options':
      return { kind: 'single', single: new Redis({ ...(target.options as object), lazyConnect: true }).options }
    case 'client':
      return { kind: 'single', single: target.client.options }
    case 'cluster':
      return { kind: 'cluster', nodes: target.nodes, cluster: target.options }
    case 'clusterClient': {
      const { client } = target
      return { kind: 'cluster', nodes: startupNodesOf(client), cluster: client.options as ClusterOptions }
    }
    default:
      return target satisfies never
  }
}

/**
 * Connects again where the server says that it is a read-only replica: a new connection may find the master. During a failover
 * every command gets that answer, so the fleet would connect again and again; hence once in `READONLY_RECONNECT_MS` at most.
 */
function reconnectWhereReadOnly(clock: Clock): (error: Error) => boolean {
  let reconnectedAtMs = Number.NEGATIVE_INFINITY
  return ({ message }) => {
    // Redis before 7 quotes READONLY within the error of a script.
    if (!message.includes('READONLY') || clock.monotonicMs() < reconnectedAtMs + READONLY_RECONNECT_MS) return false
    reconnectedAtMs = clock.monotonicMs()
    return true
  }
}
