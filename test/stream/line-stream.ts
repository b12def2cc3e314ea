import { once } from 'node:events'
import t from 'tap'
import { createLineStream } from '../../src/stream/line-stream.js'
import { openTextIntake, type TextIntake } from '../../src/stream/text-intake.js'

const options = { url: 'http://127.0.0.1:9/', threshold: 1000 }
const isFine = (text: string): boolean => !text.includes('50')

t.test('lets fine lines go before there is a reader, and keeps the others in their order', async (t) => {
  let open = (_reader: TextIntake): void => {}
  const stream = createLineStream(new Promise((resolve) => (open = resolve)), isFine)
  const written: string[] = []
  const write = (text: string): void => void stream.write(text, () => written.push(text))
  write('{"level":30}\n{"lev')
  write('el":30}\n')
  write(`${'x'.repeat(1_048_577)}\n`)
  write('{"level":50}\n{"level":30}\n')
  write('{"level":30}\n')
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(written.length, 3, 'the first that must be read waits, and what comes after it')
  const reader = openTextIntake(options)
  open(reader)
  stream.end()
  await once(stream, 'close')
  t.equal(written.length, 5)
  t.match(reader.evaluator.stats(), { observed: 6, errors: 1, skipped: 1 })
})

t.test('hands everything to a reader that is there, and closes with it', async (t) => {
  const reader = openTextIntake(options)
  const stream = createLineStream(Promise.resolve(reader), isFine)
  stream.write(Buffer.from('{"level":50,"msg":"zw'))
  stream.write(Buffer.from([0xc3]))
  stream.write(Buffer.concat([Buffer.from([0xb6]), Buffer.from('lf"}\n')]))
  stream.write('not JSON at status":500\n')
  stream.end('{"level":60}')
  await once(stream, 'close')
  t.match(reader.evaluator.stats(), { observed: 3, errors: 2, skipped: 1 })
})

t.test('looks at nothing before what the logger may announce is there', async (t) => {
  const reader = openTextIntake(options)
  const judged: string[] = []
  let announced = (): void => {}
  const stream = createLineStream(
    Promise.resolve(reader),
    (text) => judged.push(text) > 0,
    () => new Promise<void>((resolve) => (announced = resolve)),
  )
  stream.write('{"level":50}\n')
  stream.write('{"level":50}\n')
  await new Promise((resolve) => setImmediate(resolve))
  t.match(reader.evaluator.stats(), { observed: 0 })
  announced()
  stream.end('{"level":50}\n')
  await once(stream, 'close')
  t.strictSame(judged, [], 'the reader had come meanwhile')
  t.match(reader.evaluator.stats(), { observed: 3, errors: 3 })
})

t.test('has taken what was written once it is handed on, however long that waits', async (t) => {
  let open = (_reader: TextIntake): void => {}
  let announced = (): void => {}
  const stream = createLineStream(
    new Promise((resolve) => (open = resolve)),
    isFine,
    () => new Promise<void>((resolve) => (announced = resolve)),
  )
  const reader = openTextIntake(options)
  stream.write('{"level":50}\n')
  stream.write('{"level":50}\n')
  let errors: number | undefined
  const taken = stream.taken().then(() => {
    errors = reader.evaluator.stats().errors
  })
  open(reader)
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(errors, undefined, 'the announcement is waited for')
  announced()
  await taken
  t.equal(errors, 2)
  stream.end('{"level":50}\n')
  await stream.taken()
  await once(stream, 'close')
  await stream.taken()
  t.match(reader.evaluator.stats(), { errors: 3 })
})
