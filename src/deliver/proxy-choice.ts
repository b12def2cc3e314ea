// Which proxy, if any, a destination is reached through.
import { isProxyUrl } from '../config/checks/destination.js'
import type { ProxyOption } from '../config/options.js'

/** The environment's variables: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read. A lower-case name wins. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>

export interface Destination {
  /** `http:` or `https:`. */
  readonly protocol: string
  /** The host name as in a URL: IPv6 addresses in brackets. */
  readonly hostname: string
  /** Blank for the protocol's default port. */
  readonly port: string
}

/** The proxy cannot be used, or does not connect; the message names no address. */
export class ProxyError extends Error {
  /** `ERR_LOGSIREN_PROXY` where that stays so until somebody changes the config, the other where it may pass. */
  readonly code: 'ERR_LOGSIREN_PROXY' | 'ERR_LOGSIREN_PROXY_TROUBLE'

  constructor(
    message: string,
    { mayPass = false, cause }: { readonly mayPass?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.code = mayPass ? 'ERR_LOGSIREN_PROXY_TROUBLE' : 'ERR_LOGSIREN_PROXY'
  }
}

/**
 * The proxy for a destination; undefined for a direct connection.
 * @throws ProxyError where the environment's variable is no http or https URL
 */
export function chooseProxy(destination: Destination, option: ProxyOption, variables: ProxyVariables): URL | undefined {
  if (option === false) return undefined
  if (option !== 'env') return new URL(option)
  const text = read(variables, destination.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (text === '' || isExempt(destination, read(variables, 'NO_PROXY'))) return undefined
  // `proxy.example.com:3128` without a scheme is http, as curl has it.
  const url = text.includes('://') ? text : `http://${text}`
  if (!isProxyUrl(url)) throw new ProxyError('the environment names a proxy that is no http or https URL')
  return new URL(url)
}

function read(variables: ProxyVariables, name: string): string {
  return (variables[name.toLowerCase()] || variables[name] || '').trim()
}

/** `NO_PROXY` lists host names, which include their subdomains, or addresses, each with or without a port; `*` is every host. */
function isExempt({ protocol, hostname, port }: Destination, noProxy: string): boolean {
  const host = hostname.toLowerCase()
  const portInUse = port || (protocol === 'https:' ? '443' : '80')
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = '', entryPort = portInUse] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? ['', entry]
      const bare = name.replace(/^\*?\./, '')
      return entryPort === portInUse && (entry === '*' || isWithin(host, bare) || host === `[${bare}]`)
    })
}

function isWithin(host: string, name: string): boolean {
  return host === name || host.endsWith(`.${name}`)
}
