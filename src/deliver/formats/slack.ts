// Slack's incoming webhooks: blocks, https://docs.slack.dev/reference/block-kit/blocks, and a `text` for what shows no blocks:
// notifications, Mattermost and Discord's `/slack`.
import type { Payload } from '../../alert/payload.js'
import { type Fact, type Link, toWords, type WordList } from '../../alert/words.js'
import { epochSeconds } from '../../text.js'
import { isObject, parseJson } from '../../unknown.js'
import type { Body } from './body.js'
import { codeBlock, escapeCode, escapeEntities, unlinked } from './escapes.js'
import { type Escape, fit, fitLines, fittingLinks } from './fit.js'
import { JSON_TYPE } from './json.js'

/** In characters. All parts together, but for the links, stay below 10,000: Slack refuses a message with somewhat more than 13,000. */
const MAX = {
  text: 1500,
  header: 150,
  message: 1500,
  name: 40,
  value: 120,
  line: 180,
  list: 700,
  footer: 150,
  button: 75,
}
/** Where there are links, these take so much in buttons and in the `text`, and lists leave them room. Of one url Slack takes 3,000. */
const BESIDE_LINKS = { urls: 3000, text: 1000, list: 500 }
/** Fields in one section, Slack's own limit. */
const MAX_FIELDS = 10

const escapeBlock: Escape = (text) => escapeCode(escapeEntities(text))
/** Outside of a code block Slack has no escape for `*` and `~`: look-alikes take their place. */
const escapeField: Escape = (text) => escapeBlock(text).replaceAll('*', '∗').replaceAll('~', '∼')

/** Behind the bar of a link no other bar may stand. */
const escapeLinked: Escape = (text) => escapeField(text).replaceAll('|', '¦')

export function toSlack(payload: Payload): Body {
  const { headline, detail, facts, lists, links, footer } = toWords(payload)
  const maxList = links.length === 0 ? MAX.list : BESIDE_LINKS.list
  const blocks = [
    { type: 'header', text: plain(headline, MAX.header) },
    ...(detail === '' ? [] : [section(codeBlock(fit(detail, MAX.message, escapeBlock)))]),
    ...fieldSections(facts),
    ...linkBlocks(links),
    ...lists.map((list) => listSection(list, maxList)),
    { type: 'context', elements: [markdown(fit(footer, MAX.footer, escapeField))] },
  ]
  const lines = [headline, detail, ...facts.map(({ name, value }) => `${name}: ${value}`)].filter((line) => line !== '')
  const linked = linkLines(links)
  const text = fitLines(lines.map(unlinked), MAX.text - linked.length, MAX.text / 3, escapeField)
  return { contentType: JSON_TYPE, text: JSON.stringify({ text: text + linked, blocks }) }
}

/**
 * Whether a 2xx answer means that the message was posted. Slack says `ok`; what takes Slack's messages in its place says so,
 * nothing, or JSON with `ok` or `success`. Anything else is an error in words, or the page of something on the way.
 */
export function isAcceptedBySlack(answer: string): boolean {
  const text = answer.trim()
  if (text === '' || text === 'ok') return true
  const given = parseJson(text)
  return isObject(given) && (given['ok'] === true || given['success'] === true)
}

function fieldSections(facts: readonly Fact[]): object[] {
  const fields = facts.map((fact) => markdown(`*${fit(fact.name, MAX.name, escapeField)}*\n${shownValue(fact)}`))
  return Array.from({ length: Math.ceil(fields.length / MAX_FIELDS) }, (_, index) => ({
    type: 'section',
    fields: fields.slice(MAX_FIELDS * index, MAX_FIELDS * (index + 1)),
  }))
}

/** A button for each link. */
function linkBlocks(links: readonly Link[]): object[] {
  const fitting = fittingLinks(links, BESIDE_LINKS.urls, ({ url }) => url.length)
  const elements = fitting.map(({ name, url }) => ({ type: 'button', text: plain(name, MAX.button), url }))
  return elements.length === 0 ? [] : [{ type: 'actions', elements }]
}

/** A line for each link, for what shows no buttons. */
function linkLines(links: readonly Link[]): string {
  const lineOf = ({ name, url }: Link): string => `\n<${escapeEntities(url)}|${fit(name, MAX.button, escapeLinked)}>`
  return fittingLinks(links, BESIDE_LINKS.text, (link) => lineOf(link).length)
    .map(lineOf)
    .join('')
}

/** Slack shows a time in the time zone of its reader, and the text behind the bar where it cannot. */
function shownValue({ value, time }: Fact): string {
  if (time === undefined) return fit(value, MAX.value, escapeField)
  return `<!date^${epochSeconds(time)}^{date_short_pretty} {time_secs}|${value}>`
}

function listSection({ name, lines }: WordList, maxLength: number): object {
  return section(`*${name}*\n${codeBlock(fitLines(lines, maxLength, MAX.line, escapeBlock))}`)
}

function section(text: string): object {
  return { type: 'section', text: markdown(text) }
}

function plain(text: string, maxLength: number): object {
  return { type: 'plain_text', text: fit(text, maxLength, escapeEntities), emoji: false }
}

/** With `verbatim` Slack makes no links of words that look like a url or a channel. */
function markdown(text: string): object {
  return { type: 'mrkdwn', text, verbatim: true }
}
