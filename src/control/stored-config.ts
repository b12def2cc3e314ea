// The stored config as operators see and change it: every write is checked whole, and lands on what was looked at.
import { parseDocument } from '../config/document/document.js'
import {
  type PublicConfig,
  patchedDocument,
  type Stored,
  toPublicConfig,
  type Writing,
  wholeDocument,
} from '../config/document/writing.js'
import type { ConfigDocument } from '../config/document-members.js'
import { ConfigError, type Problem } from '../errors.js'
import type { ConfigKey, StoredText } from '../store/config/config-key.js'
import { type DestinationPolicy, destinationProblems } from './destination-policy.js'

/** What the key holds. `revision` names this state: another one means that somebody has written since. */
export type StoredConfig =
  | { readonly kind: 'missing'; readonly revision: string; readonly config: PublicConfig }
  | { readonly kind: 'valid'; readonly revision: string; readonly config: PublicConfig; readonly stored: Stored }
  | { readonly kind: 'invalid'; readonly revision: string; readonly problems: readonly Problem[] }

/** Throws where the stored config is not the one that its caller means to change. */
export type Precondition = (stored: StoredConfig) => void

export interface WriteOptions {
  readonly precondition?: Precondition | undefined
  /** Checks everything and writes nothing. */
  readonly isDryRun?: boolean | undefined
  /** Deletes the key where this says so of what would be written, which is checked all the same. */
  readonly deletes?: ((document: ConfigDocument) => boolean) | undefined
}

/** What messages say of such a config. */
export const INVALID = 'the stored config is not valid: replace it as a whole, or delete it'

export class ConfigEditor {
  readonly #key: ConfigKey
  readonly #policy: DestinationPolicy

  constructor(key: ConfigKey, policy: DestinationPolicy) {
    this.#key = key
    this.#policy = policy
  }

  /**
   * What is stored, and nothing where the key is missing. It takes one GET and writes nothing, not even a revision.
   * @throws ConfigError where what is stored is not valid, RedisError
   */
  async peek(): Promise<ConfigDocument> {
    const parsed = parseDocument((await this.#key.peek()) ?? '{}')
    if (parsed.kind === 'invalid') throw new ConfigError(parsed.problems)
    return parsed.document
  }

  /** @throws RedisError where Redis does not answer */
  async read(): Promise<StoredConfig> {
    return toStoredConfig(await this.#key.read())
  }

  /** A whole document, by its JSON names, in place of the stored one. @throws ConfigError with every problem at once */
  replace(given: unknown, options: WriteOptions = {}): Promise<StoredConfig> {
    return this.#write((stored) => wholeDocument(given, stored), options)
  }

  /** Changes some members and removes others; the rest stays as it is, so it has to be valid. @throws ConfigError */
  patch(
    changes: Readonly<Record<string, unknown>>,
    unset: readonly string[],
    options: WriteOptions = {},
  ): Promise<StoredConfig> {
    const precondition = (stored: StoredConfig): void => {
      options.precondition?.(stored)
      // Nobody knows what of it was meant: the rest would be lost.
      if (stored.kind === 'invalid') throw new ConfigError(stored.problems, INVALID)
    }
    return this.#write((stored) => patchedDocument(changes, unset, stored), { ...options, precondition })
  }

  async delete(precondition: Precondition = () => {}): Promise<void> {
    await this.#key.replace((text) => {
      precondition(toStoredConfig(text))
      return ''
    })
  }

  async #write(
    change: (stored: Stored | undefined) => Writing,
    { precondition = () => {}, isDryRun = false, deletes = () => false }: WriteOptions,
  ): Promise<StoredConfig> {
    let written = ''
    const textFor = (stored: StoredText): string => {
      const before = toStoredConfig(stored)
      precondition(before)
      const { text, document } = this.#checked(change(before.kind === 'valid' ? before.stored : undefined))
      written = deletes(document) ? '' : text
      return written
    }
    const revision = isDryRun ? await this.#tried(textFor) : await this.#key.replace(textFor)
    return toStoredConfig(written === '' ? { kind: 'missing', revision } : { kind: 'text', text: written, revision })
  }

  async #tried(textFor: (stored: StoredText) => string): Promise<string> {
    const stored = await this.#key.read()
    textFor(stored)
    return stored.revision
  }

  #checked(writing: Writing): { readonly text: string; readonly document: ConfigDocument } {
    if (writing.kind === 'invalid') throw new ConfigError(writing.problems)
    const text = JSON.stringify(writing.members)
    // What is stored is read by the same rules as everything else that stands there.
    const parsed = parseDocument(text)
    if (parsed.kind === 'invalid') throw new ConfigError(parsed.problems)
    const problems = destinationProblems(parsed.document, this.#policy)
    if (problems.length > 0) throw new ConfigError(problems)
    return { text, document: parsed.document }
  }
}

function toStoredConfig(text: StoredText): StoredConfig {
  const { revision } = text
  if (text.kind === 'missing') return { kind: 'missing', revision, config: toPublicConfig({}) }
  if (text.kind === 'unreadable') {
    const message = 'Expected the config key to hold a text, but it holds a value of another type'
    return { kind: 'invalid', revision, problems: [{ path: '', message }] }
  }
  const parsed = parseDocument(text.text)
  if (parsed.kind === 'invalid') return { ...parsed, revision }
  return { kind: 'valid', revision, config: toPublicConfig(parsed.document), stored: parsed }
}
