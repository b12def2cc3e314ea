// The four shapes of the `redis` option, told apart by what they look like: two versions of ioredis may live in one process.
import type { Cluster, ClusterNode, ClusterOptions, Redis, RedisOptions } from 'ioredis'

export type RedisTarget =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'options'; readonly options: RedisOptions }
  | { readonly kind: 'cluster'; readonly nodes: readonly ClusterNode[]; readonly options: ClusterOptions }
  | { readonly kind: 'client'; readonly client: Redis }
  | { readonly kind: 'clusterClient'; readonly client: Cluster }

/** What a `redis` option names, or undefined where it is none of the shapes. */
export function redisTarget(input: unknown): RedisTarget | undefined {
  if (typeof input === 'string') return isAddress(input) ? { kind: 'url', url: input } : undefined
  if (typeof input !== 'object' || input === null || Array.isArray(input) || input instanceof URL) return undefined
  if ('duplicate' in input && typeof input.duplicate === 'function') {
    // Only ioredis and its forks have both `duplicate` and `isCluster`; what else they need is checked by using them.
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
  // ioredis would take a database that is no number for 0.
  return URL.canParse(text) && /^\/?\d*$/.test(new URL(text).pathname)
}
