// The default format: the payload itself.
import type { Payload } from '../../alert/payload.js'
import type { Body } from './body.js'

export const JSON_TYPE = 'application/json'

/** The body that receivers of the original service read; see README, The webhook. */
export function toJson(payload: Payload): Body {
  return { contentType: JSON_TYPE, text: JSON.stringify(payload) }
}
