// A look at the config that Redis holds.
import { listOf } from '../../../unknown.js'
import { type Api, problemOf } from '../api.js'
import type { Config } from './fields.js'

export interface Stored {
  readonly kind: 'valid' | 'missing' | 'invalid'
  /** The members that are stored, and no others. Empty where the stored config is not valid. */
  readonly config: Config
  readonly etag: string
  /** What the reader is told of it; blank where it is valid. */
  readonly notice: string
}

/** Where the stored members are asked for and written: those that are left out fall back to the options in code. */
export const STORED = 'config?partial=1'

const MISSING =
  'No config is stored. Every process uses the options in its code, which this page cannot see. What is written here overrides them.'
const INVALID = 'The stored config is not valid. Every process keeps its last good one until a valid one is written.'

/** Undefined where the ETag is still this one, which is blank where none is known. */
export async function look(api: Api, knownEtag: string): Promise<Stored | undefined> {
  const isKnown = (etag: string): boolean => knownEtag !== '' && etag === knownEtag
  try {
    const { status, body, etag } = await api.get(STORED, knownEtag === '' ? {} : { 'If-None-Match': knownEtag })
    if (status === 304 || isKnown(etag)) return undefined
    const config = body as Config
    const isMissing = isBlank(config) && (await isNoneStored(api))
    return { kind: isMissing ? 'missing' : 'valid', config, etag, notice: isMissing ? MISSING : '' }
  } catch (error) {
    const { status, errors, etag } = problemOf(error)
    if (status !== 409) throw error
    if (isKnown(etag)) return undefined
    const notice = [INVALID, ...errors.map(({ detail }) => detail)].join(' ')
    return { kind: 'invalid', config: {}, etag, notice }
  }
}

/** The endpoint shows a config like this where none is stored. Somebody may have stored just that, too. */
function isBlank({ secret_set: isSecretSet, headers_set: headers, ...members }: Config): boolean {
  return isSecretSet === false && listOf(headers).length === 0 && Object.keys(members).length === 0
}

/** Tries, without writing, whether this would be the first config. */
async function isNoneStored(api: Api): Promise<boolean> {
  try {
    await api.send('PUT', `${STORED}&dryRun=1`, {}, { 'If-None-Match': '*' })
    return true
  } catch (error) {
    if (problemOf(error).status === 412) return false
    throw error
  }
}
