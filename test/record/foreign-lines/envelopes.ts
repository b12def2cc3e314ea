import t from 'tap'
import { enclosedIn, mayBeEnvelope } from '../../../src/record/foreign-lines/envelopes.js'

const content = 'ERROR no stock\n'
const envelopes: readonly (readonly [members: object, source: string, level?: string])[] = [
  [{ log: content, stream: 'stderr', time: '2026-11-28T02:50:01Z' }, '{stderr'],
  [{ date: 1790000000.1, log: content, kubernetes: { pod_name: 'web-1', container_name: 'app' } }, '{web-1/app'],
  [
    { _PID: '71', MESSAGE: content, PRIORITY: '6', SYSLOG_IDENTIFIER: 'app', __REALTIME_TIMESTAMP: '1790000000000000' },
    '{app71',
  ],
  [{ MESSAGE: [...Buffer.from(content)], PRIORITY: '3' }, '{', 'error'],
  [{ message: content, timestamp: '2026-11-28T02:50:01Z', type: 'err', process_id: 0, app_name: 'api' }, '{api'],
  [{ timestamp: 1790000000000, message: content }, '{'],
  [{ '@timestamp': '2026-11-28 02:50:01.123', '@message': content, '@logStream': 'web' }, '{web'],
  [{ insertId: 'x', textPayload: content, severity: 'ERROR', logName: 'run' }, '{run', 'error'],
]

t.test('opens what carries the line of another program', (t) => {
  for (const [members, source, level] of envelopes) {
    const line = JSON.stringify(members)
    t.ok(mayBeEnvelope(`x\n${line}\n`, 2, line.length + 3), line)
    t.match(enclosedIn(members), { content, source, level, isPart: false }, line)
    const spaced = line.replaceAll('":', '": ')
    t.ok(mayBeEnvelope(spaced, 0, spaced.length), spaced)
  }
  t.match(enclosedIn({ jsonPayload: { message: 'x' }, severity: 'INFO' }), {
    content: { message: 'x' },
    level: undefined,
  })
  t.match(enclosedIn({ log: 'x'.repeat(16_384), stream: 'stdout' }), { isPart: true })
  t.end()
})

t.test('takes no line of a logger for one', (t) => {
  for (const members of [
    { level: 50, msg: 'x' },
    { message: 'x', level: 'error' },
    { message: 'x', level: 'error', timestamp: '2026-11-28T02:50:01Z' },
    { timestamp: '2026-11-28T02:50:01Z', message: 'x', level: 'info' },
    { time: 1790000000000, level: 30, msg: 'x' },
    { '@timestamp': '2026-11-28T02:50:01Z', 'log.level': 'error', message: 'x' },
    { severity: 'ERROR', message: 'x' },
    { '@timestamp': '2026-11-28T02:50:01Z', log: { level: 'error', logger: 'shop' }, message: 'x' },
    { log: { level: 'error' }, message: 'x', level: 'error' },
    { timestamp: 1790000000000, message: 'x', orderId: 7 },
  ]) {
    const line = JSON.stringify(members)
    t.notOk(mayBeEnvelope(line, 0, line.length) && enclosedIn(members) !== undefined, line)
  }
  t.end()
})
