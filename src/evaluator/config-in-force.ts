// Which config is in force: the options, and over them the last good document that Redis held.
import { type ConfigDocument, parseDocument } from '../config/document.js'
import type { LogsirenOptions } from '../config/options.js'
import { type RuleSettings, refusedOrigin, resolveSettings, type Settings } from '../config/settings.js'
import { warningCodes } from '../errors.js'
import type { StoredConfig } from '../store/store.js'
import { publishConfig } from './diagnostics.js'
import type { Announcer } from './events.js'
import type { Counters } from './stats.js'

/** So many urls of a rule are remembered after the config has moved it elsewhere. */
const MAX_EARLIER_URLS = 8

export class ConfigInForce {
  readonly #options: LogsirenOptions
  readonly #announcer: Announcer
  readonly #counters: Counters
  readonly #earlierUrls = new Map<string, readonly string[]>()
  #settings: Settings
  /** The config in force was read; before, no other can have moved a rule. */
  #isAdopted = false

  constructor(options: LogsirenOptions, announcer: Announcer, counters: Counters) {
    this.#options = options
    this.#announcer = announcer
    this.#counters = counters
    this.#settings = resolveSettings(options, undefined)
  }

  get rules(): readonly RuleSettings[] {
    return this.#settings.rules
  }

  /** Urls that a rule had until the config changed under our eyes; what waits for them follows it. */
  earlierUrls(ruleName: string): readonly string[] {
    return this.#earlierUrls.get(ruleName) ?? []
  }

  /** Takes over what the config key holds; what is not valid changes nothing and is reported. */
  adopt(config: StoredConfig): void {
    if (config.kind === 'missing') this.#use(undefined)
    else if (config.kind === 'unreadable') this.#reject('Expected the config key to hold a string, got another type')
    else {
      const parsed = parseDocument(config.text)
      if (parsed.kind === 'valid') this.#use(parsed.document)
      else this.#reject(parsed.problems.map((problem) => problem.message).join('; '))
    }
  }

  #use(document: ConfigDocument | undefined): void {
    const settings = resolveSettings(this.#options, document)
    const refused = refusedOrigin(settings, this.#options.allowedOrigins)
    if (refused !== undefined) {
      this.#reject(refused)
      return
    }
    if (this.#isAdopted) this.#rememberMoves(settings.rules)
    this.#isAdopted = true
    this.#settings = settings
    publishConfig({ rules: this.rules.length, isValid: true })
    if (settings.isSecretWithheld) {
      const text = 'a secret is not sent: the url in force has another origin than the one it was given for'
      this.#announcer.warn(warningCodes.secretWithheld, text)
    }
  }

  #rememberMoves(rules: readonly RuleSettings[]): void {
    for (const { name, url } of rules) {
      const before = this.rules.find((rule) => rule.name === name)?.url ?? ''
      if (before === '' || before === url) continue
      const earlier = this.earlierUrls(name).filter((one) => one !== url && one !== before)
      this.#earlierUrls.set(name, [...earlier, before].slice(-MAX_EARLIER_URLS))
    }
  }

  #reject(text: string): void {
    this.#counters.invalidConfigs += 1
    publishConfig({ rules: this.rules.length, isValid: false })
    this.#announcer.warn(warningCodes.configInvalid, `the config in Redis is not valid and changes nothing: ${text}`)
  }
}
