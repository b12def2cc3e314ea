// Connects to a destination, directly or through a proxy, once its address has been judged.
import { isIP, Socket } from 'node:net'
import type { buildConnector } from 'undici'
import type { ProxyOption } from '../config/options.js'
import { AddressError, type AddressPolicy, isAllowedAddress } from './address-guard.js'
import { chooseProxy, type ProxyVariables } from './proxy-choice.js'
import { openTunnel } from './tunnel.js'

export interface RouteOptions extends AddressPolicy {
  readonly proxy: ProxyOption
  readonly variables: ProxyVariables
  /** How long it may take until there is a connection: while there is none a socket holds the process, `unref` or not. */
  readonly timeoutMs: number
  /** Gets the sockets that are connecting, for whoever ends them. */
  readonly connecting: Set<Socket>
}

/** Wraps a connector of undici's, which judges what names resolve to and does TLS. */
export function routedConnector(
  connect: buildConnector.connector,
  { allowPrivate, proxy: option, variables, timeoutMs, connecting }: RouteOptions,
): buildConnector.connector {
  async function open(destination: buildConnector.Options): Promise<Socket> {
    const proxy = chooseProxy(destination, option, variables)
    const host = destination.hostname.replace(/^\[|\]$/g, '')
    // Node asks no lookup for literals, so they are judged here. Private ones are the proxy's affair, where it connects.
    const policy = { allowPrivate: allowPrivate || proxy !== undefined }
    if (isIP(host) !== 0 && !isAllowedAddress(host, policy)) throw new AddressError()
    if (proxy === undefined) return through(destination)
    const httpSocket = await openTunnel(proxy, destination, track)
    return destination.protocol === 'https:' ? through({ ...destination, httpSocket }) : httpSocket
  }

  function through(destination: buildConnector.Options): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const settle: buildConnector.Callback = (error, socket) => (error === null ? resolve(socket) : reject(error))
      // Its types do not say so, but it returns the socket at once.
      const socket: unknown = connect(destination, settle)
      if (socket instanceof Socket)
        socket.once(destination.protocol === 'https:' ? 'secureConnect' : 'connect', track(socket))
    })
  }

  /** Bounds connecting, until what it returns is called. */
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
      // The evaluator holds the process while an alert is told, and no longer than it promises; a socket does not.
      (socket) => callback(null, socket.unref()),
      (error: Error) => callback(error, null),
    )
  }
}
