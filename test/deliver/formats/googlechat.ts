import assert from 'node:assert/strict'
import t from 'tap'
import { threadKey } from '../../../src/alert/incident-key.js'
import { toGoogleChat } from '../../../src/deliver/formats/googlechat.js'
import { payload, textsOf, unreadable } from '../../fixtures/formats/arbitrary-payload.js'
import { isGolden, sender } from '../../fixtures/formats/golden.js'
import { firing, over } from '../../fixtures/formats/payloads.js'
import { fc } from '../../fixtures/properties.js'

t.test('is what it was found to be, in a thread with its like', (t) => {
  isGolden(t, 'googlechat')
  const query = { messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD' }
  t.match(toGoogleChat(firing, sender), { contentType: 'application/json', query })
  const since = '2026-11-23T18:15:29Z'
  const threadOf = (one: typeof firing) => JSON.parse(toGoogleChat(one, sender).text).thread.threadKey
  t.equal(threadOf({ ...firing, since }), threadKey({ ...firing, since }, sender.fleet))
  t.equal(threadOf({ ...over, since }), threadOf({ ...firing, since }))
  t.not(threadOf({ ...firing, since: '2026-11-23T19:00:00Z' }), threadOf({ ...firing, since }))
  t.end()
})

t.test('takes less than 32,000 bytes, and nothing in it mentions or marks, whatever is told', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const { text } = toGoogleChat(payload, sender)
      assert.ok(Buffer.byteLength(text) < 32_000, `${Buffer.byteLength(text)} bytes`)
      const body = JSON.parse(text)
      assert.ok(body.thread.threadKey.length <= 4000)
      assert.ok(body.text.length >= 1 && body.text.length <= 4096)
      assert.doesNotMatch(body.text, /[*_~`<>]/)
      const { widgets } = body.cardsV2[0].card.sections[0]
      assert.ok(widgets.length <= 100)
      for (const [, one] of textsOf(body)) assert.doesNotMatch(one, unreadable)
      for (const [, one] of textsOf(widgets)) {
        // No tags but our own.
        assert.doesNotMatch(one.replace(/^<b>[A-Za-z ]+<\/b><br>/, '').replaceAll('<br>', ''), /[<>]|&(?!(amp|lt|gt);)/)
      }
    }),
  )
  t.end()
})
