// The config key, as whoever changes it sees it: a text, and the revision that names this state of it.
import { RedisError } from '../../errors.js'
import type { Connection } from '../connection/connection.js'
import { reasonOf } from '../connection/reasons.js'
import { keyNames } from '../redis/keys.js'
import { readConfigScript, replaceConfigScript } from './config-scripts.js'

export type StoredText =
  | { readonly kind: 'missing'; readonly revision: string }
  | { readonly kind: 'text'; readonly text: string; readonly revision: string }
  /** The key holds something that is not text. */
  | { readonly kind: 'unreadable'; readonly revision: string }

/** Others may write at the same time; each lost race is won by somebody, so a few tries are plenty. */
const MAX_TRIES = 20

export class ConfigKey {
  readonly #connection: Connection
  readonly #keys: readonly [config: string, revision: string]

  constructor(connection: Connection, configKey: string) {
    const { config, revision } = keyNames(configKey, connection.isCluster)
    this.#connection = connection
    this.#keys = [config, revision]
  }

  /** The text alone, without writing anything; null where the key is missing. @throws RedisError */
  peek(): Promise<string | null> {
    return answered(() => this.#connection.get(this.#keys[0]))
  }

  /** @throws RedisError where Redis does not answer */
  async read(): Promise<StoredText> {
    const reply = await answered(() => this.#connection.run(readConfigScript, this.#keys, []))
    const [kind, text = '', revision = ''] = Array.isArray(reply) ? reply.map(String) : []
    if (kind === 'text') return { kind, text, revision }
    return { kind: kind === 'missing' ? kind : 'unreadable', revision }
  }

  /**
   * Writes what `change` makes of the stored text, '' to delete the key; it is asked again where somebody else has written meanwhile,
   * and what it throws ends this. A value of another type than text is replaced, or deleted, too. Resolves with the new revision.
   *
   * @throws RedisError where Redis does not answer
   */
  async replace(change: (stored: StoredText) => string): Promise<string> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const stored = await this.read()
      const args = [stored.kind, stored.kind === 'text' ? stored.text : '', change(stored)]
      const revision = await answered(() => this.#connection.run(replaceConfigScript, this.#keys, args))
      if (revision !== '') return String(revision)
    }
    throw new RedisError('Expected to replace the config, but others kept writing it at the same time')
  }
}

async function answered<T>(command: () => Promise<T>): Promise<T> {
  try {
    return await command()
  } catch (cause) {
    throw new RedisError(`Expected Redis to answer for the config, got: ${reasonOf(cause)}`, { cause })
  }
}
