// The formats of a webhook's body, and which of them a url's host takes.
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
  'template',
]

const hosts: readonly (readonly [host: RegExp, format: Format])[] = [
  [/^hooks\.slack(-gov)?\.com$/, 'slack'],
  [/\.(logic\.azure\.com|environment\.api\.powerplatform\.com|webhook\.office\.com)$/, 'teams'],
  [/^events(\.eu)?\.pagerduty\.com$/, 'pagerduty'],
  [/^chat\.googleapis\.com$/, 'googlechat'],
]
const DISCORD_HOST = /^((ptb|canary)\.)?discord(app)?\.com$/
const DISCORD_PATH = /^\/api(?:\/v\d+)?\/webhooks\/[^/]+\/[^/]+(\/slack)?\/?$/

/** The format that the receiver at a url takes, if its host is well known; `json` for any other url, and without one. */
export function formatFor(url: string): Format {
  if (!URL.canParse(url)) return 'json'
  const { hostname, pathname } = new URL(url)
  const host = hostname.replace(/\.$/, '')
  if (DISCORD_HOST.test(host)) return discordFormat(pathname)
  return hosts.find(([known]) => known.test(host))?.[1] ?? 'json'
}

/** Discord also takes Slack's payload, at a path that ends in `/slack`. Its other paths are no webhooks. */
function discordFormat(path: string): Format {
  const [isWebhook, suffix] = DISCORD_PATH.exec(path) ?? []
  if (isWebhook === undefined) return 'json'
  return suffix === undefined ? 'discord' : 'slack'
}

/** Whether a format carries the secret in its body, so that its receiver accepts nothing without one. */
export function needsSecret(format: Format): boolean {
  return format === 'pagerduty'
}

/** Whether the receivers of a format keep an alert open until they are told its end. */
export function keepsOpen(format: Format): boolean {
  return format === 'pagerduty' || format === 'alertmanager'
}

/** How long an attempt may take in ms, where the option `timeoutMs` does not say it: chats are known to post a message and answer late. */
export function timeoutFor(format: Format): number {
  return isChat(format) ? 10_000 : 3000
}

/** Whether people read the messages of a format in a chat, where a message that comes twice is seen twice. */
export function isChat(format: Format): boolean {
  return format === 'slack' || format === 'discord' || format === 'teams' || format === 'googlechat'
}
