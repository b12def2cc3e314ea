import { type Alert, type Resolution, toPayload } from '../alert/payload.js'
import type { RuleSettings } from '../config/settings.js'
import { toJson } from './formats/json.js'
import { webhookHeaders } from './headers.js'
import type { HttpClient } from './http-client.js'
import { type Outcome, outcomeOfAnswer, outcomeOfError } from './outcome.js'

/** Tells an alert, or that it is over, to its rule's destination once; never rejects. */
export async function attempt(
  http: HttpClient,
  rule: RuleSettings,
  news: Alert | Resolution,
  sentAtMs: number,
): Promise<Outcome> {
  try {
    const body = toJson(toPayload(news, sentAtMs))
    const headers = webhookHeaders({ id: news.id, body: body.text, secret: rule.secret, sentAtMs }, body.contentType)
    return outcomeOfAnswer(await http.post({ url: rule.url, headers, body: body.text, sentAtMs }))
  } catch (error) {
    return outcomeOfError(error)
  }
}
