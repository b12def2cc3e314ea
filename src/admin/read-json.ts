// Reads the JSON in a request's body, or makes the answer that refuses it.
import { problem } from './answer.js'
import { type AdminRequest, BodyError } from './exchange.js'

/** The longest body that is read: as many bytes as a config document may have characters. */
export const MAX_BODY_BYTES = 65_536

export type Read =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly answer: Response }

/** Reads the body as JSON. With `isOptional`, a blank body is read as `{}`. Never rejects. */
export async function readJson(request: AdminRequest, isOptional = false): Promise<Read> {
  const { headers, body } = request
  const refuse = (answer: Response): Read => ({ kind: 'refused', answer })
  // A form on a page of another site cannot send this content type, so it cannot change anything here.
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(headers.get('content-type') ?? ''))
    return refuse(
      problem(415, 'Expected the body to be sent as application/json', { headers: { Accept: 'application/json' } }),
    )
  if (!/^(identity)?$/i.test(headers.get('content-encoding') ?? ''))
    return refuse(problem(415, 'Expected the body to be sent without a content encoding'))
  const tooLarge = problem(413, `Expected a body of at most ${MAX_BODY_BYTES} bytes`)
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY_BYTES) return refuse(tooLarge)
  try {
    const given = await body(MAX_BODY_BYTES)
    if (given.kind === 'parsed') return { kind: 'json', value: given.value }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(given.bytes)
    if (isOptional && text.trim() === '') return { kind: 'json', value: {} }
    return { kind: 'json', value: JSON.parse(text) }
  } catch (error) {
    if (error instanceof BodyError && error.reason === 'tooLarge') return refuse(tooLarge)
    const detail = 'Expected the body to be JSON in UTF-8, got a text that does not parse'
    return refuse(problem(400, detail, { problems: [{ path: '', message: detail }] }))
  }
}
