// Tells the shapes of the `redis` option apart. It looks at their members, and not at their classes, since an application may have another
// version of ioredis than this package.
import type { Cluster, ClusterNode, ClusterOptions, Redis, RedisOptions } from 'ioredis'

export type RedisTarget =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'options'; readonly options: RedisOptions }
  | { readonly kind: 'cluster'; readonly nodes: readonly ClusterNode[]; readonly options: ClusterOptions }
  | { readonly kind: 'client'; readonly client: Redis }
  | { readonly kind: 'clusterClient'; readonly client: Cluster }

/** The Redis that a `redis` option names; undefined if the option has none of the shapes. */
export function redisTarget(input: unknown): RedisTarget | undefined {
  if (typeof input === 'string') return isAddress(input) ? { kind: 'url', url: input } : undefined
  if (typeof input !== 'object' || input === null || Array.isArray(input) || input instanceof URL) return undefined
  if (isClient(input)) {
    // A cluster client of ioredis, or of a fork of it, says `isCluster: true`.
    if ('isCluster' in input && input.isCluster === true) return { kind: 'clusterClient', client: input as Cluster }
    return { kind: 'client', client: input as Redis }
  }
  if (!isPlain(input) || foreignOptions.some((name) => name in input)) return undefined
  if (!('cluster' in input)) return { kind: 'options', options: input }
  if (!Array.isArray(input.cluster) || input.cluster.length === 0) return undefined
  const options = 'options' in input && typeof input.options === 'object' ? (input.options ?? {}) : {}
  return { kind: 'cluster', nodes: input.cluster, options }
}

/**
 * The options of other libraries, of which ioredis would know none: it would connect to localhost, and say nothing.
 * node-redis has `url`, `socket` and, for a cluster, `rootNodes`.
 */
const foreignOptions = ['url', 'socket', 'rootNodes']

/** Whether an object has what a client of ioredis has. Other clients can be duplicated too, but only ioredis defines commands so. */
function isClient(input: object): input is Redis | Cluster {
  return ['duplicate', 'defineCommand', 'connect', 'disconnect'].every(
    (name) => typeof Reflect.get(input, name) === 'function',
  )
}

/** Whether an object is no instance of a class, such as the client of another library; it may come from another realm. */
function isPlain(input: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(input)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function isAddress(text: string): boolean {
  if (!/^rediss?:\/\/./.test(text)) return text.startsWith('/')
  // ioredis would read a database that is not a number as 0, and count in the wrong one.
  return URL.canParse(text) && /^\/?\d*$/.test(new URL(text).pathname)
}
