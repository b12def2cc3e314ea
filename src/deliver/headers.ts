// The headers of one attempt: they name the sender and the notice, and prove the secret.
import { signingKey } from '../config/checks/destination.js'
import { nodeCrypto } from '../node-crypto.js'
import { version } from '../version.js'

export interface SignedMessage {
  /** The notice's id. It has no dot: dots separate the parts that are signed. */
  readonly id: string
  readonly body: string
  /** A `whsec_…` secret signs by Standard Webhooks 1.0.0, any other is sent as Bearer token; blank proves nothing. */
  readonly secret: string
  /** When the attempt begins, not when the notice was raised: receivers may refuse a timestamp older than five minutes. */
  readonly sentAtMs: number
}

/** All headers, in small letters. `given` are the rule's own: of these only the user agent takes the place of one of ours. */
export function webhookHeaders(
  message: SignedMessage,
  contentType: string,
  given: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const timestamp = String(Math.floor(message.sentAtMs / 1000))
  const ours = {
    'content-type': contentType,
    'user-agent': `logsiren/${version}`,
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    ...proof(message, timestamp),
  }
  const theirs = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value] as const)
  return {
    ...ours,
    ...Object.fromEntries(theirs.filter(([name]) => name === 'user-agent' || !Object.hasOwn(ours, name))),
  }
}

function proof({ id, body, secret }: SignedMessage, timestamp: string): Record<string, string> {
  if (secret === '') return {}
  if (!secret.startsWith('whsec_')) return { authorization: `Bearer ${secret}` }
  const signature = nodeCrypto()
    .createHmac('sha256', signingKey(secret))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64')
  return { 'webhook-signature': `v1,${signature}` }
}
