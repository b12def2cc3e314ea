// What a webhook URL and its secret may look like, judged from their text alone; addresses are judged when connecting.
import { MAX_URL_LENGTH } from '../defaults.js'

export const URL_EXPECTATION: string = `an http or https URL of at most ${MAX_URL_LENGTH} characters`
export const SECRET_EXPECTATION =
  'printable ASCII, and one that begins with whsec_ the base64 of 24 to 64 bytes (Standard Webhooks)'

/** What a URL that is not blank was expected to be, where it is not; undefined when it can be used. */
export function urlFault(text: string): string | undefined {
  const url = text.length <= MAX_URL_LENGTH && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return URL_EXPECTATION
  if (url.username !== '' || url.password !== '') return 'a URL without user info (`secret` replaces it)'
  return undefined
}

/** Whether a text is the URL of a proxy; unlike a destination's it may have user info. */
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

/** Whether a secret can be sent as a header or, with the prefix `whsec_`, sign. */
export function isUsableSecret(secret: string): boolean {
  if (!secret.startsWith('whsec_')) return /^[\x20-\x7e]*$/.test(secret)
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret) && isKeyLength(signingKey(secret).length)
}

/** The bytes that a `whsec_` secret signs with. */
export function signingKey(secret: string): Buffer {
  return Buffer.from(secret.slice('whsec_'.length), 'base64')
}

function isKeyLength(bytes: number): boolean {
  return bytes >= 24 && bytes <= 64
}

/** The origin of a URL that passed `urlFault`; `''` for a blank one, which has none. */
export function originOf(url: string): string {
  return url === '' ? '' : new URL(url).origin
}
