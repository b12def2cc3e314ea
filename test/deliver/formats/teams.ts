import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import t from 'tap'
import { isAcceptedByTeams, toTeams } from '../../../src/deliver/formats/teams.js'
import { payload, textsOf, unreadable } from '../../fixtures/formats/arbitrary-payload.js'
import { bodyOf, isGolden } from '../../fixtures/formats/golden.js'
import { firing, payloads } from '../../fixtures/formats/payloads.js'
import { fc } from '../../fixtures/properties.js'
import { root } from '../../fixtures/root.js'

// The one file of Microsoft's renderer that Node can load.
const { AdaptiveCard, SerializationContext } = createRequire(import.meta.url)(
  'adaptivecards/dist/adaptivecards.js',
) as typeof import('adaptivecards')

/** What the renderer makes of the functions in a text. Its file is a module whose name does not say so. */
const formatters = readFileSync(`${root}node_modules/adaptivecards/lib/text-formatters.js`, 'utf8').replace(
  /^\/\/#.*/m,
  '',
)
const { formatText } = (await import(`data:text/javascript,${encodeURIComponent(formatters)}`)) as {
  formatText: (language: string, text: string) => string
}

interface Message {
  readonly summary: string
  readonly attachments: readonly { readonly contentType: string; readonly content: object }[]
}
interface Card {
  readonly actions?: readonly { readonly type: string; readonly title: string; readonly url: string }[]
  readonly body: readonly { readonly type: string }[]
  readonly fallbackText: string
  readonly speak: string
}
/** What a fact has in place of a time, and nothing else. */
const localTime = /^\{\{DATE\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ),SHORT\)\}\} \{\{TIME\(\1\)\}\}$/

const summaryOf = (text: string): string => (JSON.parse(text) as Message).summary
const cardOf = (text: string): object => (JSON.parse(text) as Message).attachments[0]?.content ?? {}

/** What Microsoft's own parser finds wrong with a card. */
function faultsOf(card: object): string[] {
  const context = new SerializationContext()
  new AdaptiveCard().parse(card, context)
  return Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message)
}

t.test('is what it was found to be', (t) => {
  isGolden(t, 'teams')
  t.equal(toTeams(firing).contentType, 'application/json')
  t.end()
})

t.test('is a card that Microsoft’s own parser reads whole', (t) => {
  for (const name of Object.keys(payloads)) {
    const card = (bodyOf('teams', name) as Message).attachments[0]?.content ?? {}
    t.strictSame(faultsOf(card), [], name)
    const read = new AdaptiveCard()
    read.parse(card)
    const { msteams: _, ...plain } = card as { msteams?: unknown }
    t.match(read.toJSON(), { ...plain, body: (plain as { body: unknown[] }).body.map(() => Object) }, name)
    t.equal(read.getItemCount(), (plain as { body?: unknown[] }).body?.length)
  }
  t.not(faultsOf({ type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text: 'x', size: 'Huge' }] }), [])
  t.end()
})

t.test('says what matters in each place that a notification may show', (t) => {
  const { text } = toTeams(payloads['repeated'] ?? firing)
  const title = 'Still failing: db timeout (503) – 120 errors in 60 s, 6th alert since 05:53 UTC – shop'
  const { body, fallbackText, speak } = cardOf(text) as Card
  t.strictSame([summaryOf(text), fallbackText, speak], [`🔁 ${title}`, `🔁 ${title}`, title])
  t.match(body[0], { type: 'TextBlock', text: `🔁 ${title}`, style: 'heading' })
  t.end()
})

t.test('has a button for each link that finds room', (t) => {
  const { actions, body } = cardOf(toTeams(payloads['linked'] ?? firing).text) as Card
  t.match(actions, [
    { type: 'Action.OpenUrl', title: 'Runbook', url: 'https://wiki.example.com/runbooks/payments' },
    { title: 'Logs & traces', url: /^https:\/\/grafana\.example\.com\/explore\?/ },
    { title: 'dashboard_url' },
  ])
  t.match(body[0], { text: /^🚨 \\\[WARNING\\\] db timeout/, color: 'Warning' })
  const long = cardOf(toTeams(payloads['longLinks'] ?? firing).text) as Card
  t.ok((long.actions ?? []).length > 0)
  t.notOk('actions' in cardOf(toTeams(firing).text))
  t.end()
})

t.test('shows its times in the time zone of the reader, by the functions that the renderer knows', (t) => {
  const { body } = cardOf(toTeams(firing).text) as Card
  const [value] = textsOf(body).flatMap(([path, one]) => (path.endsWith('.value') ? one : []))
  t.equal(value, '{{DATE(2026-11-23T18:15:29Z,SHORT)}} {{TIME(2026-11-23T18:15:29Z)}}')
  t.match(formatText('en-GB', value ?? ''), /^\w+, \d+ Nov 2026 \d\d:\d\d$/)
  t.end()
})

t.test('takes less than 20,000 bytes, and no text in it is more than text, whatever is told', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const { text } = toTeams(payload)
      assert.ok(Buffer.byteLength(text) < 20_000, `${Buffer.byteLength(text)} bytes`)
      const { body, fallbackText, speak, actions = [] } = cardOf(text) as Card
      const links = Object.values(payload.links ?? {})
      for (const { title, url } of actions) assert.ok(title.length > 0 && links.includes(url))
      for (const block of body) {
        for (const [path, given] of textsOf(block)) {
          assert.doesNotMatch(given, unreadable)
          const one = given.replace(localTime, '')
          if (one !== given) assert.equal(block.type, 'FactSet')
          assert.equal(formatText('en', one), one)
          if (block.type === 'RichTextBlock' || !/\.(text|title|value)$/.test(path)) continue
          assert.doesNotMatch(one.replace(/\\[\\`*_~{}[\]<>]/g, ''), /[\\`*_~{}[\]<>]/)
        }
      }
      assert.doesNotMatch(fallbackText.replace(/\\[\\`*_~{}[\]<>]/g, ''), /[\\`*_~{}[\]<>]/)
      assert.doesNotMatch(speak, /[<>]|&(?!(amp|lt|gt);)/)
      for (const one of [summaryOf(text), fallbackText, speak]) {
        assert.ok(one.length > 0)
        assert.doesNotMatch(one, unreadable)
      }
      assert.deepEqual(faultsOf(cardOf(text)), [])
    }),
  )
  t.end()
})

t.test(
  'knows from the answer of a connector whether the card was posted, and from the status of a workflow',
  async (t) => {
    const failure =
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x.'
    const connector = 'https://shop.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d'
    for (const url of [connector, connector.replace('.com/', '.com./')]) {
      for (const text of ['1', '1\n']) t.ok(isAcceptedByTeams(text, url), text)
      for (const text of [failure, '', '0', '11']) t.notOk(isAcceptedByTeams(text, url), text)
    }
    const workflow = 'https://prod-1.westeurope.logic.azure.com/workflows/x'
    for (const text of ['', '1', failure, '{"id":"x"}']) t.ok(isAcceptedByTeams(text, workflow), text)
    t.ok(isAcceptedByTeams('', 'https://x.test/?to=.webhook.office.com'))
  },
)
