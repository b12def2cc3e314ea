// Which bodies there are, and which one the receivers take whose hosts are well known.
import type { Format } from './options.js'

export const formats: readonly Format[] = [
  'json',
  'slack',
  'discord',
  'teams',
  'pagerduty',
  'googlechat',
  'cloudevents',
  'alertmanager',
]

const hosts: readonly (readonly [host: RegExp, format: Format])[] = [
  [/^hooks\.slack(-gov)?\.com$/, 'slack'],
  [/\.(logic\.azure\.com|environment\.api\.powerplatform\.com|webhook\.office\.com)$/, 'teams'],
  [/^events(\.eu)?\.pagerduty\.com$/, 'pagerduty'],
  [/^chat\.googleapis\.com$/, 'googlechat'],
]
const DISCORD_HOST = /^((ptb|canary)\.)?discord(app)?\.com$/
const DISCORD_PATH = /^\/api(?:\/v\d+)?\/webhooks\/[^/]+\/[^/]+(\/slack)?\/?$/

/** The format that the receiver at a url takes, as far as its host tells; `json` where it does not, or there is no url. */
export function formatFor(url: string): Format {
  if (!URL.canParse(url)) return 'json'
  const { hostname, pathname } = new URL(url)
  const host = hostname.replace(/\.$/, '')
  if (DISCORD_HOST.test(host)) return discordFormat(pathname)
  return hosts.find(([known]) => known.test(host))?.[1] ?? 'json'
}

/** Discord takes Slack's payload too, at an address of its own. */
function discordFormat(path: string): Format {
  const [isWebhook, suffix] = DISCORD_PATH.exec(path) ?? []
  if (isWebhook === undefined) return 'json'
  return suffix === undefined ? 'discord' : 'slack'
}

/** Whether a format has the secret in its body, without which its receiver takes nothing. */
export function needsSecret(format: Format): boolean {
  return format === 'pagerduty'
}
