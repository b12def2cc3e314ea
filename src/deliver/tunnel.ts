// A connection through a proxy, by CONNECT. Not by undici's ProxyAgent: where a proxy hangs up instead of answering, it connects
// again without end, 3,000 times a second, and the request's own signal does not stop it.
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { type Destination, ProxyError } from './proxy-choice.js'

/** Resolves with a socket to the destination. The caller does TLS over it, and bounds how long this takes. */
export function openTunnel(
  proxy: URL,
  { protocol, hostname, port }: Destination,
  /** Gets the socket to the proxy; the returned function is called once the proxy has answered. */
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
    request.once('error', (cause) => reject(new ProxyError('the proxy cannot be reached', { mayPass: true, cause })))
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

/** A 5xx or 429 may pass: the proxy could not reach the destination yet. With any other status it refuses to connect. */
function refusal(status: number): ProxyError {
  const mayPass = status >= 500 || status === 429
  return new ProxyError(mayPass ? 'the proxy could not connect' : 'the proxy refused to connect', { mayPass })
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  const userInfo = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(userInfo).toString('base64')}` }
}
