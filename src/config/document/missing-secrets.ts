// Receivers that take their key from the secret, where there is none: said to whoever writes a config, before an alert is refused.
import type { Problem } from '../../errors.js'
import { needsSecret } from '../formats.js'
import { type RuleSettings, resolveSettings, type SettingsOptions } from '../settings.js'
import type { ConfigDocument } from './document.js'

interface Given {
  readonly url?: string | undefined
  readonly secret?: string | undefined
}

/** Of options that nothing is laid over. */
export function secretsMissingInOptions(options: SettingsOptions): Problem[] {
  return missing(resolveSettings(options, undefined).rules, options.rules ?? [])
}

/** Of a document, but for those that options may have: it inherits a secret that it leaves out. */
export function secretsMissingInDocument(document: ConfigDocument): Problem[] {
  const given = document.rules ?? []
  const isSaid = (index: number): boolean => (given[index]?.secret ?? document.secret) !== undefined
  return missing(resolveSettings({}, document).rules, given, isSaid)
}

/** One problem for each place where a secret belongs: the rule that has a url or a secret of its own, or the whole. */
function missing(
  rules: readonly RuleSettings[],
  given: readonly Given[],
  isSaid: (index: number) => boolean = () => true,
): Problem[] {
  const paths = rules.flatMap(({ enabled, format, secret }, index) => {
    if (!enabled || !needsSecret(format) || secret !== '' || !isSaid(index)) return []
    const own = given[index]
    return own?.url === undefined && own?.secret === undefined ? 'secret' : `rules.${index}.secret`
  })
  return [...new Set(paths)].map((path) => ({
    path,
    message: `Expected \`${path}\` to be PagerDuty’s routing key, got none`,
  }))
}
