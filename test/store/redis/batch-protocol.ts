import t from 'tap'
import { argsOf, luaPuts, luaTakes, rowOf } from '../../../src/store/redis/batch-protocol.js'
import { fc } from '../../fixtures/properties.js'
import { startRedis } from '../../fixtures/redis.js'

const redis = await startRedis(t)

t.test('a row arrives in Lua by name, and comes back by name', async () => {
  const layout = { text: 'text', number: 'number', flag: 'flag', more: 'text' } as const
  const script = `local unpack, at = table.unpack or unpack, 0
    local function nextArg() at = at + 1 return ARGV[at] end
    local row, list = {}, {}
    ${luaTakes(layout, 'row')}
    if type(row.number) ~= 'number' or type(row.flag) ~= 'boolean' then return {} end
    ${luaPuts(layout, 'row', 'list', 'text', 'number')}
    ${luaPuts(layout, 'row', 'list', 'flag', 'more')}
    return list`
  const values = fc.record({
    text: fc.string(),
    number: fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
    flag: fc.boolean(),
    more: fc.string(),
  })
  await fc.assert(
    fc.asyncProperty(values, async (given) => {
      const row = rowOf(layout, await redis.client.eval(script, 0, ...argsOf(layout, given)))
      return JSON.stringify(row) === JSON.stringify(given)
    }),
  )
})

t.test('what a row ends before is blank, 0 or false, and so is all of one that is none', (t) => {
  const layout = { text: 'text', number: 'number', flag: 'flag' } as const
  t.strictSame(rowOf(layout, ['a']), { text: 'a', number: 0, flag: false })
  t.strictSame(rowOf(layout, null), { text: '', number: 0, flag: false })
  t.end()
})
