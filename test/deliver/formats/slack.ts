import assert from 'node:assert/strict'
import t from 'tap'
import { isAcceptedBySlack, toSlack } from '../../../src/deliver/formats/slack.js'
import { payload, textsOf, unreadable } from '../../fixtures/formats/arbitrary-payload.js'
import { bodyOf, isGolden } from '../../fixtures/formats/golden.js'
import { firing, payloads } from '../../fixtures/formats/payloads.js'
import { faultsOf } from '../../fixtures/formats/type-judge.js'
import { fc } from '../../fixtures/properties.js'

interface Text {
  readonly type: string
  readonly text: string
}
interface Block {
  readonly type: string
  readonly text?: Text
  readonly fields?: readonly Text[]
  readonly elements?: readonly (Text | Button)[]
}
interface Button {
  readonly type: 'button'
  readonly text: Text
  readonly url: string
}
const read = (text: string): { readonly text: string; readonly blocks: readonly Block[] } => JSON.parse(text)

t.test('is what it was found to be', (t) => {
  isGolden(t, 'slack')
  t.equal(toSlack(firing).contentType, 'application/json')
  t.end()
})

t.test('is what Slack’s own types say that a webhook takes', (t) => {
  const bodies = Object.keys(payloads).map((name) => bodyOf('slack', name))
  const type = '{ text: string; blocks: KnownBlock[] }'
  const declarations = "import type { KnownBlock } from '@slack/types'"
  t.strictSame(faultsOf(bodies, type, declarations), [])
  t.not(
    faultsOf([{ text: '', blocks: [{ type: 'header', text: { type: 'mrkdwn', text: '' } }] }], type, declarations),
    [],
  )
  t.end()
})

/** A field with one of the times that the payload has, and nothing else. */
const shownTime =
  /^\*(Failing since|First seen|Last seen)\*\n<!date\^\d+\^\{date_short_pretty\} \{time_secs\}\|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC>$/

t.test('shows its times in the time zone of the reader, in blocks, and in UTC to what shows no blocks', (t) => {
  const { text, blocks } = read(toSlack(payloads['repeated'] ?? firing).text)
  t.strictSame(
    blocks[1]?.fields?.slice(0, 2).map(({ text }) => text),
    [
      '*Failing since*\n<!date^1795413190^{date_short_pretty} {time_secs}|2026-11-23 05:53:10 UTC>',
      '*First seen*\n<!date^1795457729^{date_short_pretty} {time_secs}|2026-11-23 18:15:29 UTC>',
    ],
  )
  t.match(text, /^Failing since: 2026-11-23 05:53:10 UTC\nFirst seen: 2026-11-23 18:15:29 UTC$/m)
  t.end()
})

/** A line of a link in the text for what shows no buttons. */
const linkLine = /\n<(https?:\/\/[^<>|\s]+)\|[^<>|\n]+>/g

t.test('has a button for each link that finds room, and a line for what shows none', (t) => {
  const { text, blocks } = read(toSlack(payloads['linked'] ?? firing).text)
  const [actions] = blocks.filter(({ type }) => type === 'actions')
  t.match(actions?.elements, [
    {
      type: 'button',
      text: { type: 'plain_text', text: 'Runbook' },
      url: 'https://wiki.example.com/runbooks/payments',
    },
    {
      text: { text: 'Logs &amp; traces' },
      url: /^https:\/\/grafana\.example\.com\/explore\?service=shop&from=\d+&to=\d+&q=db%20/,
    },
    { text: { text: 'dashboard_url' } },
  ])
  t.match(
    text,
    /\n<https:\/\/wiki\.example\.com\/runbooks\/payments\|Runbook>\n<https:.*&amp;to=.*\|Logs &amp; traces>\n/,
  )
  const long = read(toSlack(payloads['longLinks'] ?? firing).text)
  t.equal(long.blocks.find(({ type }) => type === 'actions')?.elements?.length, 1)
  t.end()
})

t.test('keeps every limit, and nothing in it pings, links or hides, whatever is told', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const { text: linked, blocks } = read(toSlack(payload).text)
      assert.ok(linked.length > 0 && linked.length <= 1500)
      const text = linked.replace(linkLine, '')
      assert.doesNotMatch(text, /:\/\//)
      const urls = new Set(Object.values(payload.links ?? {}))
      for (const [, url = ''] of linked.matchAll(linkLine)) assert.ok(urls.has(url.replaceAll('&amp;', '&')))
      assert.ok(blocks.length <= 50)
      for (const { type, text: own, fields = [], elements = [] } of blocks) {
        if (own !== undefined)
          assert.ok(own.text.length >= 1 && own.text.length <= (type === 'header' ? 150 : 3000), type)
        assert.ok(fields.length <= 10 && fields.every(({ text }) => text.length >= 1 && text.length <= 2000), type)
        assert.ok(elements.length <= 10, type)
        for (const one of elements) {
          if (typeof one.text === 'string') continue
          assert.ok(one.text.text.length >= 1 && one.text.text.length <= 75)
          assert.ok('url' in one && urls.has(one.url))
        }
      }
      const texts = textsOf({ text, blocks })
      const length = texts.reduce((sum, [, one]) => sum + one.length, linked.length - text.length)
      assert.ok(length < (payload.links === undefined ? 10_000 : 12_500), `${length}`)
      for (const [path, given] of texts) {
        if (path.endsWith('.url')) continue
        assert.doesNotMatch(given, unreadable)
        const one = given.replace(shownTime, '$1')
        assert.doesNotMatch(one, /[<>]|&(?!(amp|lt|gt);)/)
        // Only the marks of a block itself; headers and buttons know none.
        if (one !== blocks[0]?.text?.text && !/\.elements\.\d+\.text\.text$/.test(path))
          assert.doesNotMatch(one.replace(/^(\*[^*\n]+\*\n)?```\n([\s\S]*)\n```$/, '$2'), /`/)
      }
    }),
  )
  t.end()
})

t.test('knows from the answer whether the message was posted', async (t) => {
  for (const accepted of ['ok', 'ok\n', '', ' ', '{"ok":true}', '{"success":true,"id":1}'])
    t.ok(isAcceptedBySlack(accepted), accepted)
  const failed = [
    'invalid_payload',
    '{"ok":false,"error":"no_service"}',
    '{"ok":"true"}',
    '{"success":1}',
    '<html>Sign in</html>',
    'OK then',
    '[]',
    'null',
    '1',
  ]
  for (const text of failed) t.notOk(isAcceptedBySlack(text), text)
})
