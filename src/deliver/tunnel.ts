// A connection through a proxy, by CONNECT. Not undici's ProxyAgent: where a proxy hangs up instead of answering, that
// connects anew for ever, 3,000 times a second, and the request's own signal does not end it.
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { type Destination, ProxyError } from './proxy-choice.js'

/** Resolves with a socket to the destination; TLS with it is the caller's affair, and so is that it does not take too long. */
export function openTunnel(
  proxy: URL,
  { protocol, hostname, port }: Destination,
  /** Gets the socket to the proxy; what it returns is called once the tunnel is open. */
  track: (socket: Socket) => () => void,
): Promise<Socket> {
  const authority = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
  const proxyHost = proxy.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const request = (proxy.protocol === 'https:' ? requestHttps : requestHttp)({
      method: 'CONNECT',
      host: proxyHost,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      ...(isIP(proxyHost) === 0 && { servername: proxyHost }),
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      agent: false,
    })
    let opened = (): void => {}
    request.once('socket', (socket) => {
      opened = track(socket.unref())
    })
    request.once('error', reject)
    request.once('connect', ({ statusCode = 0 }, socket: Socket, head: Buffer) => {
      opened()
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head)
        return resolve(socket)
      }
      socket.on('error', () => {}).destroy()
      reject(refusal(statusCode))
    })
    request.end()
  })
}

/** A 5xx or 429 passes: the proxy could not reach the destination, or not yet; anything else says that it does not want to. */
function refusal(status: number): Error {
  return status >= 500 || status === 429
    ? new Error('the proxy could not connect')
    : new ProxyError('the proxy refused to connect')
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  const userInfo = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(userInfo).toString('base64')}` }
}
