// Connects to a destination, directly or through a proxy, once its address was checked.
import { isIP, Socket } from 'node:net'
import type { buildConnector } from 'undici'
import type { ProxyOption } from '../config/options.js'
import { AddressError, type AddressPolicy, isAllowedAddress } from './address-guard.js'
import { chooseProxy, type ProxyVariables } from './proxy-choice.js'
import { openTunnel } from './tunnel.js'

export interface RouteOptions extends AddressPolicy {
  readonly proxy: ProxyOption
  readonly variables: ProxyVariables
  /** The longest that connecting may take: until it is connected, a socket keeps the process alive, `unref` or not. */
  readonly timeoutMs: number
  /** Holds the sockets that are connecting, so that the client's `close` can destroy them. */
  readonly connecting: Set<Socket>
}

/** Wraps a connector of undici's, which checks the addresses that names resolve to and does TLS. */
export function routedConnector(
  connect: buildConnector.connector,
  { allowPrivate, proxy: option, variables, timeoutMs, connecting }: RouteOptions,
): buildConnector.connector {
  async function open(destination: buildConnector.Options): Promise<Socket> {
    const proxy = chooseProxy(destination, option, variables)
    const host = destination.hostname.replace(/^\[|\]$/g, '')
    // Node calls no lookup for a literal address, so it is checked here. Through a proxy a private one is allowed: it is in the
    // proxy's network, not in ours.
    const policy = { allowPrivate: allowPrivate || proxy !== undefined }
    if (isIP(host) !== 0 && !isAllowedAddress(host, policy)) throw new AddressError()
    if (proxy === undefined) return through(destination)
    const httpSocket = await openTunnel(proxy, destination, track)
    return destination.protocol === 'https:' ? through({ ...destination, httpSocket }) : httpSocket
  }

  function through(destination: buildConnector.Options): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const settle: buildConnector.Callback = (error, socket) => (error === null ? resolve(socket) : reject(error))
      // The connector returns the socket at once, though its types do not say so.
      const socket: unknown = connect(destination, settle)
      if (socket instanceof Socket)
        socket.once(destination.protocol === 'https:' ? 'secureConnect' : 'connect', track(socket))
    })
  }

  /** Destroys a socket that does not connect in time; the caller says that it has connected by calling the returned function. */
  function track(socket: Socket): () => void {
    const timer = setTimeout(() => socket.destroy(new DOMException('No answer', 'TimeoutError')), timeoutMs)
    timer.unref()
    const done = (): void => {
      clearTimeout(timer)
      connecting.delete(socket)
    }
    connecting.add(socket)
    socket.once('close', done)
    return done
  }

  return (destination, callback) => {
    open(destination).then(
      // The evaluator keeps the process alive while it delivers, and no longer than it promises, so the socket must not.
      (socket) => callback(null, socket.unref()),
      (error: Error) => callback(error, null),
    )
  }
}
