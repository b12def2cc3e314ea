// Discord's webhooks: one embed, https://docs.discord.com/developers/resources/webhook.
import type { Payload } from '../../alert/payload.js'
import { toWords, type WordList, type Words } from '../../alert/words.js'
import type { Body } from './body.js'
import { codeBlock, escapeCode } from './escapes.js'
import { type Escape, fit, fitLines } from './fit.js'
import { JSON_TYPE } from './json.js'

/** In characters, each within Discord's own limit. Twenty fields and four lists together stay within the 6000 of a message. */
const MAX = { title: 256, message: 1000, name: 30, value: 70, line: 150, list: 600, footer: 120 }

const colors: Readonly<Record<Words['tone'], number>> = { firing: 0xc0392b, resolved: 0x27ae60, test: 0x2980b9 }

/** Discord's Markdown takes a backslash before any punctuation. */
const escapeMarkdown: Escape = (text) => text.replace(/[\\`*_~|>#[\]<@]/g, '\\$&')

export function toDiscord(payload: Payload): Body {
  const { tone, title, message, facts, lists, footer } = toWords(payload)
  const description = [
    ...(message === '' ? [] : [codeBlock(fit(message, MAX.message, escapeCode))]),
    ...lists.map(listText),
  ].join('\n')
  const embed = {
    title: fit(title, MAX.title, escapeMarkdown),
    ...(description !== '' && { description }),
    color: colors[tone],
    fields: facts.map(({ name, value }) => ({
      name: fit(name, MAX.name, escapeMarkdown),
      value: fit(value, MAX.value, escapeMarkdown),
      inline: true,
    })),
    footer: { text: fit(footer, MAX.footer) },
    timestamp: payload.sent_at,
  }
  return {
    contentType: JSON_TYPE,
    // A mention in a log line, such as `@everyone`, notifies nobody.
    text: JSON.stringify({ embeds: [embed], allowed_mentions: { parse: [] } }),
    // With `wait` Discord answers once the message is saved; without it a lost message would count as delivered.
    query: { wait: 'true' },
  }
}

function listText({ name, lines }: WordList): string {
  return `**${name}**\n${codeBlock(fitLines(lines, MAX.list, MAX.line, escapeCode))}`
}
