// A look at the config that Redis holds.
import { type Api, problemOf } from '../api.js'
import type { Config } from './fields.js'

export interface Stored {
  readonly kind: 'valid' | 'missing' | 'invalid'
  /** Empty where the stored config is not valid. */
  readonly config: Config
  readonly etag: string
  /** What the reader is told of it; blank where it is valid. */
  readonly notice: string
}

const MISSING =
  'No config is stored. Every process uses the options in its code, which this page cannot see. A config that is written here overrides them.'
const INVALID = 'The stored config is not valid. Every process keeps its last valid one until a valid one is written.'

/** Undefined where the ETag is still this one. */
export async function look(api: Api, knownEtag: string): Promise<Stored | undefined> {
  try {
    const { status, body, etag } = await api.get('', knownEtag === '' ? {} : { 'If-None-Match': knownEtag })
    if (status === 304 || etag === knownEtag) return undefined
    const config = body as Config
    const isMissing = isBlank(config) && (await isNoneStored(api, config))
    return { kind: isMissing ? 'missing' : 'valid', config, etag, notice: isMissing ? MISSING : '' }
  } catch (error) {
    const { status, errors, etag } = problemOf(error)
    if (status !== 409) throw error
    if (etag === knownEtag) return undefined
    const notice = [INVALID, ...errors.map(({ detail }) => detail)].join(' ')
    return { kind: 'invalid', config: {}, etag, notice }
  }
}

/** The endpoint shows a config like this where none is stored. Somebody may have stored just that, too. */
function isBlank({ enabled, url, secret_set: isSecretSet }: Config): boolean {
  return enabled === false && url === '' && isSecretSet === false
}

/** Tries, without writing, whether this would be the first config. */
async function isNoneStored(api: Api, config: Config): Promise<boolean> {
  try {
    await api.send('PUT', '?dryRun=1', config, { 'If-None-Match': '*' })
    return true
  } catch (error) {
    if (problemOf(error).status === 412) return false
    throw error
  }
}
