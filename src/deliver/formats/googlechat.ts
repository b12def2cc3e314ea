// Google Chat's webhooks: a line of text, which the notification shows, and a card:
// https://developers.google.com/workspace/chat/api/reference/rest/v1/cards
import { threadKey } from '../../alert/incident-key.js'
import type { Payload } from '../../alert/payload.js'
import { type Fact, type Link, toWords, type WordList } from '../../alert/words.js'
import type { Body, Sender } from './body.js'
import { escapeEntities, unlinked } from './escapes.js'
import { type Escape, fit, jsonBytes } from './fit.js'
import { JSON_TYPE } from './json.js'

/** In bytes. All parts together, but for the links, stay below 20,000 of the 32,000 that a message may have. */
const MAX = { title: 600, message: 4000, name: 80, value: 320, line: 320, footer: 200, button: 80 }

/** The text of a message understands Markdown, links and `<users/all>`, and has no escapes: look-alikes take their place. */
const lookAlikes: Readonly<Record<string, string>> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ', '<': '‹', '>': '›' }
const escapeText: Escape = (text) => text.replace(/[*_~`<>]/g, (character) => lookAlikes[character] ?? '')

export function toGoogleChat(payload: Payload, { fleet }: Sender): Body {
  const { headline, detail, facts, lists, links, footer } = toWords(payload)
  const line = fit(unlinked(headline), MAX.title, escapeText, jsonBytes)
  const widgets = [
    ...(detail === '' ? [] : [paragraph(short(detail, MAX.message))]),
    ...facts.map(factWidget),
    ...(links.length === 0 ? [] : [{ buttonList: { buttons: links.map(buttonOf) } }]),
    ...lists.map(listWidget),
    paragraph(short(footer, MAX.footer)),
  ]
  const body = {
    text: line,
    // In Markdown, which is what new apps get otherwise, a log line could hide a url behind other words.
    markupSyntax: 'MARKUP_SYNTAX_CHAT',
    fallbackText: line,
    // People are told of new threads: so each incident has one, in which its further alerts and its end follow.
    thread: { threadKey: threadKey(payload, fleet) },
    cardsV2: [{ cardId: 'alert', card: { sections: [{ widgets }] } }],
  }
  return {
    contentType: JSON_TYPE,
    text: JSON.stringify(body),
    query: { messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD' },
  }
}

function factWidget({ name, value }: Fact): object {
  return { decoratedText: { topLabel: short(name, MAX.name), text: short(value, MAX.value), wrapText: true } }
}

function buttonOf({ name, url }: Link): object {
  return { text: fit(name, MAX.button, undefined, jsonBytes), onClick: { openLink: { url } } }
}

function listWidget({ name, lines }: WordList): object {
  return paragraph(`<b>${name}</b><br>${lines.map((line) => short(line, MAX.line)).join('<br>')}`)
}

function paragraph(text: string): object {
  return { textParagraph: { text } }
}

/** A card understands some HTML. */
function short(text: string, max: number): string {
  return fit(text, max, escapeEntities, jsonBytes)
}
