import t from 'tap'
import { visibleText } from '../../../src/cli/terminal/visible-text.js'

t.test('takes out whatever a terminal would act on', (t) => {
  const esc = '\u001b'
  for (const [text, expected] of [
    [`${esc}[31mred${esc}[0m ${esc}[2J${esc}[Hgone`, 'red gone'],
    [`${esc}]0;title\u0007text`, 'text'],
    [`${esc}]8;;https://evil.test${esc}\\link${esc}]8;;${esc}\\`, 'link'],
    ['\u009b31mred \u009d0;title\u009ctext', 'red text'],
    ['two\r\nlines\tand\u2028more', 'two lines and more'],
    ['a\u202eb\u200bc\u0000d\u007fe\ud800f', 'abcdef'],
    ['ü € 🚨', 'ü € 🚨'],
    [`${esc}c reset`, 'c reset'],
  ] as const)
    t.equal(visibleText(text), expected)
  t.equal(visibleText('🚨'.repeat(10), 4), '🚨🚨🚨…')
  t.equal(visibleText('  '), '')
  t.end()
})
