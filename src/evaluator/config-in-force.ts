// Which config is in force: the options, and laid over them the last valid document that Redis held.
import type { Clock } from '../clock.js'
import { NO_TEXT, parseDocument } from '../config/document/document.js'
import type { ConfigDocument } from '../config/document-members.js'
import type { LogsirenOptions } from '../config/options.js'
import {
  conflicts,
  type Ignoring,
  type RuleSettings,
  refusedOrigin,
  resolveSettings,
  type Settings,
} from '../config/settings.js'
import { warningCodes } from '../errors.js'
import type { ConfigSource, FormerRule, StoredConfig } from '../store/store.js'
import type { Announcer } from './announcer.js'
import { publishConfig } from './diagnostics.js'
import type { Counters } from './stats.js'

/** At most this many former rules are remembered, those that left the config last. */
const MAX_FORMER_RULES = 64

export class ConfigInForce {
  readonly #options: LogsirenOptions
  readonly #announcer: Announcer
  readonly #counters: Counters
  readonly #clock: Clock
  #formerRules: readonly FormerRule[] = []
  #onRead: () => void = () => {}
  #settings: Settings
  #source: ConfigSource = 'options'
  /**
   * Whether the config has been read. Before that the options alone are in force, so the first config that is read
   * moves no rule.
   */
  #isAdopted = false
  #isDestinationChecked = false

  constructor(options: LogsirenOptions, announcer: Announcer, counters: Counters, clock: Clock) {
    this.#options = options
    this.#announcer = announcer
    this.#counters = counters
    this.#clock = clock
    this.#settings = resolveSettings(options, undefined)
  }

  /** The rules in force, those included that are switched off. */
  get rules(): readonly RuleSettings[] {
    return this.#settings.rules
  }

  /** What counts for no rule. */
  get ignoring(): Ignoring {
    return this.#settings
  }

  /** Where the rules in force come from. */
  get source(): ConfigSource {
    return this.#source
  }

  /**
   * Rules as they were before the config moved them to another url, switched them off or dropped them, in this
   * process's life. Their open notices follow to the other url, or are given up.
   */
  get formerRules(): readonly FormerRule[] {
    return this.#formerRules
  }

  /**
   * The rule of this name as it is in force; undefined where it is switched off, or goes to another url than `rule`
   * does.
   */
  inForce({ name, url }: RuleSettings): RuleSettings | undefined {
    return this.rules.find((rule) => rule.name === name && rule.enabled && rule.url === url)
  }

  /** Whether a rule of this name is in force and switched on, whatever its url. */
  hasRule(name: string): boolean {
    return this.rules.some((rule) => rule.name === name && rule.enabled)
  }

  /** Sets what is called whenever the config has been read, whether it changed anything or not. */
  onRead(listener: () => void): void {
    this.#onRead = listener
  }

  /** Takes over what the config key holds. A config that is not valid changes nothing and is warned of. */
  adopt(config: StoredConfig): void {
    this.#read(config)
    this.checkDestination()
    this.#onRead()
  }

  /**
   * Whether a `url` in the options is there but undefined or blank, as a variable of the environment is that is not set, and no rule has another.
   * Where no `url` is there at all and no Redis that may have one, nobody asked for alerts.
   */
  get isUrlForgotten(): boolean {
    const given = [this.#options, ...(this.#options.rules ?? [])]
    return this.#settings.isWithoutDestination && given.some((options) => 'url' in options)
  }

  /** Warns, at its first call only, where no rule has a url. */
  checkDestination(): void {
    if (this.#isDestinationChecked) return
    this.#isDestinationChecked = true
    if (!this.#settings.isWithoutDestination) return
    const text =
      'no alert is sent, since no rule has a url: give `url` a value, in the options or in the config in Redis, or set `enabled` to false'
    this.#announcer.warn(warningCodes.noDestination, text)
  }

  #read(config: StoredConfig): void {
    if (config.kind === 'missing') this.#use(undefined)
    else if (config.kind === 'unreadable') this.#reject(NO_TEXT)
    else {
      const parsed = parseDocument(config.text)
      if (parsed.kind === 'valid') this.#use(parsed.document)
      else this.#reject(parsed.problems.map((problem) => problem.message).join('; '))
    }
  }

  #use(document: ConfigDocument | undefined): void {
    const settings = resolveSettings(this.#options, document)
    const [conflict] = conflicts(settings)
    const refused = refusedOrigin(settings, this.#options.allowedOrigins) ?? conflict?.message
    if (refused !== undefined) {
      this.#reject(refused)
      return
    }
    if (this.#isAdopted) this.#rememberFormer(settings.rules)
    this.#isAdopted = true
    this.#settings = settings
    this.#source = document === undefined ? 'options' : 'document'
    publishConfig({ rules: this.rules.length, isValid: true })
    if (settings.isSecretWithheld) {
      const text =
        'a secret is not sent, nor are headers: the url in force has another origin than the one they were given for; give them beside the new url'
      this.#announcer.warn(warningCodes.secretWithheld, text)
    }
  }

  #rememberFormer(rules: readonly RuleSettings[]): void {
    const isIn = (list: readonly RuleSettings[], { name, url }: RuleSettings): boolean =>
      list.some((rule) => rule.name === name && rule.url === url && rule.enabled)
    const leftAtMs = this.#clock.monotonicMs()
    const left = this.rules.filter((rule) => rule.enabled && !isIn(rules, rule))
    const earlier = this.#formerRules.filter(({ rule }) => !isIn(rules, rule) && !isIn(left, rule))
    this.#formerRules = [...earlier, ...left.map((rule) => ({ rule, leftAtMs }))].slice(-MAX_FORMER_RULES)
  }

  #reject(text: string): void {
    this.#counters.invalidConfigs += 1
    if (this.#source === 'document') this.#source = 'last_good'
    publishConfig({ rules: this.rules.length, isValid: false })
    this.#announcer.warn(warningCodes.configInvalid, `the config in Redis is not valid and changes nothing: ${text}`)
  }
}
