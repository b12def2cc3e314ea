import assert from 'node:assert/strict'
import t from 'tap'
import { threadKey } from '../../../src/alert/incident-key.js'
import { toGoogleChat } from '../../../src/deliver/formats/googlechat.js'
import { payload, textsOf, unreadable } from '../../fixtures/formats/arbitrary-payload.js'
import { bodyOf, isGolden, sender } from '../../fixtures/formats/golden.js'
import { firing, over, payloads } from '../../fixtures/formats/payloads.js'
import { faultsOf } from '../../fixtures/formats/type-judge.js'
import { fc } from '../../fixtures/properties.js'

/** What the reference says of a message, as far as it is used. */
const declarations = `
  type Button = { text: string; onClick: { openLink: { url: string } } }
  type Widget = { buttonList: { buttons: Button[] } } | { textParagraph: { text: string } } | { decoratedText: { topLabel?: string; text: string; wrapText?: boolean } }
  interface Message { text?: string; fallbackText?: string; markupSyntax?: 'MARKUP_SYNTAX_CHAT' | 'MARKUP_SYNTAX_MARKDOWN'
    thread?: { name?: string; threadKey?: string }
    cardsV2?: { cardId?: string; card: { sections: { header?: string; widgets: Widget[] }[] } }[] }`

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

t.test('is a message as Google documents it', (t) => {
  const bodies = Object.keys(payloads).map((name) => bodyOf('googlechat', name))
  t.strictSame(faultsOf(bodies, 'Message', declarations), [])
  t.not(faultsOf([{ text: '', markupSyntax: 'MARKDOWN' }], 'Message', declarations), [])
  const { text, fallbackText } = bodyOf('googlechat', 'test') as { text: string; fallbackText: string }
  t.equal(text, '🧪 [TEST] logsiren: this is a test alert – 10 errors in 60 s – shop')
  t.equal(fallbackText, text)
  t.end()
})

t.test('has a button for each link', (t) => {
  const { widgets } = JSON.parse(toGoogleChat(payloads['linked'] ?? firing, sender).text).cardsV2[0].card.sections[0]
  const [{ buttonList }] = widgets.filter((one: object) => 'buttonList' in one)
  const url = 'https://wiki.example.com/runbooks/payments'
  t.strictSame(buttonList.buttons[0], { text: 'Runbook', onClick: { openLink: { url } } })
  t.equal(buttonList.buttons.length, 3)
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
      // The only marks of the syntax that the message says it is in.
      assert.equal(body.markupSyntax, 'MARKUP_SYNTAX_CHAT')
      for (const one of [body.text, body.fallbackText]) assert.doesNotMatch(one, /[*_~`<>]|:\/\//)
      const { widgets } = body.cardsV2[0].card.sections[0]
      assert.ok(widgets.length <= 100)
      for (const [, one] of textsOf(body)) assert.doesNotMatch(one, unreadable)
      for (const [path, one] of textsOf(widgets)) {
        if (path.includes('.buttonList.')) continue
        // No tags but our own.
        assert.doesNotMatch(one.replace(/^<b>[A-Za-z ]+<\/b><br>/, '').replaceAll('<br>', ''), /[<>]|&(?!(amp|lt|gt);)/)
      }
    }),
  )
  t.end()
})
