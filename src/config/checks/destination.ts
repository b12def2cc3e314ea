// Checks a webhook URL, its secret and a proxy's URL by their text alone. The address that a name leads to is checked on connecting.
import { MAX_URL_LENGTH } from '../defaults.js'

export const URL_EXPECTATION: string = `an http or https URL of at most ${MAX_URL_LENGTH} characters`
export const SECRET_EXPECTATION =
  'printable ASCII and, if it begins with whsec_, to go on with the base64 of 24 to 64 bytes (Standard Webhooks)'

/** What is expected in place of a URL that cannot be used, for an error message; undefined for one that can. A blank one cannot. */
export function urlFault(text: string): string | undefined {
  const url = text.length <= MAX_URL_LENGTH && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return URL_EXPECTATION
  if (url.username !== '' || url.password !== '') return 'a URL without user info (`secret` replaces it)'
  return undefined
}

/** Whether a text is the http or https URL of a proxy. Unlike a destination's URL it may have user info. */
export function isProxyUrl(text: string): boolean {
  const url = text.length <= MAX_URL_LENGTH && URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && isDecodable(`${url.username}:${url.password}`)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** Whether a secret can be used: with the prefix `whsec_` it must hold a key to sign with, any other must fit into a header. */
export function isUsableSecret(secret: string): boolean {
  if (!secret.startsWith('whsec_')) return /^[\x20-\x7e]*$/.test(secret)
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret) && isKeyLength(signingKey(secret).length)
}

/** The key that a `whsec_` secret holds: the bytes to sign with. */
export function signingKey(secret: string): Buffer {
  return Buffer.from(secret.slice('whsec_'.length), 'base64')
}

/** Standard Webhooks allows keys of these lengths. */
function isKeyLength(bytes: number): boolean {
  return bytes >= 24 && bytes <= 64
}

/** Host, and port if it has one, of a URL in which `urlFault` finds no fault; `''` for a blank URL. The rest of it may be secret. */
export function hostOf(url: string): string {
  return url === '' ? '' : new URL(url).host
}

/** The origin of a URL in which `urlFault` finds no fault; `''` for a blank URL. */
export function originOf(url: string): string {
  return url === '' ? '' : new URL(url).origin
}
