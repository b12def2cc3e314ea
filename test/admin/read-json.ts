import t from 'tap'
import { type AdminRequest, BodyError } from '../../src/admin/exchange.js'
import { MAX_BODY_BYTES, readJson } from '../../src/admin/read-json.js'

function request(
  body: string | Uint8Array | BodyError | { parsed: unknown },
  headers: Record<string, string> = {},
): AdminRequest {
  return {
    method: 'PUT',
    route: '',
    url: new URL('http://localhost/'),
    headers: new Headers({ 'content-type': 'application/json', ...headers }),
    body: async () => {
      if (body instanceof BodyError) throw body
      if (typeof body === 'object' && 'parsed' in body) return { kind: 'parsed', value: body.parsed }
      return { kind: 'bytes', bytes: Buffer.from(body as string) }
    },
  }
}

async function statusOf(...args: Parameters<typeof readJson>): Promise<unknown> {
  const read = await readJson(...args)
  return read.kind === 'json' ? read.value : read.answer.status
}

t.test('reads JSON in UTF-8, parsed by us or by somebody before', async (t) => {
  t.strictSame(await statusOf(request('{"a":"ä"}')), { a: 'ä' })
  t.strictSame(await statusOf(request('{}', { 'content-type': 'application/merge-patch+json; charset=utf-8' })), {})
  t.strictSame(await statusOf(request({ parsed: { a: 1 } })), { a: 1 })
  t.strictSame(await statusOf(request(' '), true), {})
  t.equal(await statusOf(request(' ')), 400)
  t.equal(await statusOf(request('{')), 400)
  t.equal(await statusOf(request(Buffer.from([0x22, 0xff, 0x22]))), 400)
  t.equal(await statusOf(request(new BodyError('aborted'))), 400)
})

t.test('takes no other type, no encoding, and no more than it may', async (t) => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', '', 'application/jsonx', 'text/json']) {
    t.equal(await statusOf(request('{}', { 'content-type': type })), 415, type)
  }
  t.equal(await statusOf(request('{}', { 'content-encoding': 'gzip' })), 415)
  t.strictSame(await statusOf(request('{}', { 'content-encoding': 'identity' })), {})
  t.equal(await statusOf(request('{}', { 'content-length': String(MAX_BODY_BYTES + 1) })), 413)
  t.equal(await statusOf(request(new BodyError('tooLarge'))), 413)
})
