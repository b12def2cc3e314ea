import t from 'tap'
import { optionTexts, plainText } from '../../src/config/option-texts.js'

t.test('reads well on a terminal', (t) => {
  t.equal(
    plainText('[named rules](#rules), `default` and [more](https://example.test)'),
    'named rules, default and more',
  )
  for (const [name, { fallback, meaning }] of Object.entries(optionTexts)) {
    t.match(fallback, /./, name)
    t.notMatch(plainText(meaning), /[`[\]]\(|`/, name)
  }
  t.end()
})
