// Connects to a destination, directly or through a proxy, once its address has been judged.
import { isIP, type Socket } from 'node:net'
import type { buildConnector } from 'undici'
import type { ProxyOption } from '../config/options.js'
import { AddressError, type AddressPolicy, isAllowedAddress } from './address-guard.js'
import { chooseProxy, type ProxyVariables } from './proxy-choice.js'
import { openTunnel } from './tunnel.js'

export interface RouteOptions extends AddressPolicy {
  readonly proxy: ProxyOption
  readonly variables: ProxyVariables
  /** How long a proxy may take to connect. */
  readonly timeoutMs: number
}

/** Wraps a connector of undici's, which judges what names resolve to and does TLS. */
export function routedConnector(
  connect: buildConnector.connector,
  { allowPrivate, proxy: option, variables, timeoutMs }: RouteOptions,
): buildConnector.connector {
  async function open(destination: buildConnector.Options): Promise<Socket> {
    const proxy = chooseProxy(destination, option, variables)
    const host = destination.hostname.replace(/^\[|\]$/g, '')
    // Node asks no lookup for literals, so they are judged here. Private ones are the proxy's affair, where it connects.
    const policy = { allowPrivate: allowPrivate || proxy !== undefined }
    if (isIP(host) !== 0 && !isAllowedAddress(host, policy)) throw new AddressError()
    if (proxy === undefined) return through(destination)
    const httpSocket = await openTunnel(proxy, destination, timeoutMs)
    return destination.protocol === 'https:' ? through({ ...destination, httpSocket }) : httpSocket
  }

  function through(destination: buildConnector.Options): Promise<Socket> {
    return new Promise((resolve, reject) =>
      connect(destination, (error, socket) => (error === null ? resolve(socket) : reject(error))),
    )
  }

  return (destination, callback) => {
    open(destination).then(
      // The evaluator holds the process while an alert is told, and no longer than it promises; a socket does not.
      (socket) => callback(null, socket.unref()),
      (error: Error) => callback(error, null),
    )
  }
}
