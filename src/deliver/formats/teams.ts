// Microsoft Teams' Workflows: an adaptive card, https://adaptivecards.io/explorer. A notification shows `summary` where a connector or
// bot posts the message. A workflow posts the card alone, of which Teams may take `fallbackText` or `speak`, or say "Card".
import type { Payload } from '../../alert/payload.js'
import { type Color, type Fact, type Link, toWords, type WordList } from '../../alert/words.js'
import type { Body } from './body.js'
import { escapeEntities } from './escapes.js'
import { type Escape, fit, fittingLinks, jsonBytes } from './fit.js'
import { JSON_TYPE } from './json.js'

/** In bytes. All parts together stay below 20,000: Teams takes about 28 KB, and has refused messages of 21 KB. */
const MAX = { title: 700, summary: 400, message: 2500, name: 80, value: 240, line: 240, footer: 150, button: 80 }
const MAX_BYTES = 20_000

const colors: Readonly<Record<Color, string>> = {
  red: 'Attention',
  orange: 'Attention',
  yellow: 'Warning',
  blue: 'Accent',
  green: 'Good',
}

/** A card understands some Markdown in titles and facts, and functions in double braces. */
const escapeMarkdown: Escape = (text) => text.replace(/[\\`*_~{}[\]<>]/g, '\\$&')

/**
 * Whether a 2xx answer means that the card was posted. A connector, at *.webhook.office.com, answers 200 whatever happens: `1`
 * where it posted the card, else an error in words. Workflows say by their status that they have taken it.
 */
export function isAcceptedByTeams(answer: string, url: string): boolean {
  return !/\.webhook\.office\.com\.?$/.test(new URL(url).hostname) || answer.trim() === '1'
}

export function toTeams(payload: Payload): Body {
  const { color, title, headline, detail, facts, lists, links, footer } = toWords(payload)
  const heading = { size: 'Medium', weight: 'Bolder', style: 'heading', color: colors[color] }
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: short(headline, MAX.summary),
    // It may be markup, with tags as in HTML.
    speak: fit(title, MAX.summary, escapeEntities, jsonBytes),
    msteams: { width: 'full' },
    body: [
      textBlock(headline, MAX.title, heading),
      ...(detail === '' ? [] : [plainBlock(detail, MAX.message)]),
      { type: 'FactSet', facts: facts.map(factOf) },
      ...lists.flatMap(listBlocks),
      textBlock(footer, MAX.footer, { size: 'Small', isSubtle: true }),
    ],
  }
  const summary = fit(headline, MAX.summary, undefined, jsonBytes)
  const room = MAX_BYTES - Buffer.byteLength(messageOf({ ...card, actions: [] }, summary))
  const actions = fittingLinks(links, room, (link) => JSON.stringify(actionOf(link)).length + 1).map(actionOf)
  return { contentType: JSON_TYPE, text: messageOf(actions.length === 0 ? card : { ...card, actions }, summary) }
}

function messageOf(card: object, summary: string): string {
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }
  return JSON.stringify({ type: 'message', summary, attachments: [attachment] })
}

/** A button. */
function actionOf({ name, url }: Link): object {
  return { type: 'Action.OpenUrl', title: fit(name, MAX.button, undefined, jsonBytes), url }
}

function listBlocks({ name, lines }: WordList): object[] {
  return [
    textBlock(name, MAX.name, { weight: 'Bolder' }),
    ...lines.map((line) => ({ ...plainBlock(line, MAX.line), spacing: 'None' })),
  ]
}

function factOf({ name, value, time }: Fact): object {
  return { title: short(name, MAX.name), value: time === undefined ? short(value, MAX.value) : localTime(time) }
}

/** A card has functions that show a time in the time zone of its reader. */
function localTime(time: string): string {
  return `{{DATE(${time},SHORT)}} {{TIME(${time})}}`
}

/** Text from a log line, as a text run: that understands no Markdown, but functions in double braces, and has no escapes. */
function plainBlock(text: string, max: number): object {
  const harmless = text.replace(/\{(?=\{)/g, '{ ')
  const run = { type: 'TextRun', text: fit(harmless, max, undefined, jsonBytes), fontType: 'Monospace' }
  return { type: 'RichTextBlock', inlines: [run] }
}

function textBlock(text: string, max: number, look: object): object {
  return { type: 'TextBlock', text: short(text, max), wrap: true, ...look }
}

function short(text: string, max: number): string {
  return fit(text, max, escapeMarkdown, jsonBytes)
}
