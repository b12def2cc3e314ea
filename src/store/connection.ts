// Our own connection to Redis, and the guards that ioredis 6.0 needs: nothing queues, nothing is resent by itself,
// nothing holds the process, nothing is printed, and it comes back whatever happened.
import type { Cluster, Redis } from 'ioredis'
import type { Clock } from '../clock.js'
import type { RedisTarget } from '../config/redis-option.js'
import type { Script } from './lua/script.js'

type Client = Redis | Cluster

export interface ConnectionOptions {
  readonly target: RedisTarget
  readonly clock: Clock
  /** Bounds connecting, which would otherwise hold a process that is done. */
  readonly connectTimeoutMs: number
  /** Whether waiting for an answer may keep the process alive. */
  readonly holdsProcess: boolean
}

const COMMAND_TIMEOUT_MS = 3000
/** So many commands without an answer mean that the connection is dead though it looks alive. */
const TIMEOUTS_BEFORE_RECONNECT = 3
const REOPEN_DELAY_MS = 1000
const READONLY_RECONNECT_MS = 5000

/** A lazily opened connection. A command waits for it to be ready no longer than for an answer. */
export class Connection {
  readonly isCluster: boolean
  readonly #options: ConnectionOptions
  readonly #readyListeners: (() => void)[] = []
  readonly #waiting = new Set<() => void>()
  #client: Client | undefined
  #opening: Promise<void> | undefined
  #timeoutsInARow = 0
  #isClosed = false
  #isMisdirected = false
  /** Why the last attempt to connect failed, for messages. */
  #lastError = 'not connected yet'

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.isCluster = options.target.kind === 'cluster' || options.target.kind === 'clusterClient'
  }

  /** Calls back each time the connection becomes usable. */
  onReady(listener: () => void): void {
    this.#readyListeners.push(listener)
  }

  /** Starts connecting; may be called again at any time. */
  open(): void {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#lastError = reasonOf(error)
      this.#opening = undefined
    })
  }

  /** Runs a script by its hash, by its text where the server has not seen it yet. */
  async run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#guarded(async (client) => {
      try {
        return await client.evalsha(script.sha1, keys.length, ...keys, ...args)
      } catch (error) {
        if (!reasonOf(error).includes('NOSCRIPT')) throw error
        return client.eval(script.text, keys.length, ...keys, ...args)
      }
    })
  }

  async get(key: string): Promise<string | null> {
    return this.#guarded((client) => client.get(key))
  }

  /** Drops the connection, and whatever was asked of it and not answered. */
  close(): void {
    this.#isClosed = true
    if (this.#client !== undefined) drop(this.#client)
    for (const done of [...this.#waiting]) done()
  }

  async #guarded<T>(command: (client: Client) => Promise<T>): Promise<T> {
    if (!this.#isReady) await this.#ready()
    const client = this.#client
    if (client === undefined || !this.#isReady || this.#isMisdirected) throw new Error(this.#lastError)
    try {
      const result = await command(client)
      this.#timeoutsInARow = 0
      return result
    } catch (error) {
      if (reasonOf(error).includes('Command timed out')) this.#reconnectIfDead(client)
      throw error
    }
  }

  get #isReady(): boolean {
    return this.#client?.status === 'ready'
  }

  /** Resolves once commands can be sent, when a command would have timed out, or when this is closed. */
  async #ready(): Promise<void> {
    this.open()
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel()
        this.#waiting.delete(done)
        resolve()
      }
      const { clock, holdsProcess } = this.#options
      const cancel = clock.after(COMMAND_TIMEOUT_MS, done, holdsProcess)
      this.#waiting.add(done)
      if (this.#isClosed) done()
    })
  }

  #reconnectIfDead(client: Client): void {
    this.#timeoutsInARow += 1
    // Only when ready: disconnecting while it resolves a Sentinel would end the client for good.
    if (this.#timeoutsInARow < TIMEOUTS_BEFORE_RECONNECT || client.status !== 'ready') return
    this.#timeoutsInARow = 0
    client.disconnect(true)
  }

  async #open(): Promise<void> {
    const client = await createClient(this.#options)
    if (this.#isClosed) {
      drop(client)
      return
    }
    this.#client = client
    client.on('error', (error: unknown) => {
      this.#lastError = reasonOf(error)
      // ioredis goes on in database 0, where somebody else's state may lie.
      if (this.#lastError.includes('DB index')) this.#isMisdirected = true
    })
    client.on('ready', () => {
      for (const listener of [...this.#waiting, ...this.#readyListeners]) listener()
    })
    client.on('end', () => this.#reopen(client))
    if (!this.#options.holdsProcess) releaseProcess(client)
    await client.connect().catch((error: unknown) => {
      this.#lastError = reasonOf(error)
    })
  }

  /** ioredis can give up for good; we do not. */
  #reopen(ended: Client): void {
    if (this.#isClosed || this.#client !== ended) return
    this.#client = undefined
    this.#options.clock.after(REOPEN_DELAY_MS, () => {
      this.#opening = undefined
      if (!this.#isClosed) this.open()
    })
  }
}

async function createClient({ target, clock, connectTimeoutMs }: ConnectionOptions): Promise<Client> {
  // Loaded when first needed: it takes a tenth of a second that a process without Redis should not pay.
  const { Cluster, Redis } = await import('ioredis')
  const common = {
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    protocol: 2 as const,
    connectTimeout: connectTimeoutMs,
    keyPrefix: '',
    stringNumbers: false,
  }
  // A replica stays one for a whole failover: looking for its master again and again would be a storm.
  let reconnectedAtMs = Number.NEGATIVE_INFINITY
  const mayReconnect = (): boolean => {
    if (clock.monotonicMs() < reconnectedAtMs + READONLY_RECONNECT_MS) return false
    reconnectedAtMs = clock.monotonicMs()
    return true
  }
  const single = {
    ...common,
    lazyConnect: true,
    enableOfflineQueue: false,
    socketTimeout: 10_000,
    failoverDetector: true,
    connectionName: 'logsiren',
    retryStrategy: (times: number) => Math.min(50 * 2 ** (times - 1), 2000) + 200 * clock.random(),
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY') && mayReconnect(),
  }
  const clustered = {
    lazyConnect: true,
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: 2000,
    keyPrefix: '',
    redisOptions: common,
  }
  // Spread as plain objects: ioredis's types do not know exactOptionalPropertyTypes.
  switch (target.kind) {
    case 'url':
      return new Redis(target.url, single)
    case 'options':
      return new Redis({ ...(target.options as object), ...single })
    case 'client':
      return target.client.duplicate(single)
    case 'clusterClient':
      return target.client.duplicate([], clustered)
    case 'cluster': {
      const inner = { ...(target.options.redisOptions as object | undefined), ...common }
      return new Cluster([...target.nodes], { ...(target.options as object), ...clustered, redisOptions: inner })
    }
    default:
      return target satisfies never
  }
}

/** What is ioredis's own, without a public way to unref or destroy it. */
interface Inner {
  readonly stream?: { unref?(): void; destroy?(): void }
  readonly reconnectTimeout?: { unref?(): void }
}

/** Neither the socket nor the wait for the next attempt may keep a process alive that is otherwise done. */
function releaseProcess(client: Client): void {
  if (client.isCluster) {
    // A cluster's nodes are plain clients, announced as they are found.
    client.on('+node', (node: Redis) => releaseProcess(node))
    return
  }
  const inner = client as unknown as Inner
  client.on('connect', () => inner.stream?.unref?.())
  client.on('reconnecting', () => inner.reconnectTimeout?.unref?.())
}

/** Ends a client at once: a socket that only waits for its peer to hang up would hold the process. */
function drop(client: Client): void {
  client.disconnect()
  const singles = client.isCluster ? (client as Cluster).nodes() : [client as Redis]
  for (const single of singles) (single as unknown as Inner).stream?.destroy?.()
}

/** ioredis's reason in words; it may name the server's host and port, never a password. */
export function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return reason.startsWith("Stream isn't writeable") ? 'not connected' : reason
}
