// Discord's webhooks: a line, which notifications show and who has switched embeds off, and one embed,
// https://docs.discord.com/developers/resources/webhook.
import type { Payload } from '../../alert/payload.js'
import { type Fact, type Tone, toWords, type WordList } from '../../alert/words.js'
import { epochSeconds } from '../../text.js'
import type { Body } from './body.js'
import { codeBlock, escapeCode, unlinked } from './escapes.js'
import { type Escape, fit, fitLines } from './fit.js'
import { JSON_TYPE } from './json.js'

/** In characters, each within Discord's own limit. Twenty fields and four lists together stay within the 6000 of a message. */
const MAX = { content: 1000, message: 1000, name: 30, value: 70, line: 150, list: 600, footer: 120 }

const colors: Readonly<Record<Tone, number>> = {
  firing: 0xc0392b,
  repeated: 0xd35400,
  degraded: 0xf1c40f,
  test: 0x2980b9,
  resolved: 0x27ae60,
}

/** Discord's Markdown takes a backslash before any punctuation. */
const escapeMarkdown: Escape = (text) => escapeLine(text).replace(/[[\]]/g, '\\$&')
/** In the line brackets stay, since there is no url for them to hide: a notification may show backslashes. */
const escapeLine: Escape = (text) => text.replace(/[\\`*_~|>#<@]/g, '\\$&')

export function toDiscord(payload: Payload): Body {
  const { tone, headline, detail, facts, lists, footer } = toWords(payload)
  const description = [
    ...(detail === '' ? [] : [codeBlock(fit(detail, MAX.message, escapeCode))]),
    ...lists.map(listText),
  ].join('\n')
  const embed = {
    ...(description !== '' && { description }),
    color: colors[tone],
    fields: facts.map((fact) => ({
      name: fit(fact.name, MAX.name, escapeMarkdown),
      value: shownValue(fact),
      inline: true,
    })),
    footer: { text: fit(footer, MAX.footer) },
    timestamp: payload.sent_at,
  }
  return {
    contentType: JSON_TYPE,
    // A mention in a log line, such as `@everyone`, notifies nobody.
    text: JSON.stringify({
      content: fit(unlinked(headline), MAX.content, escapeLine),
      embeds: [embed],
      allowed_mentions: { parse: [] },
    }),
    // With `wait` Discord answers once the message is saved; without it a lost message would count as delivered.
    query: { wait: 'true' },
  }
}

/** Discord shows a time in the time zone of its reader: `18:15:29 (2 minutes ago)`. */
function shownValue({ value, time }: Fact): string {
  if (time === undefined) return fit(value, MAX.value, escapeMarkdown)
  const seconds = epochSeconds(time)
  return `<t:${seconds}:T> (<t:${seconds}:R>)`
}

function listText({ name, lines }: WordList): string {
  return `**${name}**\n${codeBlock(fitLines(lines, MAX.list, MAX.line, escapeCode))}`
}
