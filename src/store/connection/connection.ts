// Our own connection to Redis: each command is answered or fails in time, and the connection comes back whatever happened.
import type { Clock } from '../../clock.js'
import type { RedisTarget } from '../../config/checks/redis-option.js'
import type { Script, ScriptRunner } from '../script.js'
import { type Client, ClientFamily, isUsable } from './client-family.js'
import { NO_HANDSHAKE, reasonError, reasonOf } from './reasons.js'

export interface ConnectionOptions {
  readonly target: RedisTarget
  readonly clock: Clock
  /** The longest that one attempt to connect may take: meanwhile it keeps a process alive that is otherwise done. */
  readonly connectTimeoutMs: number
  /** Whether waiting for an answer may keep the process alive. */
  readonly holdsProcess: boolean
}

/** A command fails after so long without an answer; it waits as long at most for a connection. */
const COMMAND_TIMEOUT_MS = 3000
/** The wait before another client takes the place of one that ioredis has given up. */
const REOPEN_DELAY_MS = 1000

/** A connection that opens when it is first needed. */
export class Connection implements ScriptRunner {
  readonly isCluster: boolean
  readonly #options: ConnectionOptions
  readonly #readyListeners: (() => void)[] = []
  readonly #waiting = new Set<() => void>()
  readonly #family: ClientFamily
  #client: Client | undefined
  #opening: Promise<void> | undefined
  #isClosed = false
  /** Why the last attempt to connect failed, for messages. */
  #lastError: string | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#family = new ClientFamily({
      holdsProcess: options.holdsProcess,
      onError: (error) => {
        const reason = reasonOf(error)
        const isUnanswered = reason.includes('ETIMEDOUT') && this.#family.isInHandshake
        this.#lastError = isUnanswered ? NO_HANDSHAKE : reason
      },
    })
    this.isCluster = options.target.kind === 'cluster' || options.target.kind === 'clusterClient'
  }

  /** Calls back each time the connection becomes usable. */
  onReady(listener: () => void): void {
    this.#readyListeners.push(listener)
  }

  /** Starts connecting; may be called again at any time. */
  open(): void {
    if (this.#isClosed) return
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#lastError = reasonOf(error)
      this.#opening = undefined
    })
  }

  /** Runs a script by its hash, or by its text where the server does not know it yet. */
  async run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.#guarded(async (client) => {
      try {
        return await client.call('EVALSHA', [script.sha1, keys.length, ...keys, ...args])
      } catch (error) {
        if (!says(error, 'NOSCRIPT')) throw error
        return client.call('EVAL', [script.text, keys.length, ...keys, ...args])
      }
    })
  }

  async get(key: string): Promise<string | null> {
    return this.#guarded((client) => client.get(key))
  }

  /** Drops the connection; commands without an answer fail. */
  close(): void {
    this.#isClosed = true
    this.#family.drop()
    for (const done of [...this.#waiting]) done()
  }

  async #guarded<T>(command: (client: Client) => Promise<T>): Promise<T> {
    if (!this.#isReady) await this.#ready()
    const client = this.#client
    if (client === undefined || !this.#isReady) throw new Error(this.#reason)
    try {
      return await command(client)
    } catch (error) {
      // After a time-out the connection is opened anew: it may be dead though it looks alive, and a late answer on it could be taken
      // for that of another command. Only a usable one: to disconnect a client while it asks a Sentinel would end it for good.
      if (says(error, 'Command timed out') && isUsable(client)) client.disconnect(true)
      throw reasonError(error)
    }
  }

  get #isReady(): boolean {
    return this.#client !== undefined && isUsable(this.#client)
  }

  get #reason(): string {
    if (this.#isClosed) return 'closed'
    if (this.#lastError !== undefined) return this.#lastError
    return this.#family.isInHandshake ? NO_HANDSHAKE : 'not connected yet'
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

  async #open(): Promise<void> {
    // Loaded only here: loading ioredis takes about 100 ms, which a process without Redis should not pay. Not by `import('ioredis')`,
    // since bundlers do not agree on what that gives of a package that is CommonJS.
    const { openClient } = await import('./open-client.js')
    const client = openClient({ ...this.#options, commandTimeoutMs: COMMAND_TIMEOUT_MS })
    this.#family.adopt(client)
    if (this.#isClosed) {
      this.#family.drop()
      return
    }
    this.#client = client
    client.on('ready', () => {
      this.#lastError = undefined
      for (const listener of [...this.#waiting, ...this.#readyListeners]) listener()
    })
    client.on('end', () => this.#reopen(client))
    await client.connect().catch((error: unknown) => {
      // Mostly this error says only that the connection is closed. An `error` event before it has said why, and that is kept.
      this.#lastError ??= reasonOf(error)
    })
  }

  /** Opens another client after one that ioredis has given up for good. */
  #reopen(ended: Client): void {
    if (this.#isClosed || this.#client !== ended) return
    this.#client = undefined
    this.#options.clock.after(REOPEN_DELAY_MS, () => {
      this.#opening = undefined
      this.open()
    })
  }
}

function says(error: unknown, text: string): boolean {
  return error instanceof Error && error.message.includes(text)
}
