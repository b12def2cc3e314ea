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
  if ('duplicate' in input && typeof input.duplicate === 'function') {
    // A cluster client of ioredis, or of a fork of it, says `isCluster: true`. What else a client must have shows when it is used.
    if ('isCluster' in input && input.isCluster === true) return { kind: 'clusterClient', client: input as Cluster }
    return { kind: 'client', client: input as Redis }
  }
  if (!('cluster' in input)) return { kind: 'options', options: input }
  if (!Array.isArray(input.cluster) || input.cluster.length === 0) return undefined
  const options = 'options' in input && typeof input.options === 'object' ? (input.options ?? {}) : {}
  return { kind: 'cluster', nodes: input.cluster, options }
}

function isAddress(text: string): boolean {
  if (!/^rediss?:\/\/./.test(text)) return text.startsWith('/')
  // ioredis would read a database that is not a number as 0, and count in the wrong one.
  return URL.canParse(text) && /^\/?\d*$/.test(new URL(text).pathname)
}
