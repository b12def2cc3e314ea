// All clients of one connection: the one that was made for it, and those that ioredis makes by itself, which no option
// reaches. Left alone, ioredis 6 prints warnings, goes on in database 0 where SELECT fails, and calls a connection ready
// although the server has not answered. Each client is kept from that here.
import type { Cluster, Redis } from 'ioredis'

export type Client = Redis | Cluster

export interface ClientFamilyOptions {
  /** Whether sockets and timers may keep the process alive. */
  readonly holdsProcess: boolean
  /** Called with the error of each attempt to connect that failed. */
  readonly onError: (error: unknown) => void
}

/** Takes the place of a failed handshake's answer: ioredis waits for all answers before it calls a connection ready. */
const never = (): Promise<never> => new Promise(() => {})
/** The commands that ioredis sends before it calls a connection ready. */
const handshakeCommands: ReadonlySet<string> = new Set(['auth', 'select', 'client'])

/** Private members of ioredis's clients to which there is no public way. All are optional: what a version lacks is left alone. */
interface Inner {
  readonly stream?: {
    readonly writable?: boolean
    readonly connecting?: boolean
    readonly secureConnecting?: boolean
    unref?(): void
    destroy?(): void
  }
  readonly reconnectTimeout?: { unref?(): void } | null
  readonly connector?: { connectToSentinel?(endpoint: unknown, options?: object): Redis }
  readonly subscriber?: { start?(): void }
}

interface InnerCommand {
  readonly _commandTimeoutTimer?: { unref(): void }
}

export class ClientFamily {
  readonly #options: ClientFamilyOptions
  readonly #singles = new Set<Redis>()
  #head: Client | undefined

  constructor(options: ClientFamilyOptions) {
    this.#options = options
  }

  /** Takes in a client that has not connected yet, and every client that it will make. */
  adopt(client: Client): void {
    this.#head = client
    client.on('error', this.#options.onError)
    if (!client.isCluster) {
      this.#adoptSingle(client as Redis)
      return
    }
    const { subscriber } = client as unknown as Inner
    // A cluster's subscriber is one more connection, for Pub/Sub. Nobody here uses it, and no option keeps it from printing.
    if (subscriber?.start !== undefined) subscriber.start = () => {}
    this.#releaseReconnect(client)
    client.on('+node', (node: Redis) => {
      node.on('error', this.#options.onError)
      this.#adoptSingle(node)
    })
  }

  /** Whether a client is connected and waits for the other side to go on with TLS, which a server that does not speak it never does. */
  get isInHandshake(): boolean {
    return [...this.#singles].some((client) => {
      const { connecting, secureConnecting } = innerOf(client).stream ?? {}
      return connecting === false && secureConnecting === true
    })
  }

  /** Ends all clients and destroys their sockets: one that waits for its peer to close would keep the process alive. */
  drop(): void {
    this.#head?.disconnect()
    for (const client of this.#singles) {
      client.disconnect()
      innerOf(client).stream?.destroy?.()
    }
    this.#singles.clear()
  }

  #adoptSingle(client: Redis): void {
    this.#singles.add(client)
    client.on('end', () => this.#singles.delete(client))
    this.#releaseReconnect(client)
    if (!this.#options.holdsProcess) client.on('connect', () => innerOf(client).stream?.unref?.())
    this.#watchHandshakes(client)
    // A cluster asks for its slots on duplicates of its nodes' clients.
    const { duplicate } = client
    client.duplicate = (options) => this.#adoptQuietly(duplicate.call(client, options))
    const { connector } = innerOf(client)
    const { connectToSentinel } = connector ?? {}
    if (connector === undefined || connectToSentinel === undefined) return
    connector.connectToSentinel = (endpoint, options) => {
      // With 0 a socket that is given up is destroyed at once. With more, ioredis's timer would keep the process alive until the
      // next attempt.
      const quick = { ...options, disconnectTimeout: 0 }
      return this.#adoptQuietly(connectToSentinel.call(connector, endpoint, quick))
    }
  }

  /** Takes in a client whose failures the client that made it reports as well. */
  #adoptQuietly(client: Redis): Redis {
    client.on('error', () => {})
    // ioredis subscribes again after a reconnect and handles no rejection of that, which would end the process.
    const { subscribe } = client
    client.subscribe = (...args: unknown[]) => {
      const subscribed = Reflect.apply(subscribe, client, args) as Promise<unknown>
      subscribed.catch(() => {})
      return subscribed
    }
    this.#adoptSingle(client)
    return client
  }

  /** Keeps the wait for the next attempt to connect from holding a process that is otherwise done. */
  #releaseReconnect(client: Client): void {
    if (this.#options.holdsProcess) return
    client.on('reconnecting', () => innerOf(client).reconnectTimeout?.unref?.())
  }

  #watchHandshakes(client: Redis): void {
    const { sendCommand } = client
    client.sendCommand = (command, stream) => {
      const answer = sendCommand.call(client, command, stream)
      if (!this.#options.holdsProcess) (command as unknown as InnerCommand)._commandTimeoutTimer?.unref()
      if (!handshakeCommands.has(command.name) || !(answer instanceof Promise)) return answer
      return answer.catch((error: Error) => afterFailedHandshake(client, command.name, error))
    }
  }
}

/** Whether commands can be sent. The status alone would not do: it stays `ready` until a socket that ioredis gave up is closed. */
export function isUsable(client: Client): boolean {
  return client.status === 'ready' && innerOf(client).stream?.writable !== false
}

/** What becomes of a connection after one of its handshake commands failed: it goes on, or is opened again. */
function afterFailedHandshake(client: Redis, name: string, error: Error): unknown {
  // The connection is lost already, and ioredis handles that.
  if (client.status !== 'connect') throw error
  if (name === 'auth' && isNeedless(error.message)) return 'OK'
  const isAnswer = error.name === 'ReplyError' && !error.message.includes('max number of clients')
  // A user who may not set the connection's name, for example. ioredis ignores that, and so do we.
  if (isAnswer && name === 'client') throw error
  client.emit('error', error)
  client.disconnect(true)
  return never()
}

/** Whether a password was sent to a server that wants none. The connection works, but ioredis would print a warning. */
function isNeedless(message: string): boolean {
  return message.includes('no password is set') || message.includes('without any password configured')
}

/** The private members of a client. It always is one of our own ioredis, whatever version the application has. */
function innerOf(client: Client): Inner {
  return client as unknown as Inner
}
