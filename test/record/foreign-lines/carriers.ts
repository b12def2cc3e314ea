import t from 'tap'
import { withoutCarriers } from '../../../src/record/foreign-lines/carriers.js'
import { textPrefixes } from '../../fixtures/text-events.js'

const none = (): boolean => false

t.test('takes off what others put before a line, one after the other', (t) => {
  for (const [line, source] of [
    ['web-1  | ', 'web-1  | '],
    ['0|api  | 2026-11-28T02:50:01: ', '0|api  | '],
    ['[pod/web-1/app] 2026-11-28T02:50:01.123456789Z ', '[pod/web-1/app] '],
    ['Nov 28 02:50:01 host app[71]: ', 'host app[71]: '],
    ['Sat 2026-11-28 02:50:01 UTC host app[71]: ', 'host app[71]: '],
    ['<34>1 2026-11-28T02:50:01.123Z host app 71 ID47 - ', '<34>1 2026-11-28T02:50:01.123Z host app 71 ID47 - '],
    ['2026-11-28T02:50:01.123456789Z stderr F ', ''],
    ['12:00:00 web.1   | ', 'web.1   | '],
    ['[10:00:00.123] ', ''],
    ['2026-11-28 02:50:01,123 - ', ''],
    ['2026-11-28T02:50:01.123Z\t3eb4\t', '3eb4\t'],
    ['2026-11-28T02:50:01.123456+00:00 2026/11/28/[1]abc ', '2026/11/28/[1]abc '],
    ['web-1  | [api] 10:00:00 ', 'web-1  | [api] '],
    ['28/Nov/2026:02:50:01 +0100 ', ''],
    ['Nov  8, 2026 2:50:01 AM ', ''],
  ] as const) {
    const carried = withoutCarriers(`${line}ERROR\tno stock`, none)
    t.match(carried, { text: 'ERROR\tno stock', source, start: line.length, isPart: false }, line)
  }
  for (const [name, prefix] of Object.entries(textPrefixes)) {
    const line = prefix(0).replace(/\u001b\[\d+m/g, '')
    t.match(withoutCarriers(`${line}    at place (o.js:1:1)`, none), { text: '    at place (o.js:1:1)' }, name)
  }
  t.match(withoutCarriers('2026-11-28T02:50:01.123456789Z stdout P {"a":', none), { text: '{"a":', isPart: true })
  t.end()
})

t.test('tells whether a time stood just before the text', (t) => {
  t.match(withoutCarriers('2026-11-28 02:50:01 fine', none), { isTimed: true })
  t.match(withoutCarriers('2026-11-28T02:50:01.123456789Z fine', none), { isTimed: false })
  t.match(withoutCarriers('Nov 28 02:50:01 host app[71]: fine', none), { isTimed: false })
  t.end()
})

t.test('takes no head for a carrier', (t) => {
  for (const line of [
    'ERROR | no stock',
    '[ERROR] no stock',
    'ERROR:root: no stock',
    'Error:x: y',
    '[core:error] x',
    'TypeError: x',
    'a b',
    '[Nest] 7',
  ])
    t.match(
      withoutCarriers(line, () => true),
      { text: line, source: '' },
      line,
    )
  t.end()
})

t.test('asks about a name with a colon, and finds JSON behind whatever ends in a mark', (t) => {
  t.equal(withoutCarriers('api: no stock', none).source, '')
  t.match(
    withoutCarriers('api: no stock', (source, text) => source === 'api: ' && text === 'no stock'),
    { source: 'api: ' },
  )
  t.equal(withoutCarriers('what is this> {"level":50}', none).text, '{"level":50}')
  t.equal(withoutCarriers('order failed {"level":50}', none).text, 'order failed {"level":50}')
  t.end()
})
