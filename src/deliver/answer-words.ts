// What a receiver says in the body of its answer, for people who ask why: one line of it.
import { cleanText, oneLine } from '../text.js'
import { isObject, listOf, parseJson } from '../unknown.js'
import { decodeEntities } from './encodings.js'

/** The members in which receivers say what is wrong; the first that says something counts. */
const MEMBERS = ['message', 'error', 'detail', 'error_description', 'description', 'msg', 'reason', 'title']
/** Members are looked for in members, but no deeper than this. */
const MAX_DEPTH = 12

/**
 * The first line of an answer's body that says something, on one line, safe to show; `''` where there is none. Of JSON it is the
 * member that says what is wrong, of an HTML page its title. JSON without such a member says something only of a failure: then it
 * stands for itself.
 */
export function answerWords(body: string, isFailure: boolean): string {
  const text = body.trim()
  return oneLine(cleanText(wordsOf(text, isFailure)))
}

function wordsOf(text: string, isFailure: boolean): string {
  if (text.startsWith('<')) return decodeEntities(/<title[^>]*>([^<]*)<\/title/i.exec(text)?.[1] ?? '').trim()
  const given = parseJson(text)
  if (typeof given !== 'object' && typeof given !== 'string') return firstLine(text)
  return said(given, MAX_DEPTH) || (isFailure ? firstLine(text) : '')
}

function firstLine(text: string): string {
  return /^.*/.exec(text.trimStart())?.[0] ?? ''
}

/** What a value of JSON says; `''` where it says nothing that is known. Below `errors` it is the first text, whatever its member. */
function said(given: unknown, depth: number, isBelowErrors = false): string {
  if (typeof given === 'string') return firstLine(given)
  if (depth === 0) return ''
  const first = (values: readonly unknown[]): string => firstSaid(values, depth - 1, isBelowErrors)
  if (!isObject(given)) return first(listOf(given))
  const message = first(MEMBERS.map((name) => given[name]))
  // PagerDuty, Discord and others say there what the message leaves open.
  const more = isBelowErrors ? '' : said(given['errors'], depth - 1, true)
  const texts = [message, more].filter((text) => text !== '')
  return texts.length === 0 && isBelowErrors ? first(Object.values(given)) : texts.join(': ')
}

function firstSaid(values: readonly unknown[], depth: number, isBelowErrors: boolean): string {
  for (const value of values.slice(0, 20)) {
    const text = said(value, depth, isBelowErrors)
    if (text !== '') return text
  }
  return ''
}
