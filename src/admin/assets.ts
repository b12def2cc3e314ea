// The files of the status page, by their names in a URL. The build makes modules of them, so that no file is read at run time.
import { createHash } from 'node:crypto'

export interface Asset {
  readonly contentType: string
  readonly body: Buffer
  /** An entity tag, quoted, which changes with the body. */
  readonly etag: string
}

export const HTML = 'text/html; charset=utf-8'
const CSS = 'text/css; charset=utf-8'
const SCRIPT = 'text/javascript; charset=utf-8'

const files: ReadonlyMap<string, { readonly contentType: string; readonly load: () => Promise<string> }> = new Map([
  ['', { contentType: HTML, load: async () => (await import('#page')).html }],
  ['page.css', { contentType: CSS, load: async () => (await import('#page')).style }],
  ['page.js', { contentType: SCRIPT, load: async () => (await import('#page')).script }],
  ['uplot.js', { contentType: SCRIPT, load: async () => (await import('#uplot')).script }],
])

const made = new Map<string, Promise<Asset>>()

/** The asset of this name, `''` for the page itself; undefined if there is none. It is loaded by its first request. */
export function pageAsset(name: string): Promise<Asset> | undefined {
  const file = files.get(name)
  if (file === undefined) return undefined
  const asset = made.get(name) ?? make(file.contentType, file.load())
  made.set(name, asset)
  return asset
}

async function make(contentType: string, text: Promise<string>): Promise<Asset> {
  const body = Buffer.from(await text)
  return { contentType, body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}

/** The page for an address that may have no slash at its end, at which its relative links would lead elsewhere. */
export interface AnywherePage {
  readonly html: string
  /** Of the one script in it, as a content security policy names it. */
  readonly scriptHash: string
}

let anywhere: Promise<AnywherePage> | undefined

/** The page with a script in place of its links, which loads them from below the address that the browser shows, whatever that is. */
export function anywherePage(): Promise<AnywherePage> {
  anywhere ??= makeAnywhere()
  return anywhere
}

async function makeAnywhere(): Promise<AnywherePage> {
  const { html } = await import('#page')
  const isLink = /[ \t]*<(?:link|script)\b[^>]*(?:href|src)="([\w-]+\.(?:css|js))"[^>]*>(?:<\/script>)?\n?/g
  const names = [...html.matchAll(isLink)].map(([, name]) => name)
  // Scripts that are added run as soon as they come, unless told to keep their order.
  const script = `
const below = location.pathname.replace(/\\/*$/, '/')
for (const name of ${JSON.stringify(names)}) {
  const [tag, properties] = name.endsWith('.css')
    ? ['link', { rel: 'stylesheet', href: below + name }]
    : ['script', { async: false, src: below + name }]
  document.head.append(Object.assign(document.createElement(tag), properties))
}
`
  return {
    html: html.replaceAll(isLink, '').replace('</body>', () => `<script>${script}</script></body>`),
    scriptHash: `sha256-${createHash('sha256').update(script).digest('base64')}`,
  }
}
