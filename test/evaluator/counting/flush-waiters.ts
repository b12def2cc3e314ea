import t from 'tap'
import { FlushWaiters } from '../../../src/evaluator/counting/flush-waiters.js'
import { settled } from '../../fixtures/fake-clock.js'

interface Setup {
  readonly waiters: FlushWaiters
  readonly done: string[]
  readonly wait: (name: string, afterSubmission: number, untilError: number, isPatient?: boolean) => void
  /** A submission is answered; the errors up to that number are counted. */
  readonly answer: (submission: number, counted: number) => Promise<void>
}

function setUp(): Setup {
  const waiters = new FlushWaiters()
  const done: string[] = []
  const wait: Setup['wait'] = (name, afterSubmission, untilError, isPatient = false) =>
    void waiters.wait({ afterSubmission, untilError, isPatient }).then(() => done.push(name))
  const answer: Setup['answer'] = async (submission, counted) => {
    waiters.answered(submission, (untilError) => untilError > counted)
    await settled()
  }
  return { waiters, done, wait, answer }
}

t.test('lets each go once a submission that began afterwards has brought all that it waits for', async (t) => {
  const { waiters, done, wait, answer } = setUp()
  t.ok(waiters.isEmpty)
  wait('early', 0, 5)
  wait('late', 1, 5)
  wait('later', 1, 8)
  await answer(1, 4)
  t.strictSame(done, [], 'not while something still waits')
  await answer(1, 5)
  t.strictSame(done, ['early'], 'nor by one that was under way')
  await answer(2, 5)
  t.strictSame(done, ['early', 'late'])
  await answer(3, 7)
  t.notOk(waiters.isEmpty)
  await answer(4, 100)
  t.strictSame(done, ['early', 'late', 'later'])
  t.ok(waiters.isEmpty)
})

t.test('lets all go at once', async (t) => {
  const { waiters, done, wait } = setUp()
  wait('one', 1, 1)
  wait('two', 9, 9, true)
  waiters.releaseAll()
  await settled()
  t.strictSame(done, ['one', 'two'])
  t.ok(waiters.isEmpty)
})

t.test('lets go those who need not wait for what may never come', async (t) => {
  const { waiters, done, wait, answer } = setUp()
  wait('patient', 1, 1, true)
  wait('other', 1, 1)
  waiters.releaseImpatient()
  await settled()
  t.strictSame(done, ['other'])
  t.notOk(waiters.isEmpty)
  await answer(2, 1)
  t.strictSame(done, ['other', 'patient'])
})
