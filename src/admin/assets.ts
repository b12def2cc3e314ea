// The files of the status page, by their names in a URL. The build makes modules of them, so that no file is read at run time.
import { createHash } from 'node:crypto'

export interface Asset {
  readonly contentType: string
  readonly body: Buffer
  /** An entity tag, quoted, which changes with the body. */
  readonly etag: string
}

const HTML = 'text/html; charset=utf-8'
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
