// Processes that count one rule in different windows on one Redis count apart. Nobody may find that out by missing alerts.
import type { RuleSettings } from '../../config/settings.js'
import { warningCodes } from '../../errors.js'
import type { Announcer } from '../announcer.js'

export class MixedWindows {
  readonly #announcer: Announcer
  /** The window in which this process last counted each rule under the config in force. */
  readonly #ownWindows = new Map<string, string>()

  constructor(announcer: Announcer) {
    this.#announcer = announcer
  }

  /** The config has changed, and others may need a while to follow. */
  restart(): void {
    this.#ownWindows.clear()
  }

  /**
   * After a rule was counted. That its last window was another tells something only where it should have been ours: else it is
   * the one from before a change.
   */
  see({ name, windowType, windowMs }: RuleSettings, isMixed: boolean): void {
    const window = `${windowType}/${windowMs}`
    const isOurs = this.#ownWindows.get(name) === window
    this.#ownWindows.set(name, window)
    if (!isMixed || !isOurs) return
    const text = `rule ${name} is counted in different windows on one config key, so these processes count apart`
    this.#announcer.warnSparsely(warningCodes.windowsDiffer, text)
  }
}
