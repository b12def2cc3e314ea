import t from 'tap'
import { announcedTraits } from '../../src/stream/pino-config.js'

t.test('takes what pino announces, and of anything else nothing', (t) => {
  const levels = { values: { info: 30, error: 50, trouble: 45, strange: 'x' } }
  const traits = announcedTraits({ code: 'PINO_CONFIG', config: { levels, messageKey: 'text', errorKey: 'failure' } })
  t.match(traits, { messageKey: 'text', errorKey: 'failure' })
  t.equal(traits?.scale.severityOf('trouble'), 45)
  t.equal(traits?.scale.severityOf('strange'), undefined)
  for (const config of [null, 5, {}, { levels: null }, { levels: { values: [] }, messageKey: 5 }])
    t.match(announcedTraits({ code: 'PINO_CONFIG', config }), { messageKey: undefined, scale: {} })
  for (const message of [undefined, null, 'PINO_CONFIG', { code: 'EVENT' }, { code: 'PINO_CONFIG' }])
    t.equal(announcedTraits(message), undefined)
  t.end()
})
