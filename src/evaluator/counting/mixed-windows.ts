// Processes that count one rule in different windows on one Redis count apart, so none of them sees all errors. Without
// a warning, only missing alerts would show it.
import type { RuleSettings } from '../../config/settings.js'
import { warningCodes } from '../../errors.js'
import { windowName } from '../../rule/series.js'
import type { Announcer } from '../announcer.js'

export class MixedWindows {
  readonly #announcer: Announcer
  /** By rule, the window in which this process last counted it under the config in force. */
  readonly #ownWindows = new Map<string, string>()

  constructor(announcer: Announcer) {
    this.#announcer = announcer
  }

  /** Forgets these windows: the config has changed, and other processes may need a while to follow. */
  restart(): void {
    this.#ownWindows.clear()
  }

  /**
   * Takes what the store says of a rule that was just counted: `isMixed` where it was last counted in another window.
   * Only if this process has itself counted it in this window before does that mean that another process counts
   * otherwise; else the other window is the one from before a change of the config.
   */
  see(rule: RuleSettings, isMixed: boolean): void {
    const { name } = rule
    const window = windowName(rule)
    const isOurs = this.#ownWindows.get(name) === window
    this.#ownWindows.set(name, window)
    if (!isMixed || !isOurs) return
    const text = `rule ${name} is counted in different windows on one config key, so these processes count apart; give all of them the same \`windowSeconds\` and \`windowType\`, and \`percent\` to all or to none`
    this.#announcer.warnSparsely({ code: warningCodes.windowsDiffer }, text)
  }
}
