import { once } from 'node:events'
import pino from 'pino'
import t from 'tap'
import logsirenPino from '../src/pino.js'
import { startReceiver } from './fixtures/receiver.js'

t.test('in-process: a stream for pino, directly or in a multistream', async (t) => {
  const receiver = await startReceiver(t)
  for (const wrap of [
    (stream: pino.DestinationStream) => stream,
    (stream: pino.DestinationStream) => pino.multistream([{ stream }]),
  ]) {
    const stream = await logsirenPino({ url: receiver.url, threshold: 2, nestedKey: 'inner' })
    const logger = pino({ messageKey: 'text', errorKey: 'failure', nestedKey: 'inner' }, wrap(stream))
    logger.info('fine')
    logger.warn({ failure: new Error('slow') }, 'warned')
    logger.error('text of its own key')
    await stream.flush()
    t.match(stream.stats(), { observed: 3, errors: 2, alerts: 1, delivered: 1 })
    stream.end()
    await once(stream, 'close')
  }
  t.match(receiver.received, Array(2).fill({ body: { count: 2, sample: { error_message: 'text of its own key' } } }))
})

t.test('in-process: calls back where pino flushes, and tells its events on the stream', async (t) => {
  const receiver = await startReceiver(t)
  const stream = await logsirenPino({ url: receiver.url, threshold: 1 })
  const events: string[] = []
  for (const name of ['alert', 'delivered']) stream.on(name, () => events.push(name))
  const logger = pino(stream)
  logger.error('boom')
  await new Promise<void>((resolve) => logger.flush(() => resolve()))
  t.strictSame(events, ['alert', 'delivered'])
  stream.end()
  await once(stream, 'close')
  await stream.flush()
})

t.test('takes levels as text, times as ISO text, and chunks of bytes cut anywhere', async (t) => {
  const stream = await logsirenPino({ url: 'http://127.0.0.1:9/', threshold: 1000 })
  const logger = pino(
    { formatters: { level: (label) => ({ level: label.toUpperCase() }) }, timestamp: pino.stdTimeFunctions.isoTime },
    stream,
  )
  logger.error('one')
  logger.warn('none')
  const bytes = Buffer.from('{"level":"error","msg":"zwölf €"}\r\n{"level":30,"res":{"statusCode":"503"}}\n')
  for (const byte of bytes) stream.write(Buffer.from([byte]))
  await stream.flush()
  t.match(stream.stats(), { observed: 4, errors: 3, skipped: 0 })
  stream.destroy()
  await once(stream, 'close')
})

t.test('a stream that is destroyed with an error closes without one', async (t) => {
  const stream = await logsirenPino()
  stream.destroy(new Error('somebody else failed'))
  await t.resolves(once(stream, 'close'))
})

t.test('refuses bad options, with a sentence for functions', async (t) => {
  await t.rejects(logsirenPino({ url: 'nonsense', threshold: -1 }), {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'url' }, { path: 'threshold' }],
  })
  await t.rejects(logsirenPino({ format: () => '' } as object), { message: /`format`/ })
})

t.test('counts a last line that has no newline', async (t) => {
  const stream = await logsirenPino({ url: 'http://127.0.0.1:9/', threshold: 1000 })
  stream.end('{"level":50,"msg":"cut by a crash"}')
  await once(stream, 'close')
  t.match(stream.stats(), { observed: 1, errors: 1 })
})
