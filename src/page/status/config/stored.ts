// What stands in Redis, as a look at it found it.
import { type Api, problemOf } from '../api.js'
import type { Config } from './fields.js'

export interface Stored {
  readonly kind: 'valid' | 'missing' | 'invalid'
  /** Without anything where it is not valid. */
  readonly config: Config
  readonly etag: string
  /** What is to be said of it; blank where it is valid. */
  readonly notice: string
}

const MISSING =
  'No config is stored: every process goes by its own options in code, which this page does not know. What is written here comes before all of them.'
const INVALID = 'What is stored is not valid: every process goes on with its last good config.'

/** Undefined where it still is the one of this ETag. */
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

/** As the endpoint shows it where there is none; somebody may have stored just that. */
function isBlank({ enabled, url, secret_set: isSecretSet }: Config): boolean {
  return enabled === false && url === '' && isSecretSet === false
}

/** Asks whether it could be written as the first one. */
async function isNoneStored(api: Api, config: Config): Promise<boolean> {
  try {
    await api.send('PUT', '?dryRun=1', config, { 'If-None-Match': '*' })
    return true
  } catch (error) {
    if (problemOf(error).status === 412) return false
    throw error
  }
}
