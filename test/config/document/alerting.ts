import t from 'tap'
import { alertingNote } from '../../../src/config/document/alerting.js'
import type { ConfigDocument } from '../../../src/config/document-members.js'

const url = 'https://a.test/hook'

t.test('says what keeps alerts from being sent, of all rules or of some', async (t) => {
  const cases: [document: ConfigDocument, note: string | undefined][] = [
    [{}, undefined],
    [{ threshold: 5 }, undefined],
    [{ enabled: true, url }, undefined],
    [{ enabled: false }, 'Alerts are off: enabled is false.'],
    [{ enabled: false, url }, 'Alerts are off: enabled is false.'],
    [{ url }, 'Alerts are off: enabled is missing beside a url.'],
    [{ url: '' }, 'Alerts are off: the url is blank.'],
    [
      { enabled: true },
      'No url is stored: alerts go to the one in code, and are off in a process whose code has none.',
    ],
    [{ enabled: true, rules: [{ name: 'a', url }] }, undefined],
    [{ enabled: false, rules: [{ name: 'a', enabled: true }] }, undefined],
    [
      { url, rules: [{ name: 'a', enabled: true }, { name: 'b' }] },
      'Alerts of the rule b are off: enabled is missing beside a url.',
    ],
    [
      { enabled: true, url, rules: [{ name: 'a', enabled: false }, { name: 'b', url: '' }, { name: 'c' }] },
      'Alerts of the rules a, b are off: enabled is false; the url is blank.',
    ],
    [
      { enabled: true, url: 'https://a.test/hook', format: 'template' },
      'No template is stored: a process whose code has none keeps its last good config.',
    ],
    [{ rules: [{ name: 'a', format: 'template' }], template: { a: 1 } }, undefined],
  ]
  for (const [document, note] of cases) t.equal(alertingNote(document), note, JSON.stringify(document))
})
