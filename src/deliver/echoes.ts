// Takes out of a receiver's words what it was told and nobody else may see. Receivers and what stands before them like to repeat a
// request in their answer; but the path and the query of a webhook's url are as good as a password, and so are secret and headers.
import { oneLine } from '../text.js'
import { decodeBase64, decodeEntities, decodeEscapes, decodePercents } from './encodings.js'

/** What the request told its receiver. */
export interface Told {
  readonly url: string
  /** Blank if there is none. */
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
}

/** Pieces of this many UTF-16 units and more are taken out; a shorter one could be a part of any word. */
const PIECE = 6
/** A longer text is cut before anything is looked for in it. */
const MAX_LENGTH = 400
/** Encodings are undone so often, one upon the other, … */
const MAX_ROUNDS = 3
/** … and a text of which that makes more texts than these is not shown at all. */
const MAX_TEXTS = 60

/** Words in the urls of well-known receivers. Their documentation has them, and receivers use some of them in what they say. */
const PUBLIC_WORDS: ReadonlySet<string> = new Set([
  ...['alerts', 'channels', 'enqueue', 'events', 'gateway', 'hooks', 'incoming', 'incomingwebhook', 'invoke', 'manual'],
  ...['messages', 'notifications', 'notify', 'paths', 'receivers', 'services', 'spaces', 'triggers', 'webhook'],
  ...['webhookb2', 'webhooks', 'workflows'],
])
/** Headers that everybody may see: they name no secret, or what a warning says anyway. */
const PUBLIC_HEADERS: ReadonlySet<string> = new Set(['content-type', 'webhook-id', 'webhook-timestamp'])
/** Our own name, which a header of the options may replace. */
const USER_AGENT = /^logsiren\/[\d.]+$/

/**
 * The text, which is one line, with `…` where it repeats a piece of the url's path or query, the secret or a header; `''` where it
 * repeats one in an encoding, be that of a url, of JSON, of HTML or base64.
 */
export function withoutEchoes(text: string, told: Told): string {
  const hidden = hiddenIn(told)
  const left = blotted(text.slice(0, MAX_LENGTH).toWellFormed(), hidden)
  const decoded = textsIn(left)
  return decoded === undefined || decoded.some((one) => findIn(one, hidden).length > 0) ? '' : left
}

interface Hidden {
  /** Every piece of `PIECE` units. */
  readonly pieces: ReadonlySet<string>
  /** Texts of three units and more that are hidden where they stand by themselves. */
  readonly wholes: readonly string[]
}

function hiddenIn({ url, secret, headers }: Told): Hidden {
  const { pathname, search } = new URL(url)
  const values = search
    .slice(1)
    .split('&')
    .map((pair) => pair.slice(pair.indexOf('=') + 1))
  const sent = Object.entries(headers).flatMap(([name, value]) => valuesOf(lower(name), value))
  const key = secret.replace(/^whsec_/, '')
  const texts = [...partsOf(pathname), ...values, ...sent, key].flatMap(formsOf)
  const wholes = [pathname, search, key, ...sent].flatMap(formsOf).filter((whole) => whole.length > 2)
  return { pieces: new Set(texts.flatMap(piecesOf)), wholes: [...new Set(wholes)] }
}

/** What a header hides. */
function valuesOf(name: string, value: string): string[] {
  if (PUBLIC_HEADERS.has(name) || (name === 'user-agent' && USER_AGENT.test(value))) return []
  // Not the version of a signature, nor a scheme, which an answer may name.
  if (name === 'webhook-signature') return [value.replace(/^v1,/, '')]
  const [, isBasic, credentials = value] =
    /^(?:(basic)|[a-z]+) +(.*)$/i.exec(name === 'authorization' ? value : '') ?? []
  // A receiver reads user and password, and may repeat one alone.
  const userInfo = isBasic === undefined ? '' : Buffer.from(credentials, 'base64').toString('utf8')
  return [credentials, ...(userInfo === '' ? [] : [userInfo, ...userInfo.split(':')])]
}

/** What stands between the public words of a path. */
function partsOf(path: string): string[] {
  const parts = path.split('/').map((segment) => (PUBLIC_WORDS.has(lower(segment)) ? undefined : segment))
  return parts.reduce<string[]>(
    ([last = '', ...others], part) => (part === undefined ? ['', last, ...others] : [`${last}/${part}`, ...others]),
    [],
  )
}

/** A text as it is and decoded, each as `findIn` sees texts. */
function formsOf(text: string): string[] {
  const decoded = decodePercents(text)
  const bytes = Buffer.from(decoded).toString('latin1')
  return [...new Set([text, decoded, bytes].flatMap((form) => [lower(form), lower(oneLine(form))]))]
}

function piecesOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - PIECE + 1) }, (_, at) => text.slice(at, at + PIECE))
}

/** Without capitals of ASCII, so that each unit stays where it is. */
function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
}

/** The places, from and to, where a text has something that is hidden. */
function findIn(text: string, { pieces, wholes }: Hidden): (readonly [from: number, to: number])[] {
  const given = lower(text)
  const found: (readonly [number, number])[] = []
  for (let at = 0; at + PIECE <= given.length; at += 1)
    if (pieces.has(given.slice(at, at + PIECE))) found.push([at, at + PIECE])
  for (const whole of wholes)
    for (let at = given.indexOf(whole); at >= 0; at = given.indexOf(whole, at + 1))
      if (isAlone(given, at, at + whole.length)) found.push([at, at + whole.length])
  return found.sort(([a], [b]) => a - b)
}

/** Whether what stands there is no part of a longer word. */
function isAlone(text: string, from: number, to: number): boolean {
  const joins = (a: string, b: string): boolean => /^[a-z0-9]$/.test(a) && /^[a-z0-9]$/.test(b)
  return !joins(text.charAt(from - 1), text.charAt(from)) && !joins(text.charAt(to - 1), text.charAt(to))
}

function blotted(text: string, hidden: Hidden): string {
  let [left, at] = ['', 0]
  for (const [from, to] of findIn(text, hidden)) {
    if (from > at || at === 0) left += `${text.slice(at, from)}…`
    at = Math.max(at, to)
  }
  return (left + text.slice(at)).toWellFormed()
}

/** All that a text says where its encodings are undone, itself included; undefined where that is too much to look at. */
function textsIn(text: string): readonly string[] | undefined {
  const all = new Set([text])
  let round = [text]
  for (let i = 0; i < MAX_ROUNDS; i += 1) {
    round = round.flatMap(decodings).filter((one) => !all.has(one))
    for (const one of round) all.add(one)
    if (all.size > MAX_TEXTS) return undefined
  }
  return [...all].flatMap((one) => [one, oneLine(one)])
}

function decodings(text: string): string[] {
  const percents = decodePercents(text)
  return [percents, percents.replaceAll('+', ' '), decodeEscapes(text), decodeEntities(text), ...decodeBase64(text)]
}
