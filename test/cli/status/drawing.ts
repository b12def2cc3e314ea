import t from 'tap'
import { drawStatus } from '../../../src/cli/status/drawing.js'
import type { PendingNews, RecentNews, Status, StatusProcess, StatusRow } from '../../../src/control/status.js'
import { blankRow, blankStatus } from '../../fixtures/status.js'

const row = { ...blankRow, rule: 'db', count: 7 }
const { now } = blankStatus

const process: StatusProcess = {
  service: 'shop',
  hostname: 'web-1',
  pid: 4242,
  version: '1.2.3',
  logger: 'pino',
  seen_at: '2026-11-28T11:59:57.000Z',
  lines_per_minute: 1234,
  config: 'document',
}
const receiver = { host: 'hooks.slack.com', format: 'slack', last_answer: null } as const
const waiting: PendingNews = {
  id: 'b',
  kind: 'alert',
  count: 30,
  raised_at: now,
  tries: 2,
  state: 'waiting',
  next_attempt_at: '2026-11-28T12:00:30.000Z',
  attempts: [{ at: now, outcome: 'serverError, status 503: try\nlater' }],
}
const news: RecentNews = {
  id: 'a',
  kind: 'alert',
  rule: 'db',
  count: 11,
  threshold: 10,
  window_seconds: 60,
  raised_at: now,
  ended_at: '2026-11-28T09:55:12.000Z',
  outcome: 'delivered',
  tries: 2,
  attempts: [],
  sample: { status_code: 503, error_message: `db\n${'x'.repeat(99)}` },
}

/** What is drawn, as lines. */
const draw = (change: Partial<Status>, columns = 120): string[] =>
  drawStatus({ ...blankStatus, processes: [process], ...change }, { configKey: 'the:key', columns })
    .trimEnd()
    .split('\n')

t.test(
  'draws a row for each rule and group, what is not delivered, receivers, processes, and what is over with',
  async (t) => {
    const last_answer = { at: '2026-11-28T11:55:12.000Z', outcome: 'clientError, status 403: no', delivered: false }
    const rows: StatusRow[] = [
      {
        ...row,
        count: 1234,
        cooldown_left_seconds: 12,
        receiver: { ...receiver, last_answer },
        last_alert: { id: 'a', count: 11, delivered_at: '2026-11-28T11:55:12.000Z' },
      },
      {
        ...row,
        enabled: false,
        group_by: { model: 'x\u001b[2J', tenant: null },
        pending: waiting,
        receiver: { ...receiver, last_answer },
      },
      {
        ...row,
        rule: 'pay',
        receiver: { ...receiver, last_answer: { at: now, outcome: 'status 204', delivered: true } },
      },
      { ...row, rule: 'quiet', receiver },
    ]
    const lines = draw({ rows, recent: [news] })
    t.match(lines, [
      /^rule +group +errors +threshold +cooldown +alert +last alert$/,
      /^db +- +██████████ +1,234 +10 in 60 s +12 s +- +4 min ago$/,
      /^db \(off\) +model=x tenant=null +███████░░░ +7 +10 in 60 s +- +waiting +-$/,
      /^pay +- +███████░░░ +7 /,
      /^quiet /,
      /^$/,
      /^Not delivered$/,
      /^rule +group +what +tries +next try +why$/,
      /^db +model=x tenant=null +waiting +2 +in 30 s +serverError, status 503: try later$/,
      /^$/,
      /^Receivers$/,
      /^rule +receiver +format +last answer$/,
      /^db +hooks\.slack\.com +slack +not delivered 4 min ago: clientError, status 403: no$/,
      /^pay +hooks\.slack\.com +slack +delivered 0 s ago: status 204$/,
      /^quiet +hooks\.slack\.com +slack +not asked yet$/,
      /^$/,
      /^Processes$/,
      /^service +host +pid +logger +version +lines\/min +seen +config$/,
      /^shop +web-1 +4242 +pino +1\.2\.3 +1,234 +3 s ago +stored$/,
      /^$/,
      /^Lately$/,
      /^2 h ago +alert +db +- +delivered, 2 tries +11 errors: db x+…$/,
    ])
    t.equal(lines.length, 22)
    t.notMatch(lines.join(), /\u001b/)
    t.match(
      draw({ rows: rows.slice(0, 1) })[0],
      /^rule +errors +threshold/,
      'no column for groups where there are none',
    )
  },
)

t.test('shows errors as a share of the requests where a rule has percent', (t) => {
  const share = { ...row, rule: 'share', percent: 5 }
  const rows: StatusRow[] = [
    { ...row, count: 1234 },
    { ...share, count: 12, requests: 240 },
    { ...share, rule: 'half', count: 1000, requests: 40_000 },
    { ...share, rule: 'night', count: 3, requests: 3 },
    { ...share, rule: 'none', count: 0, requests: 0, percent: 0.1 },
  ]
  const lines = draw({
    rows,
    recent: [{ ...news, requests: 220, percent: 5, sample: { ...news.sample, error_message: '' } }],
  })
  t.match(lines, [
    /^rule +errors of requests +threshold +cooldown +alert +last alert$/,
    /^db +██████████ +1,234 +10 in 60 s +-/,
    /^share +██████████ +12 of 240 \(5 %\) +10 and 5 % in 60 s +-/,
    /^half +█████░░░░░ +1,000 of 40,000 \(2\.5 %\) +10 and 5 % in 60 s +-/,
    /^night +███░░░░░░░ +3 of 3 \(100 %\) +10 and 5 % in 60 s +-/,
    /^none +░░░░░░░░░░ +0 of 0 \(0 %\) +10 and 0\.1 % in 60 s +-/,
  ])
  t.match(lines.at(-1), /^2 h ago +alert +db +- +delivered, 2 tries +11 of 220 requests \(5 %\)$/)
  t.end()
})

t.test('shows what is silenced and what was counted in it, and silences that mute nothing', (t) => {
  const silence = { id: 'abcd1234', until: '2026-11-28T12:28:00.000Z', by: 'ada\u001b[2J', reason: 'a\ndeploy' }
  const silences = [
    { ...silence, rule: 'db', created_at: now, mutes: 2 },
    { id: 'wxyz7890', until: '2026-11-28T15:00:00.000Z', created_at: now, mutes: 3 },
    { id: 'none0000', rule: 'x', group: { model: 'm' }, until: '2026-12-03T15:00:00.000Z', created_at: now, mutes: 0 },
  ]
  const rows: StatusRow[] = [
    { ...row, silence: { ...silence, errors: 1234 } },
    {
      ...row,
      group_by: { model: 'm' },
      pending: waiting,
      silence: { id: 'wxyz7890', until: '2026-11-28T15:00:00.000Z', errors: 0 },
    },
    { ...row, rule: 'pay' },
  ]
  const lines = draw({ rows, silences })
  t.match(lines.slice(1, 4), [/^db +- .* silenced +-$/, /^db +model=m .* waiting, silenced +-$/, /^pay .* - +-$/])
  const from = lines.indexOf('Silenced')
  t.match(lines.slice(from, from + 10), [
    'Silenced',
    /^rule +group +errors +ends +by +reason$/,
    /^db +- +1,234 +in 28 min +ada +a deploy$/,
    /^db +model=m +0 +in 3 h +- +-$/,
    '',
    'Silences',
    /^id +mutes +ends +by +reason$/,
    /^abcd1234 +db +in 28 min +ada +a deploy$/,
    /^wxyz7890 +all rules +in 3 h +- +-$/,
    /^none0000 +x model=m \(none is known\) +in 5 d +- +-$/,
  ])
  const many = Array.from({ length: 100 }, (_, at) => ({ ...silences[1], id: `id${at}` })) as Status['silences']
  t.ok(draw({ silences: many }).includes('and 70 more'))
  t.match(draw({ silences, processes: [] }).join(), /^(?!Nothing is known).*abcd1234/s)
  t.end()
})

t.test('says when an attempt comes: now, later, or it runs', async (t) => {
  const nextOf = (pending: Partial<PendingNews>): string | undefined =>
    draw({ rows: [{ ...row, pending: { ...waiting, ...pending } }] }).find((line) =>
      /^db .*(2|1) tr|^db +- +(end )?(sending|waiting|parked)/.test(line),
    )
  t.match(nextOf({ next_attempt_at: now }), /^db +- +waiting +2 +now +serverError/)
  t.match(nextOf({ next_attempt_at: null, state: 'sending', attempts: [] }), /^db +- +sending +2 +- +-$/)
  t.match(nextOf({ kind: 'resolved', state: 'parked' }), /^db +- +end parked +2 +in 30 s/)
})

t.test('says first what makes all else mean something else', async (t) => {
  const [rows, dead] = [[row], { processes: [], last_observed_at: '2026-11-28T09:00:00.000Z' }]
  t.strictSame(draw({ rows, ...dead }, 1000).slice(0, 2), [
    'No process has been heard of within the last minute: nobody counts errors or sends alerts. Lines were last read 3 h ago.',
    '',
  ])
  t.match(draw({ rows, processes: [] }, 1000)[0], /sends alerts\.$/)
  const config = { state: 'invalid', problem: 'Expected `threshold` to be a number' } as const
  t.strictSame(draw({ rows, config }, 1000).slice(0, 2), [
    'The stored config is not valid: Expected `threshold` to be a number. Processes keep the last good one that they have read; a process that starts now uses its options in code.',
    '',
  ])
  t.match(draw({ rows, config, processes: [{ ...process, config: 'last_good' }] }).at(-1), / last good$/)
  t.match(
    draw({ rows, processes: [{ ...process, config: 'options', service: '', hostname: '' }] }).at(-1),
    /^- +- +4242 .* its options$/,
  )
  t.match(draw({})[0], /^No rule is known/)
})

t.test('says that nothing is known, where that is likely the wrong database or key', async (t) => {
  const text = draw({ processes: [] }, 1000)
  t.strictSame(text, [
    'Nothing is known under the key the:key in this database: no process has told of itself, and no config is stored. Is it the right database and key?',
  ])
  for (const known of [
    { rows: [row] },
    { recent: [news] },
    { totals: { errors: 1 } },
    { config: { state: 'valid', problem: null } as const },
  ])
    t.notMatch(draw({ processes: [], ...known }).join(), /Nothing is known/)
})

t.test('says how much is not shown', async (t) => {
  t.match(draw({ rows: [row], rows_beyond: 1234 })[2], '1,234 more rules and groups are not shown: the busiest are.')
  t.match(draw({ rows: [row], rows_beyond: 1 })[2], '1 more rule or group is not shown: the busiest are.')
  const processes = Array.from({ length: 1001 }, (_, pid) => ({ ...process, pid }))
  t.strictSame(draw({ processes }).slice(-2), [
    'shop     web-1  29   pino    1.2.3    1,234      3 s ago  stored',
    'and 971 more',
  ])
  const rows = Array.from({ length: 12 }, (_, i) => ({ ...row, group_by: { model: `m${i}` }, pending: waiting }))
  t.ok(draw({ rows }).includes('and 2 more'))
})

t.test('draws only so many rules and groups as there is room for: what is pending, and the busiest', (t) => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ ...row, group_by: { model: `m${i}` }, count: i }))
  const parked = { ...row, rule: 'zz', count: 0, pending: waiting }
  const status = { ...blankStatus, processes: [process], rows: [...rows, parked], rows_beyond: 100 }
  const lines = drawStatus(status, { configKey: 'k', columns: 120, mostRows: 3 }).split('\n')
  t.match(lines.slice(1, 5), [/model=m38 /, /model=m39 /, /^zz .*waiting/, '138 more rules and groups are not shown'])
  t.match(lines.join('\n'), /Not delivered\n[\s\S]*zz[\s\S]*Processes\n/)
  t.end()
})

t.test('a long name hides no other column, whatever the terminal’s width', async (t) => {
  const long = (text: string): string => text.repeat(200).slice(0, 200)
  const outcome = `clientError, status 403: ${long('x')}`
  const rows: StatusRow[] = [
    {
      ...row,
      rule: 'a'.repeat(64),
      group_by: { model: `${long('m')}1` },
      pending: { ...waiting, attempts: [{ at: now, outcome }] },
    },
    { ...row, group_by: { model: `${long('m')}2`, path: long('/p') }, count: 1_000_000, cooldown_left_seconds: 300 },
    {
      ...row,
      rule: 'b'.repeat(64),
      receiver: {
        host: `${long('h.')}test`,
        format: 'googlechat',
        last_answer: { at: now, outcome, delivered: false },
      },
      last_alert: { id: 'a', count: 1, delivered_at: '2026-11-28T11:55:12.000Z' },
    },
  ]
  const processes = [{ ...process, service: long('s'), hostname: long('h'), config: 'last_good' as const }]
  const recent = [{ ...news, rule: 'c'.repeat(64), group_by: { model: long('m') } }]
  for (const columns of [79, 99, 120, 200]) {
    const lines = draw({ rows, processes, recent, rows_beyond: 3 }, columns)
    for (const line of lines) t.ok(line.length <= columns, `${line.length} of ${columns}: ${line}`)
    t.match(lines[1], /^aaa.* model=m*…m+1 .*\b7 +10 in 60 s +- +waiting +-$/)
    t.match(lines[2], /^db .*….* 1,000,000 +10 in 60 s +5 min +- +-$/)
    t.match(lines[3], /^bbb.*\b7 +10 in 60 s +- +- +4 min ago$/)
    t.match(
      lines.find((line) => / in 30 s /.test(line)),
      /^aaa.* waiting +2 +in 30 s +clientError,/,
    )
    t.match(
      lines.find((line) => / googlechat /.test(line)),
      /^bbb.* h.* googlechat +not delivered/,
    )
    t.match(
      lines.find((line) => / 4242 /.test(line)),
      /^sss.* hhh.* 4242 +pino +1\.2\.3 +1,234 +3 s ago +last good$/,
    )
    t.match(lines.at(-1)?.length, Number)
  }
})

t.test('says what is ignored, beside what is counted', async (t) => {
  const said = '1,234 errors were ignored, and 56 counted, by all processes together.'
  t.ok(draw({ totals: { ignored: 1234, errors: 56 } }).includes(said))
  t.ok(draw({ totals: { ignored: 1 } }).includes('1 error was ignored, and 0 counted, by all processes together.'))
  t.notMatch(draw({ totals: { errors: 5 } }).join('\n'), /ignored/)
})
