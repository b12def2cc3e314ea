// Tells the shapes of the `redis` option apart. It looks at their members, and not at their classes, since an application may have another
// version of ioredis than this package. What none of them is, ioredis would take for options of which it knows none: it would connect to
// localhost, and say nothing.
import type { Cluster, ClusterNode, ClusterOptions, Redis, RedisOptions } from 'ioredis'

export type RedisTarget =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'options'; readonly options: RedisOptions }
  | { readonly kind: 'cluster'; readonly nodes: readonly ClusterNode[]; readonly options: ClusterOptions }
  | { readonly kind: 'client'; readonly client: Redis }
  | { readonly kind: 'clusterClient'; readonly client: Cluster }

/** The Redis that a `redis` option names; undefined if the option has none of the shapes. */
export function redisTarget(input: unknown): RedisTarget | undefined {
  if (redisFault(input) !== undefined) return undefined
  if (typeof input === 'string') return { kind: 'url', url: input }
  const object = input as object
  if (isClusterClient(object)) return { kind: 'clusterClient', client: object }
  if (isClient(object)) return { kind: 'client', client: object }
  if (!isForCluster(object)) return { kind: 'options', options: object }
  return { kind: 'cluster', nodes: object.cluster as ClusterNode[], options: object.options ?? {} }
}

/**
 * Why an input has none of the shapes; undefined where it has one, and `''` where there is no more to say of it. Of names it has only those that
 * could be a misspelt option.
 */
export function redisFault(input: unknown): string | undefined {
  if (typeof input === 'string') return isAddress(input) ? undefined : ''
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return ''
  if (isClient(input)) return isClusterClient(input) && !Array.isArray(startupNodesOf(input)) ? '' : undefined
  if (!isPlain(input)) return 'this is an instance of a class, and none of ioredis'
  // All that is left of another library's client that has crossed to a worker thread.
  if (Object.keys(input).length === 0) return 'an empty object does not say where Redis is'
  if (!isForCluster(input)) return optionsFault(input)
  const { cluster, options, ...others } = input
  const [other] = Object.keys(others)
  if (other !== undefined) return `beside \`cluster\` only \`options\` may stand, and not ${shown(other)}`
  if (!Array.isArray(cluster) || cluster.length === 0 || !cluster.every(isNode))
    return 'each node of `cluster` is a URL, a port, or an object with a host'
  if (options === undefined || options === null) return undefined
  if (!isObject(options)) return '`options` is an object'
  const unknown = Object.keys(options).find((name) => !clusterOptionNames.has(name))
  if (unknown !== undefined) return `ioredis has no option ${shown(unknown)} for a cluster`
  const { redisOptions } = options as ClusterOptions
  return redisOptions === undefined ? undefined : isObject(redisOptions) ? optionsFault(redisOptions) : ''
}

/** The names of ioredis's options, versions 5 and 6, for one server and for Sentinels. */
const optionNames: ReadonlySet<string> = new Set(
  `Connector autoPipeliningIgnoredCommands autoResendUnfulfilledCommands autoResubscribe blockingTimeout blockingTimeoutGrace clientInfoTag
  commandQueue commandTimeout connectTimeout connectionName db disableClientInfo disconnectTimeout enableAutoPipelining enableOfflineQueue
  enableReadyCheck enableTLSForSentinelMode failoverDetector family himportFieldsets host keepAlive keyPrefix lazyConnect maxLoadingRetryTime
  maxRetriesPerRequest monitor name natMap noDelay offlineQueue password path port preferredSlaves protocol readOnly reconnectOnError replyMapping
  retryStrategy role scripts sentinelCommandTimeout sentinelMaxConnections sentinelPassword sentinelReconnectStrategy sentinelRetryStrategy
  sentinelTLS sentinelUsername sentinels showFriendlyErrorStack socketTimeout stringNumbers tls updateSentinels username`.split(
    /\s+/,
  ),
)

const clusterOptionNames: ReadonlySet<string> = new Set(
  `autoPipeliningIgnoredCommands clusterNodeRetryStrategy clusterRetryStrategy dnsLookup enableAutoPipelining enableOfflineQueue enableReadyCheck
  himportFieldsets keyPrefix lazyConnect maxRedirections natMap redisOptions resolveSrv retryDelayOnClusterDown retryDelayOnFailover
  retryDelayOnMoved retryDelayOnTryAgain scaleReads scripts shardedSubscribers showFriendlyErrorStack slotsRefreshInterval slotsRefreshTimeout
  useSRVRecords`.split(/\s+/),
)

/** What is wrong with ioredis's options. Of values it looks at those that say where to connect to: ioredis falls back to localhost there. */
function optionsFault(options: object): string | undefined {
  const unknown = Object.keys(options).find((name) => !optionNames.has(name))
  if (unknown !== undefined) return `ioredis has no option ${shown(unknown)}`
  const { host, port, path, db, sentinels, name } = options as { readonly [name: string]: unknown }
  if (![host, path].every((text) => text === undefined || isText(text))) return '`host` and `path` are texts'
  if (path !== undefined && path !== null && host === undefined) return undefined
  if (port !== undefined && !isNumber(port, 65_535)) return '`port` is a number from 1 to 65535'
  if (db !== undefined && db !== 0 && db !== '0' && !isNumber(db, Number.MAX_SAFE_INTEGER)) return '`db` is a number'
  if (sentinels === undefined || sentinels === null) return undefined
  const areSentinels = Array.isArray(sentinels) && sentinels.length > 0 && sentinels.every(isNodeObject)
  return areSentinels && isText(name) ? undefined : '`sentinels` is a list of objects with a host, beside a `name`'
}

/** Whether an object has what a client of ioredis has. Other clients can be duplicated too, but only ioredis defines commands so. */
function isClient(input: object): input is Redis {
  const methods = ['duplicate', 'defineCommand', 'connect', 'disconnect']
  return (
    methods.every((name) => typeof Reflect.get(input, name) === 'function') && isObject(Reflect.get(input, 'options'))
  )
}

/** A cluster client of ioredis, or of a fork of it, says `isCluster: true`. */
function isClusterClient(input: object): input is Cluster {
  return isClient(input) && (input as { readonly isCluster?: unknown }).isCluster === true
}

/** `startupNodes` is private, but it is the same in every version, and ioredis's own `duplicate()` reads it. */
export function startupNodesOf(client: Cluster): readonly ClusterNode[] {
  return (client as unknown as { readonly startupNodes: readonly ClusterNode[] }).startupNodes
}

/** Whether an object is no instance of a class, such as the client of another library; it may come from another realm. */
function isPlain(input: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(input)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function isForCluster(input: object): input is { readonly cluster: unknown; readonly options?: ClusterOptions | null } {
  return 'cluster' in input
}

function isNode(node: unknown): boolean {
  if (typeof node === 'string') return isText(node) && (!node.includes('//') || isAddress(node))
  return isNumber(node, 65_535) || isNodeObject(node)
}

/** A node of a cluster, or a Sentinel. */
function isNodeObject(node: unknown): boolean {
  if (!isObject(node)) return false
  const { host, port } = node as { readonly host?: unknown; readonly port?: unknown }
  return isText(host ?? '127.0.0.1') && (host ?? port) !== undefined && optionsFault(node) === undefined
}

function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

function isText(input: unknown): boolean {
  return typeof input === 'string' && input.trim() !== ''
}

/** A number from 1 to `max`, which ioredis also takes as a text. */
function isNumber(input: unknown, max: number): boolean {
  const number = typeof input === 'string' && /^\d+$/.test(input) ? Number(input) : input
  return Number.isInteger(number) && (number as number) >= 1 && (number as number) <= max
}

/** A name that was given, where it can be no secret that stands in its place by mistake. */
function shown(name: string): string {
  return /^[A-Za-z]{1,24}$/.test(name) ? `\`${name}\`` : 'of the name that is given'
}

function isAddress(text: string): boolean {
  if (!/^rediss?:\/\/./.test(text)) return text.startsWith('/')
  // ioredis would read a database that is not a number as 0, and count in the wrong one.
  return URL.canParse(text) && /^\/?\d*$/.test(new URL(text).pathname)
}
