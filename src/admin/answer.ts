// The answers of the endpoint: JSON, and problems as in RFC 9457. Their headers forbid to use them from a cache unasked, to show them in
// a frame, and to read them from another origin.
import type { Problem } from '../errors.js'
import { type AnywherePage, type Asset, HTML } from './assets.js'

const guards: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

/** How a request is let in. */
export const challenge = { 'WWW-Authenticate': 'Bearer realm="logsiren"' } as const

type ExtraHeaders = Readonly<Record<string, string>>

export function json(value: unknown, headers: ExtraHeaders = {}, status = 200): Response {
  const body = `${JSON.stringify(value)}\n`
  return new Response(body, { status, headers: { ...guards, 'Content-Type': 'application/json', ...headers } })
}

export function text(body: string, contentType: string): Response {
  return new Response(body, { headers: { ...guards, 'Content-Type': contentType } })
}

/** What the page may load: its own scripts and styles, and answers of its own origin; nothing else. `scripts` may run besides. */
function pagePolicy(scripts: string): string {
  return [
    "default-src 'none'",
    `script-src 'self'${scripts}`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export function asset({ body, contentType, etag }: Asset, isKnown: boolean): Response {
  const headers = { ...guards, 'Cache-Control': 'no-cache', 'Content-Security-Policy': pagePolicy(''), ETag: etag }
  if (isKnown) return new Response(null, { status: 304, headers })
  return new Response(new Uint8Array(body), { headers: { ...headers, 'Content-Type': contentType } })
}

/** Refuses a browser that has opened the config's own address, and shows it the page, where somebody can sign in. */
export function pageAnywhere({ html, scriptHash }: AnywherePage): Response {
  const policy = { 'Content-Security-Policy': pagePolicy(` '${scriptHash}'`) }
  return new Response(html, { status: 401, headers: { ...guards, ...policy, 'Content-Type': HTML, ...challenge } })
}

export function empty(status: 204 | 304, headers: ExtraHeaders = {}): Response {
  return new Response(null, { status, headers: { ...guards, ...headers } })
}

const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

export type ProblemStatus = keyof typeof titles

/** An answer that says what is wrong: in one sentence, and with a pointer into the request's body for each of `problems`. */
export function problem(
  status: ProblemStatus,
  detail: string,
  { headers = {}, problems = [] }: { headers?: ExtraHeaders; problems?: readonly Problem[] } = {},
): Response {
  const errors = problems.map(({ path, message }) => ({ pointer: pointerTo(path), detail: message }))
  const body = { type: 'about:blank', title: titles[status], status, detail, ...(errors.length > 0 && { errors }) }
  return json(body, { 'Content-Type': 'application/problem+json', ...headers }, status)
}

/** A dotted path as a JSON Pointer in a URI fragment (RFC 6901), the form that RFC 9457 uses. */
function pointerTo(path: string): string {
  return path === ''
    ? '#'
    : `#/${path
        .split('.')
        .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
        .join('/')}`
}
