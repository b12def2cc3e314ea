// `GET`, `PUT` and `DELETE` of the config; see src/admin/README, Admin endpoint.
import { withoutSecrets } from '../config/document/writing.js'
import type { Control } from '../control/control.js'
import type { Precondition, StoredConfig } from '../control/stored-config.js'
import { empty, json, problem } from './answer.js'
import type { AdminRequest } from './exchange.js'
import { readJson } from './read-json.js'

/** The config is not in the state that the request's preconditions name: somebody else has written meanwhile. */
export class StaleError extends Error {
  override readonly name = 'StaleError'
}

/** `?partial=1` is about what is stored alone: `GET` shows no defaults for members that are not, and `PUT` stores none. */
const PARTIAL = 'partial'

export async function getConfig({ config }: Control, request: AdminRequest): Promise<Response> {
  const { headers } = request
  const stored = await config.read()
  const etag = { ETag: etagOf(stored) }
  if (stored.kind === 'invalid') {
    const detail =
      'The stored config is not valid, so processes keep their last good one. PUT another config, or DELETE this one.'
    return problem(409, detail, { headers: etag, problems: stored.problems })
  }
  const asked = headers.get('if-none-match')
  if (asked !== null && tagsOf(asked.replaceAll('W/', '')).includes(etag.ETag)) return empty(304, etag)
  return json(shownOf(stored, isAsked(request, PARTIAL)), etag)
}

export async function putConfig({ config }: Control, request: AdminRequest): Promise<Response> {
  const read = await readJson(request)
  if (read.kind === 'refused') return read.answer
  const [isDryRun, isPartial] = [isAsked(request, 'dryRun'), isAsked(request, PARTIAL)]
  const options = { precondition: preconditionOf(request), isDryRun, fills: !isPartial }
  const stored = await config.replace(read.value, options)
  if (stored.kind === 'invalid') throw new Error('a config that was just written turned out not to be valid')
  return json(shownOf(stored, isPartial), { ETag: etagOf(stored) })
}

function isAsked({ url }: AdminRequest, name: string): boolean {
  return /^(1|true)$/.test(url.searchParams.get(name) ?? '')
}

function shownOf(stored: Exclude<StoredConfig, { readonly kind: 'invalid' }>, isPartial: boolean): object {
  if (!isPartial) return stored.config
  return withoutSecrets(stored.kind === 'valid' ? stored.stored.document : {})
}

export async function deleteConfig({ config }: Control, request: AdminRequest): Promise<Response> {
  await config.delete(preconditionOf(request))
  return empty(204)
}

/** The precondition in `If-Match` and `If-None-Match` (RFC 9110): the states that the config must be in, or must not be in. */
function preconditionOf({ headers }: AdminRequest): Precondition {
  const match = headers.get('if-match')
  const noneMatch = headers.get('if-none-match')
  return (stored) => {
    if (match !== null && !isNamed(match, stored)) throw new StaleError()
    if (noneMatch !== null && isNamed(noneMatch, stored)) throw new StaleError()
  }
}

function isNamed(list: string, stored: StoredConfig): boolean {
  return list.trim() === '*' ? stored.kind !== 'missing' : tagsOf(list).includes(etagOf(stored))
}

/** The entity tags in a header. Weak ones (`W/…`) equal no etag of ours: they do not name one exact state, as a precondition must. */
function tagsOf(list: string): readonly string[] {
  return list.split(',').map((tag) => tag.trim())
}

function etagOf({ revision }: StoredConfig): string {
  return `"${revision}"`
}
