import assert from 'node:assert/strict'
import t from 'tap'
import { toDiscord } from '../../../src/deliver/formats/discord.js'
import { payload, textsOf, unreadable } from '../../fixtures/formats/arbitrary-payload.js'
import { bodyOf, isGolden } from '../../fixtures/formats/golden.js'
import { firing, payloads } from '../../fixtures/formats/payloads.js'
import { faultsOf } from '../../fixtures/formats/type-judge.js'
import { fc } from '../../fixtures/properties.js'

interface Embed {
  readonly title: string
  readonly description?: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  readonly footer: { readonly text: string }
}

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
  t.not(faultsOf([{ embeds: [{ title: 5 }] }], type, declarations), [])
  t.end()
})

t.test('keeps every limit, the one of the whole too, and notifies nobody, whatever is told', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const body = JSON.parse(toDiscord(payload).text) as { embeds: Embed[]; allowed_mentions: unknown }
      assert.deepEqual(body.allowed_mentions, { parse: [] })
      assert.equal(body.embeds.length, 1)
      const { title, description = '-', fields, footer } = body.embeds[0] as Embed
      const within = (text: string, max: number): boolean => text.trim().length >= 1 && text.length <= max
      assert.ok(within(title, 256) && within(description, 4096) && within(footer.text, 2048))
      assert.ok(fields.length <= 25 && fields.every(({ name, value }) => within(name, 256) && within(value, 1024)))
      const counted = [title, description, footer.text, ...fields.flatMap(({ name, value }) => [name, value])]
      assert.ok(counted.reduce((sum, text) => sum + text.length, 0) <= 6000)
      for (const [, text] of textsOf(body)) assert.doesNotMatch(text, unreadable)
      for (const text of [title, ...fields.flatMap(({ name, value }) => [name, value])]) {
        assert.doesNotMatch(text.replace(/\\[\\`*_~|>#[\]<@]/g, ''), /[\\`*_~|>#[\]<@]/)
      }
      // Blocks that begin also end, and nothing else begins one.
      assert.doesNotMatch(description.replace(/^(\*\*[A-Za-z ]+\*\*)$|^```$/gm, ''), /`/)
      assert.equal([...description.matchAll(/^```$/gm)].length % 2, 0)
    }),
  )
  t.end()
})
