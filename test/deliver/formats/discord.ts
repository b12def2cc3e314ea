import assert from 'node:assert/strict'
import t from 'tap'
import { toDiscord } from '../../../src/deliver/formats/discord.js'
import { payload, textsOf, unreadable } from '../../fixtures/formats/arbitrary-payload.js'
import { bodyOf, isGolden } from '../../fixtures/formats/golden.js'
import { firing, payloads } from '../../fixtures/formats/payloads.js'
import { faultsOf } from '../../fixtures/formats/type-judge.js'
import { fc } from '../../fixtures/properties.js'

interface Embed {
  readonly title?: string
  readonly url?: string
  readonly description?: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  readonly footer: { readonly text: string }
}

interface Message {
  readonly content: string
  readonly embeds: readonly Embed[]
  readonly allowed_mentions: unknown
}
const read = (text: string): Message => JSON.parse(text)
const times = new Set(['Failing since', 'First seen', 'Last seen'])

t.test('is what it was found to be, and asks Discord to say whether it has kept it', (t) => {
  isGolden(t, 'discord')
  t.match(toDiscord(firing), { contentType: 'application/json', query: { wait: 'true' } })
  t.end()
})

t.test('is what discord-api-types say that a webhook takes', (t) => {
  const bodies = Object.keys(payloads).map((name) => bodyOf('discord', name))
  const type = 'RESTPostAPIWebhookWithTokenJSONBody'
  const declarations = `import type { ${type} } from 'discord-api-types/v10'`
  t.strictSame(faultsOf(bodies, type, declarations), [])
  t.not(faultsOf([{ content: '', embeds: [{ footer: 5 }] }], type, declarations), [])
  t.end()
})

t.test('says what matters in its line, and shows its times in the time zone of the reader', (t) => {
  const { content, embeds } = read(toDiscord(payloads['repeated'] ?? firing).text)
  t.equal(content, '🔁 Still failing: db timeout (503) – 120 errors in 60 s, 6th alert since 05:53 UTC – shop')
  t.strictSame(
    embeds[0]?.fields.slice(0, 2).map(({ value }) => value),
    ['<t:1795413190:T> (<t:1795413190:R>)', '<t:1795457729:T> (<t:1795457729:R>)'],
  )
  const colors = Object.values(payloads).map((payload) => JSON.parse(toDiscord(payload).text).embeds[0].color)
  t.equal(new Set(colors).size, 5)
  t.end()
})

/** A field that is a link. */
const linkValue = /^\[Open\]\((https?:\/\/[^()\s<>]+)\)$/

t.test('has the first link as its title, and the others as fields', (t) => {
  const { embeds } = read(toDiscord(payloads['linked'] ?? firing).text)
  t.match(embeds[0], { title: 'Runbook', url: 'https://wiki.example.com/runbooks/payments' })
  t.match(embeds[0]?.fields.slice(-2), [
    {
      name: 'Logs & traces',
      value: /^\[Open\]\(https:\/\/grafana\.example\.com\/explore\?.*#%284bf92f3577b34da6a3ce929d0e0e4736%29\)$/,
    },
    { name: 'dashboard\\_url', value: /^\[Open\]\(https:\/\/grafana\.example\.com\/d\/shop\?alert=1795/ },
  ])
  const colors = ['linked', 'linkedTest', 'linkedEnd'].map((name) => bodyOf('discord', name) as Message)
  t.match(colors, [
    { embeds: [{ color: 0xf1c40f }] },
    { embeds: [{ color: 0x2980b9 }] },
    { embeds: [{ color: 0x27ae60 }] },
  ])
  t.notMatch(read(toDiscord(payloads['longLinks'] ?? firing).text).embeds[0]?.fields, [{ value: '[Open]' }])
  t.end()
})

t.test('keeps every limit, the one of the whole too, and notifies nobody, whatever is told', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const body = read(toDiscord(payload).text)
      assert.deepEqual(body.allowed_mentions, { parse: [] })
      assert.equal(body.embeds.length, 1)
      const { content } = body
      const { description = '-', footer, title = '', url, fields: all } = body.embeds[0] as Embed
      const links = Object.values(payload.links ?? {})
      assert.equal(url, links[0])
      assert.ok(title.length <= 256 && (url === undefined) === (title === ''))
      const fields = all.map((one) => ({ ...one, value: one.value.replace(linkValue, 'Open') }))
      for (const { value } of all) {
        const [, linked] = linkValue.exec(value) ?? []
        if (linked !== undefined)
          assert.ok(links.some((link) => link.replaceAll('(', '%28').replaceAll(')', '%29') === linked))
      }
      const within = (text: string, max: number): boolean => text.trim().length >= 1 && text.length <= max
      assert.ok(within(content, 2000) && within(description, 4096) && within(footer.text, 2048))
      assert.doesNotMatch(content, /:\/\//)
      assert.ok(all.length <= 25 && all.every(({ name, value }) => within(name, 256) && within(value, 1024)))
      const counted = [title, description, footer.text, ...all.flatMap(({ name, value }) => [name, value])]
      assert.ok(counted.reduce((sum, text) => sum + text.length, 0) <= 6000)
      for (const [, text] of textsOf(body)) assert.doesNotMatch(text, unreadable)
      const untimed = fields.map(({ name, value }) =>
        times.has(name) ? value.replace(/^<t:(\d+):T> \(<t:\1:R>\)$/, '') : value,
      )
      const marks = (text: string) => text.replace(/\\[\\`*_~|>#[\]<@]/g, '').replace(/[^\\`*_~|>#[\]<@]/g, '')
      for (const text of [title, ...fields.map(({ name }) => name), ...untimed]) assert.equal(marks(text), '')
      // Without a url brackets make no link.
      assert.match(marks(content), /^[[\]]*$/)
      // Blocks that begin also end, and nothing else begins one.
      assert.doesNotMatch(description.replace(/^(\*\*[A-Za-z ]+\*\*)$|^```$/gm, ''), /`/)
      assert.equal([...description.matchAll(/^```$/gm)].length % 2, 0)
    }),
  )
  t.end()
})
