import t from 'tap'
import { parseMembers } from '../../src/config/document/document.js'
import { documentMembers, documentRuleMembers } from '../../src/config/document-members.js'
import { optionsWith } from '../../src/config/engine-options.js'
import { toSnakeCase } from '../../src/config/names.js'
import { isNone } from '../../src/config/option-texts.js'
import { parseOptions } from '../../src/config/parse-options.js'
import { type Member, ruleMembers, ruleOptions } from '../../src/config/rule-members.js'

t.test('every default passes the check of its own option, in code and in the document', (t) => {
  for (const name of ruleOptions) {
    const { fallback, inDocument }: Member = ruleMembers[name]
    if (isNone(fallback)) continue
    t.strictSame(parseOptions({ [name]: fallback }), { [name]: fallback })
    t.strictSame(parseOptions({ rules: [{ name: 'a', [name]: fallback }] }), {
      rules: [{ name: 'a', [name]: fallback }],
    })
    if (inDocument === undefined) continue
    const member = { [toSnakeCase(name)]: fallback }
    t.match(parseMembers({ ...member, rules: [{ name: 'a', ...member }] }), {
      kind: 'valid',
      document: { ...member, rules: [{ name: 'a', ...member }] },
    })
  }
  t.end()
})

t.test('the document knows of a rule all that is not for code only', (t) => {
  const codeOnly = ruleOptions.filter((name) => !documentRuleMembers.includes(toSnakeCase(name)))
  t.strictSame(codeOnly, ['maxGroups'])
  t.strictSame(
    documentMembers.filter((name) => !documentRuleMembers.includes(name)),
    ['rules', 'ignore'],
  )
  t.end()
})

t.test('a comparison changes options of a rule, and never where an alert goes', (t) => {
  const compared = optionsWith(({ isComparable }) => isComparable === true)
  t.strictSame(
    ruleOptions.filter((name) => !compared.includes(name)),
    ['url', 'secret', 'enabled', 'format', 'timeoutMs', 'links', 'labels', 'template', 'headers'],
  )
  t.strictSame(
    compared.filter((name) => !ruleOptions.some((one) => one === name)),
    ['ignore'],
  )
  t.end()
})
