// The JSON of a request's body, or the answer that says why there is none.
import { problem } from './answer.js'
import { type AdminRequest, BodyError } from './exchange.js'

export const MAX_BODY_BYTES = 65_536

export type Read =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly answer: Response }

/** A blank body is `{}` where `isOptional` says so. */
export async function readJson(request: AdminRequest, isOptional = false): Promise<Read> {
  const { headers, body } = request
  const refuse = (answer: Response): Read => ({ kind: 'refused', answer })
  // Only such a request is never sent by a form of another site.
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
    const detail = 'Expected the body to be JSON in UTF-8, got what does not parse'
    return refuse(problem(400, detail, { problems: [{ path: '', message: detail }] }))
  }
}
