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

/** What a body may need beside the payload. */
export interface Sender {
  /** Only a body that holds the secret uses it. */
  readonly secret: string
  /** The fleet's id, or the name of a process that counts alone; blank where there is neither. */
  readonly fleet: string
  /** What the format `template` fills in; no other uses it. */
  readonly template?: unknown
  /** The kind of the sample's error, for the format `template`. */
  readonly kind?: string | undefined
}

/** Makes a body that keeps its receiver's limits, whatever the payload holds. Pure. */
export type Formatter = (payload: Payload, sender: Sender) => Body
