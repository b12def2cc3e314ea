// The headers of one attempt: who calls, which alert, and proof of the secret.

import { signingKey } from '../config/checks/destination.js'
import { nodeCrypto } from '../node-crypto.js'
import { version } from '../version.js'

export interface SignedMessage {
  /** The alert's id; without a dot, since dots separate what is signed. */
  readonly id: string
  readonly body: string
  /** `whsec_…` signs by Standard Webhooks 1.0.0, any other goes as Bearer, blank sends neither. */
  readonly secret: string
  /** The attempt's time: receivers tolerate five minutes. */
  readonly sentAtMs: number
}

export function webhookHeaders(message: SignedMessage, contentType: string): Record<string, string> {
  const timestamp = String(Math.floor(message.sentAtMs / 1000))
  return {
    'content-type': contentType,
    'user-agent': `logsiren/${version}`,
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    ...proof(message, timestamp),
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
