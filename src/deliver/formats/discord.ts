// Discord's webhooks: a line, which notifications show and who has switched embeds off, and one embed,
// https://docs.discord.com/developers/resources/webhook.
import type { Payload } from '../../alert/payload.js'
import { type Color, type Fact, type Link, toWords, type WordList } from '../../alert/words.js'
import { epochSeconds } from '../../text.js'
import type { Body } from './body.js'
import { codeBlock, escapeCode, unlinked } from './escapes.js'
import { type Escape, fit, fitLines, fittingLinks } from './fit.js'
import { JSON_TYPE } from './json.js'

/** In characters, each within Discord's own limit. Twenty fields and four lists together stay within the 6000 of a message. */
const MAX = { content: 1000, message: 1000, name: 30, value: 70, line: 150, list: 600, footer: 120 }

/** Of all texts of an embed together, and of one field, Discord's own limits. */
const [MAX_EMBED_LENGTH, MAX_FIELD_LENGTH] = [6000, 1024]

const colors: Readonly<Record<Color, number>> = {
  red: 0xc0392b,
  orange: 0xd35400,
  yellow: 0xf1c40f,
  blue: 0x2980b9,
  green: 0x27ae60,
}

/** Discord's Markdown takes a backslash before any punctuation. */
const escapeMarkdown: Escape = (text) => escapeLine(text).replace(/[[\]]/g, '\\$&')
/** In the line brackets stay, since there is no url for them to hide: a notification may show backslashes. */
const escapeLine: Escape = (text) => text.replace(/[\\`*_~|>#<@]/g, '\\$&')

export function toDiscord(payload: Payload): Body {
  const { color, headline, detail, facts, lists, links, footer } = toWords(payload)
  const description = [
    ...(detail === '' ? [] : [codeBlock(fit(detail, MAX.message, escapeCode))]),
    ...lists.map(listText),
  ].join('\n')
  const told = facts.map((fact) => field(fact.name, shownValue(fact)))
  const foot = fit(footer, MAX.footer)
  const [first, ...others] = links
  const title = first && { title: fit(first.name, MAX.name, escapeMarkdown), url: first.url }
  const used = [description, title?.title ?? '', foot, ...told.flatMap(({ name, value }) => [name, value])].join(
    '',
  ).length
  const embed = {
    ...title,
    ...(description !== '' && { description }),
    color: colors[color],
    fields: [...told, ...linkFields(others, MAX_EMBED_LENGTH - used)],
    footer: { text: foot },
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

interface Field {
  readonly name: string
  readonly value: string
  readonly inline: true
}

function field(name: string, value: string): Field {
  return { name: fit(name, MAX.name, escapeMarkdown), value, inline: true }
}

/** The links behind the first, which the title of the embed is. */
function linkFields(links: readonly Link[], room: number): readonly Field[] {
  // A bracket would end the url.
  const linked = ({ name, url }: Link): Field =>
    field(name, `[Open](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`)
  const short = links.filter((link) => linked(link).value.length <= MAX_FIELD_LENGTH)
  return fittingLinks(short, room, (link) => linked(link).name.length + linked(link).value.length).map(linked)
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
