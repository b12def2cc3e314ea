// The stored config as operators see and change it. Each write checks the whole document, and replaces only the state that it was made from.
import { NO_TEXT, parseDocument } from '../config/document/document.js'
import type { Members } from '../config/document/secrets.js'
import {
  type PublicConfig,
  patchedDocument,
  patchedRule,
  type Stored,
  toPublicConfig,
  type Writing,
  wholeDocument,
} from '../config/document/writing.js'
import type { ConfigDocument } from '../config/document-members.js'
import { ConfigError, type Problem } from '../errors.js'
import type { ConfigKey, StoredText } from '../store/config/config-key.js'
import { type DestinationPolicy, destinationProblems } from './destination-policy.js'

/** What the key holds. `revision` names this state: if it differs later, somebody has written meanwhile. */
export type StoredConfig =
  | { readonly kind: 'missing'; readonly revision: string; readonly config: PublicConfig }
  | { readonly kind: 'valid'; readonly revision: string; readonly config: PublicConfig; readonly stored: Stored }
  /** `isText` is false where the key holds a value of another type than text. */
  | {
      readonly kind: 'invalid'
      readonly revision: string
      readonly problems: readonly Problem[]
      readonly isText: boolean
    }

/** Throws if the stored config is not the one that the caller means to change. */
export type Precondition = (stored: StoredConfig) => void

export interface WriteOptions {
  /** Called with the state that is to be replaced, once more if somebody else has written meanwhile. */
  readonly precondition?: Precondition | undefined
  /** Give a whole document the members of the original service that it leaves out. @defaultValue true */
  readonly fills?: boolean | undefined
  /** Check everything, and write nothing. */
  readonly isDryRun?: boolean | undefined
  /** If it returns true for the document to be written, the key is deleted instead. The document is checked all the same. */
  readonly deletes?: ((document: ConfigDocument) => boolean) | undefined
}

/** The subject of messages about a stored config that is not valid. */
export const INVALID = 'the stored config is not valid: replace it as a whole, or delete it'

/** Reads the stored config, and replaces, changes or deletes it. */
export class ConfigEditor {
  readonly #key: ConfigKey
  readonly #policy: DestinationPolicy

  constructor(key: ConfigKey, policy: DestinationPolicy) {
    this.#key = key
    this.#policy = policy
  }

  /**
   * The stored document; undefined if the key is missing. It is read with one GET, which needs no right to write: no revision is made.
   * @throws ConfigError if what is stored is not valid, RedisError
   */
  async peek(): Promise<ConfigDocument | undefined> {
    const text = await this.#key.peek()
    if (text === null) return undefined
    const parsed = parseDocument(text)
    if (parsed.kind === 'invalid') throw new ConfigError(parsed.problems, 'the stored config is not valid')
    return parsed.document
  }

  /** The stored config with its revision. @throws RedisError if Redis does not answer */
  async read(): Promise<StoredConfig> {
    return toStoredConfig(await this.#key.read())
  }

  /** Replaces the stored document by a whole one with snake_case names. @throws ConfigError with every problem, RedisError */
  replace(given: unknown, options: WriteOptions = {}): Promise<StoredConfig> {
    return this.#write((stored) => wholeDocument(given, stored, options.fills), options)
  }

  /** Changes some members and removes those in `unset`. The others stay, so the stored document must be valid. @throws ConfigError, RedisError */
  patch(changes: Members, unset: readonly string[], options: WriteOptions = {}): Promise<StoredConfig> {
    return this.#amend((stored) => patchedDocument(changes, unset, stored), options)
  }

  /**
   * Changes some members of one stored rule and removes those in `unset`.
   * @throws ConfigError where there is no rule of this name too, RedisError
   */
  patchRule(rule: string, changes: Members, unset: readonly string[], options: WriteOptions): Promise<StoredConfig> {
    return this.#amend((stored) => {
      const message = `Expected a rule \`${rule}\` to be stored, but there is none`
      return patchedRule(rule, changes, unset, stored) ?? { kind: 'invalid', problems: [{ path: 'rules', message }] }
    }, options)
  }

  #amend(change: (stored: Stored | undefined) => Writing, options: WriteOptions): Promise<StoredConfig> {
    const precondition = (stored: StoredConfig): void => {
      options.precondition?.(stored)
      // Members of a document that is not valid cannot be kept, so a change of some would lose all others.
      if (stored.kind === 'invalid') throw new ConfigError(stored.problems, INVALID)
    }
    return this.#write(change, { ...options, precondition })
  }

  /** Deletes the key. @throws RedisError */
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
    // Read again as every process will read it: the text as a whole has a limit of its own.
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
    return { kind: 'invalid', revision, problems: [{ path: '', message: NO_TEXT }], isText: false }
  }
  const parsed = parseDocument(text.text)
  if (parsed.kind === 'invalid') return { ...parsed, revision, isText: true }
  return { kind: 'valid', revision, config: toPublicConfig(parsed.document), stored: parsed }
}
