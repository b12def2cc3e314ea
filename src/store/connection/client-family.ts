// All clients of one connection: the one that was made for it, and those that ioredis makes by itself, which no option
// reaches. ioredis 6 prints where its own texts say so, goes on in database 0 where SELECT fails, and calls a connection
// ready on which nobody has answered; each of them is kept from that here.
import type { Cluster, Redis } from 'ioredis'

export type Client = Redis | Cluster

export interface ClientFamilyOptions {
  /** Whether sockets and timers may keep the process alive. */
  readonly holdsProcess: boolean
  /** Hears of every attempt to connect that failed. */
  readonly onError: (error: unknown) => void
}

/** A promise as ioredis wants it, which never settles. */
const never = (): Promise<never> => new Promise(() => {})
const handshakeCommands: ReadonlySet<string> = new Set(['auth', 'select', 'client'])

/** What is ioredis's own, without a public way to reach it. Whatever is missing is done without. */
interface Inner {
  readonly stream?: { readonly writable?: boolean; unref?(): void; destroy?(): void }
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

  /** Takes a client that has not connected yet, and whatever it will make. */
  adopt(client: Client): void {
    this.#head = client
    client.on('error', this.#options.onError)
    if (!client.isCluster) {
      this.#tend(client as Redis)
      return
    }
    const { subscriber } = client as unknown as Inner
    // It would be a connection of its own, which nobody here listens to and no option can keep from printing.
    if (subscriber?.start !== undefined) subscriber.start = () => {}
    this.#releaseReconnect(client)
    client.on('+node', (node: Redis) => {
      node.on('error', this.#options.onError)
      this.#tend(node)
    })
  }

  /** Ends all of them at once: a socket that only waits for its peer to hang up would hold the process. */
  drop(): void {
    this.#head?.disconnect()
    for (const client of this.#singles) {
      client.disconnect()
      innerOf(client).stream?.destroy?.()
    }
    this.#singles.clear()
  }

  #tend(client: Redis): void {
    this.#singles.add(client)
    client.on('end', () => this.#singles.delete(client))
    this.#releaseReconnect(client)
    if (!this.#options.holdsProcess) client.on('connect', () => innerOf(client).stream?.unref?.())
    this.#judgeHandshakes(client)
    // A cluster asks for its slots on duplicates of its nodes.
    const { duplicate } = client
    client.duplicate = (options) => this.#tendQuietly(duplicate.call(client, options))
    const { connector } = innerOf(client)
    const { connectToSentinel } = connector ?? {}
    if (connector === undefined || connectToSentinel === undefined) return
    connector.connectToSentinel = (endpoint, options) => {
      // A socket that is given up is destroyed at once: the timer would hold the process, from one attempt to the next.
      const quick = { ...options, disconnectTimeout: 0 }
      return this.#tendQuietly(connectToSentinel.call(connector, endpoint, quick))
    }
  }

  /** What it cannot do is told by the one that made it. */
  #tendQuietly(client: Redis): Redis {
    client.on('error', () => {})
    // ioredis subscribes again after a reconnect, and leaves the promise to whoever it hits.
    const { subscribe } = client
    client.subscribe = (...args: unknown[]) => {
      const subscribed = Reflect.apply(subscribe, client, args) as Promise<unknown>
      subscribed.catch(() => {})
      return subscribed
    }
    this.#tend(client)
    return client
  }

  /** Neither a socket nor the wait for the next attempt may keep a process alive that is otherwise done. */
  #releaseReconnect(client: Client): void {
    if (this.#options.holdsProcess) return
    client.on('reconnecting', () => innerOf(client).reconnectTimeout?.unref?.())
  }

  #judgeHandshakes(client: Redis): void {
    const { sendCommand } = client
    client.sendCommand = (command, stream) => {
      const answer = sendCommand.call(client, command, stream)
      if (!this.#options.holdsProcess) (command as unknown as InnerCommand)._commandTimeoutTimer?.unref()
      if (!handshakeCommands.has(command.name) || !(answer instanceof Promise)) return answer
      return answer.catch((error: Error) => judge(client, command.name, error))
    }
  }
}

/** Whether commands can be sent: ioredis calls a client ready until the socket that it has given up is closed. */
export function isUsable(client: Client): boolean {
  return client.status === 'ready' && innerOf(client).stream?.writable !== false
}

/** What becomes of a connection when one of its first commands failed: it goes on, or is opened again. */
function judge(client: Redis, name: string, error: Error): unknown {
  // It is over already, and ioredis knows.
  if (client.status !== 'connect') throw error
  if (name === 'auth' && isNeedless(error.message)) return 'OK'
  const isAnswer = error.name === 'ReplyError' && !error.message.includes('max number of clients')
  // A name that it may not have, for example.
  if (isAnswer && name === 'client') throw error
  client.emit('error', error)
  client.disconnect(true)
  return never()
}

/** A password was sent to a server that wants none: it works, and ioredis would print that. */
function isNeedless(message: string): boolean {
  return message.includes('no password is set') || message.includes('without any password configured')
}

/** The private side of a client of the very version that this package is tested with. */
function innerOf(client: Client): Inner {
  return client as unknown as Inner
}
