import type { Payload } from '../../alert/payload.js'

/** What a format makes of a payload. */
export interface Body {
  readonly contentType: string
  readonly text: string
}

/** The body of contract §6, which receivers of the original service read. */
export function toJson(payload: Payload): Body {
  return { contentType: 'application/json', text: JSON.stringify(payload) }
}
