// Connects to a destination, directly or through a proxy, once its address was checked.
import { isIP, Socket } from 'node:net'
import type { buildConnector } from 'undici'
import type { ProxyOption } from '../config/options.js'
import { AddressError, type AddressPolicy, isAllowedAddress } from './address-guard.js'
import { chooseProxy, type ProxyVariables } from './proxy-choice.js'
import { openTunnel } from './tunnel.js'

/** How far the connection for a request has come. */
export interface Route {
  /** The sockets that are connecting. */
  readonly connecting: Set<Socket>
  /** Whether a proxy is asked to connect, and has not answered. */
  isAtProxy: boolean
  /** The socket to the receiver, once it is connected. */
  socket: Socket | undefined
}

export interface RouteOptions extends AddressPolicy {
  readonly proxy: ProxyOption
  readonly variables: ProxyVariables
  /** The longest that connecting may take: until it is connected, a socket keeps the process alive, `unref` or not. */
  readonly timeoutMs: number
  readonly route: Route
}

/** Wraps a connector of undici's, which checks the addresses that names resolve to and does TLS. */
export function routedConnector(
  connect: buildConnector.connector,
  { allowPrivate, proxy: option, variables, timeoutMs, route }: RouteOptions,
): buildConnector.connector {
  async function open(destination: buildConnector.Options): Promise<Socket> {
    const proxy = chooseProxy(destination, option, variables)
    const host = destination.hostname.replace(/^\[|\]$/g, '')
    // Node calls no lookup for a literal address, so it is checked here. Through a proxy a private one is allowed: it is in the
    // proxy's network, not in ours.
    const policy = { allowPrivate: allowPrivate || proxy !== undefined }
    if (isIP(host) !== 0 && !isAllowedAddress(host, policy)) throw new AddressError()
    if (proxy === undefined) return through(destination)
    route.isAtProxy = true
    const httpSocket = await openTunnel(proxy, destination, track)
    route.isAtProxy = false
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
      route.connecting.delete(socket)
    }
    route.connecting.add(socket)
    socket.once('close', done)
    return done
  }

  return (destination, callback) => {
    open(destination).then(
      (socket) => {
        route.socket = socket
        // The evaluator keeps the process alive while it delivers, and no longer than it promises, so the socket must not.
        callback(null, socket.unref())
      },
      (error: Error) => callback(error, null),
    )
  }
}
