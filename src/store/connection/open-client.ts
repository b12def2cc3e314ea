// A client of our own for each shape of the `redis` option, with the options that ioredis 6 needs to be harmless: nothing
// queues, nothing is resent by itself, and everything has its time.
import type { ClusterNode, ClusterOptions, Redis, RedisOptions } from 'ioredis'
import type { Clock } from '../../clock.js'
import type { RedisTarget } from '../../config/checks/redis-option.js'
import type { Client } from './client-family.js'

export interface OpenClientOptions {
  readonly target: RedisTarget
  readonly clock: Clock
  readonly connectTimeoutMs: number
  readonly commandTimeoutMs: number
}

const LAST_RETRY_DELAY_MS = 2000
const READONLY_RECONNECT_MS = 5000

/**
 * A client that has not begun to connect.
 *
 * @throws what ioredis says of options that it cannot use
 */
export async function openClient({ target, clock, ...timeouts }: OpenClientOptions): Promise<Client> {
  // Loaded when first needed: it takes a tenth of a second that a process without Redis should not pay.
  const { Cluster, Redis } = await import('ioredis')
  const retryDelay = (times: number): number =>
    Math.min(50 * 2 ** (times - 1), LAST_RETRY_DELAY_MS) + 200 * clock.random()
  // Spread as plain objects: ioredis's types do not know exactOptionalPropertyTypes.
  const common = {
    commandTimeout: timeouts.commandTimeoutMs,
    connectTimeout: timeouts.connectTimeoutMs,
    // A socket that is given up is destroyed at once; its timer would hold the process.
    disconnectTimeout: 0,
    maxRetriesPerRequest: 0,
    // commandTimeout bounds everything already, and this timer cannot be kept from holding the process.
    socketTimeout: undefined,
    // It asks by INFO, which a user may not be allowed; whether Redis is loading, each command says itself.
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
    // ioredis would wait by a timer that holds the process; the client ends instead, and its owner makes another.
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
  const options = givenOptions(Redis, target)
  if (options.kind === 'cluster') {
    const redisOptions = { ...(options.cluster.redisOptions as object | undefined), ...common }
    return new Cluster([...options.nodes], { ...(options.cluster as object), ...clustered, redisOptions })
  }
  // ioredis would take what is no number for database 0.
  if (Number.isNaN(options.single.db)) throw new Error('the database must be a number')
  return new Redis({ ...(options.single as object), ...single })
}

type GivenOptions =
  | { readonly kind: 'single'; readonly single: RedisOptions }
  | { readonly kind: 'cluster'; readonly nodes: readonly ClusterNode[]; readonly cluster: ClusterOptions }

/**
 * Where it connects to, and as whom. Of a client its options are taken, not its `duplicate()`: that may be of another
 * version, with faults that nobody here guards against.
 */
function givenOptions(client: typeof Redis, target: RedisTarget): GivenOptions {
  switch (target.kind) {
    case 'url':
      return { kind: 'single', single: new client(target.url, { lazyConnect: true }).options }
    case 'options':
      return { kind: 'single', single: new client({ ...(target.options as object), lazyConnect: true }).options }
    case 'client':
      return { kind: 'single', single: target.client.options }
    case 'cluster':
      return { kind: 'cluster', nodes: target.nodes, cluster: target.options }
    case 'clusterClient': {
      // Private, but the same in every version, and what its own duplicate() takes.
      const { startupNodes } = target.client as unknown as { readonly startupNodes: readonly ClusterNode[] }
      return { kind: 'cluster', nodes: startupNodes, cluster: target.client.options as ClusterOptions }
    }
    default:
      return target satisfies never
  }
}

/** A replica stays one for a whole failover: looking for its master again and again would be a storm. */
function reconnectWhereReadOnly(clock: Clock): (error: Error) => boolean {
  let reconnectedAtMs = Number.NEGATIVE_INFINITY
  return ({ message }) => {
    // Servers before 7 quote it within the error of a script.
    if (!message.includes('READONLY') || clock.monotonicMs() < reconnectedAtMs + READONLY_RECONNECT_MS) return false
    reconnectedAtMs = clock.monotonicMs()
    return true
  }
}
