// The files of the status page, by their names in a URL: a fixed list, so that no request says what is read from the disk.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

export interface Asset {
  readonly contentType: string
  readonly body: Buffer
  /** Changes with the body. */
  readonly etag: string
}

const HTML = 'text/html; charset=utf-8'
const CSS = 'text/css; charset=utf-8'
const SCRIPT = 'text/javascript; charset=utf-8'

const scripts = [
  'api',
  'attempts',
  'chart',
  'config-form',
  'conflict',
  'dom',
  'fields',
  'history',
  'page',
  'recent',
  'review',
  'row',
  'rows',
  'secret-field',
  'stored',
  'test-alert',
  'time',
  'totals',
  'trial',
]

const own = (file: string): URL => new URL(`./page/${file}`, import.meta.url)
const ofPackage = (path: string): string => createRequire(import.meta.url).resolve(path)

const sources: ReadonlyMap<string, { readonly contentType: string; readonly locate: () => URL | string }> = new Map([
  ['', { contentType: HTML, locate: () => own('index.html') }],
  ['page.css', { contentType: CSS, locate: () => own('page.css') }],
  ['uplot.css', { contentType: CSS, locate: () => ofPackage('uplot/dist/uPlot.min.css') }],
  ['uplot.js', { contentType: SCRIPT, locate: () => ofPackage('uplot/dist/uPlot.esm.js') }],
  ...scripts.map((name) => [`${name}.js`, { contentType: SCRIPT, locate: () => own(`${name}.js`) }] as const),
])

const read = new Map<string, Promise<Asset>>()

/** The asset of this name, blank for the page itself; undefined where there is none. Read when it is first asked for. */
export function pageAsset(name: string): Promise<Asset> | undefined {
  const source = sources.get(name)
  if (source === undefined) return undefined
  const known = read.get(name)
  if (known !== undefined) return known
  const loading = load(source.contentType, source.locate)
  read.set(name, loading)
  // What could not be read is read anew the next time.
  loading.catch(() => read.delete(name))
  return loading
}

async function load(contentType: string, locate: () => URL | string): Promise<Asset> {
  const body = await readFile(locate())
  return { contentType, body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}
