import type { Payload } from '../../alert/payload.js'

/** The body of a request, as a format makes it of a payload. */
export interface Body {
  readonly contentType: string
  readonly text: string
  /** Parameters that the receiver wants in the url's query; those that are there already stay. */
  readonly query?: Readonly<Record<string, string>>
  /** The body holds the secret, so no header proves it. */
  readonly holdsSecret?: true
}

/** Makes a body that keeps its receiver's limits, whatever the payload holds. Pure. Only a body that holds the secret uses `secret`. */
export type Formatter = (payload: Payload, secret: string) => Body
