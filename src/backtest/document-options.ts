// The options with which a backtest tries a config document.
import { type ConfigDocument, toOptions } from '../config/document-members.js'
import type { RuleOptions, SettingsOptions } from '../config/options.js'

/** The options that decide what is counted and raised; not where alerts go, nor whether they are sent. */
export function optionsToTry(document: ConfigDocument): SettingsOptions {
  const { rules, ignore, ...members } = toOptions(document)
  return {
    ...counting(members),
    ...(ignore !== undefined && { ignore }),
    ...(rules !== undefined && { rules: rules.map((rule) => ({ ...counting(rule), name: rule.name })) }),
  }
}

/** A longest cooldown of 0 means none in a document, and is left out in options. */
function counting({ enabled: _, url: __, secret: ___, cooldownMaxSeconds, ...options }: RuleOptions): RuleOptions {
  return { ...options, ...(cooldownMaxSeconds !== 0 && { cooldownMaxSeconds }) }
}
