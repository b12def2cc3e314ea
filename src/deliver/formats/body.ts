import type { Payload } from '../../alert/payload.js'

/** What a format makes of a payload. */
export interface Body {
  readonly contentType: string
  readonly text: string
  /** What its receiver wants to find in the url's query; what stands there already stays. */
  readonly query?: Readonly<Record<string, string>>
  /** No header proves the secret: the body has it. */
  readonly holdsSecret?: true
}

/** Pure, and total: whatever a payload holds, its receiver's limits are kept. `secret` is for those that have it in the body. */
export type Formatter = (payload: Payload, secret: string) => Body
