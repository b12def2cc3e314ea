import type { Alert, Resolution } from '../alert/payload.js'
import { toPayload } from '../alert/to-payload.js'
import { needsSecret } from '../config/formats.js'
import type { RuleSettings } from '../config/settings.js'
import { cleanMessage, truncate } from '../text.js'
import { answerWords } from './answer-words.js'
import { withoutEchoes } from './echoes.js'
import { acceptanceOf, formatters } from './formats/formatters.js'
import { webhookHeaders } from './headers.js'
import { type HttpClient, NotLoadedError } from './http-client.js'
import { type Outcome, outcomeOfAnswer, outcomeOfError } from './outcome.js'
import { withQuery } from './with-query.js'

/** Of what an answer says at most this many UTF-16 units are told. */
const MAX_ANSWER_LENGTH = 200

/** Makes one attempt to deliver a notice to its rule's destination; never rejects. */
export async function attempt(
  http: Pick<HttpClient, 'post'>,
  rule: RuleSettings,
  notice: Alert | Resolution,
  sentAtMs: number,
): Promise<Outcome> {
  const { format, secret, timeoutMs, template } = rule
  const { fleet = '' } = notice
  if (needsSecret(format) && secret === '') return { kind: 'rejected', reason: 'noSecret' }
  // Options and documents are refused without one; flags of a command that are laid over a document may ask for it all the same.
  if (format === 'template' && template === undefined) return { kind: 'rejected', reason: 'request' }
  try {
    const payload = toPayload(notice, sentAtMs)
    const sender = { secret, fleet, template, kind: notice.sample_kind }
    const { text, contentType, query, holdsSecret } = formatters[format](payload, sender)
    const proven = holdsSecret === true ? '' : secret
    const message = { id: notice.id, body: text, secret: proven, sentAtMs }
    const headers = webhookHeaders(message, contentType, rule.headers)
    const answer = await http.post({ url: withQuery(rule.url, query), headers, body: text, sentAtMs, timeoutMs })
    const outcome = outcomeOfAnswer(answer, acceptanceOf(format, rule.url))
    const words = answerWords(answer.text ?? '', outcome.kind !== 'delivered')
    const said = truncate(withoutEchoes(words, { url: rule.url, secret, headers }), MAX_ANSWER_LENGTH)
    return said === '' ? outcome : { ...outcome, answer: said }
  } catch (error) {
    const outcome = outcomeOfError(error)
    // Where it was bundled in a way that it does not stand, only this tells.
    return error instanceof NotLoadedError
      ? { ...outcome, answer: truncate(cleanMessage(error.message), MAX_ANSWER_LENGTH) }
      : outcome
  }
}
