// The heartbeat: while lines come in and can be counted, one process of the fleet asks a url now and then. So whoever watches for that
// says when nothing is logged, nothing runs, or nothing can be counted.
//
// No process is chosen to do it. Each that has read a line asks the store for the next beat when it is due, and the store gives it to the first
// one. Whoever made the last beat asks at once, the others a moment later: so one process goes on beating, and when it dies, or reads no
// more, another one takes the next.
import type { Clock } from '../clock.js'
import type { HttpClient } from '../deliver/http-client.js'
import { describeOutcome, type Outcome, outcomeOfAnswer, outcomeOfError } from '../deliver/outcome.js'
import { warningCodes } from '../errors.js'
import type { Beats } from '../store/store.js'
import { version } from '../version.js'
import type { Announcer } from './announcer.js'

export interface HeartbeatOptions {
  readonly clock: Clock
  readonly beats: Beats
  readonly http: Pick<HttpClient, 'get'>
  readonly announcer: Announcer
  readonly url: string
  readonly periodMs: number
  /** How many lines and records were handed in so far. */
  readonly lines: () => number
  /** Whether the store answers to what is counted. */
  readonly isCounting: () => boolean
}

/** How long a request may take. */
const TIMEOUT_MS = 3000
/** A beat whose process died in the midst of it, or whose request failed, is free again after this time. It outlasts a request. */
const LEASE_MS = 10_000
/** The others wait for so long at most, each for a time of its own, after a beat is due: so they seldom meet, and the store is asked for one after the other. */
const SPREAD_MS = 10_000
/** Processes that look at the same time do so within this time of each other: their clocks differ, and answers of the store take theirs. */
const TOGETHER_MS = 250
/** While there is nothing to tell of, a process looks this often whether it has read a line. */
const LOOK_MS = 1000

/** Begins to beat; the returned function stops it. It keeps no process alive. */
export function startHeartbeat(options: HeartbeatOptions): () => void {
  const { clock, beats, http, announcer, url, periodMs, lines, isCounting } = options
  const heartbeat = { url, periodMs, leaseMs: Math.min(LEASE_MS, periodMs) }
  const lookMs = Math.min(LOOK_MS, periodMs / 4)
  const spreadMs = Math.min(SPREAD_MS, periodMs / 4)
  /** Lines that are told of: those up to the last beat. */
  let toldLines = 0
  /** Lines when the next beat became due, or when this process last looked after that; and when that was. */
  let dueLines = 0
  let dueAtMs = clock.monotonicMs()
  /** The newest beat of the fleet that is known here. */
  let newest = ''
  let isFailing = false
  let isStopped = false
  let cancel = (): void => {}

  function plan(delayMs: number, task: () => void): void {
    if (!isStopped) cancel = clock.after(Math.ceil(delayMs), task)
  }

  /** Plans to look when the next beat is due, at once or after a part of the spread. */
  function planNext(waitMs: number, isFirst: boolean): void {
    plan(waitMs, () => {
      dueLines = lines()
      dueAtMs = clock.monotonicMs()
      if (isFirst) look()
      else plan(spreadMs * clock.random(), look)
    })
  }

  /** Asks for the beat where there is something to tell. */
  function look(): void {
    // In a whole period this process could not ask, or its requests failed: what was read before that is no sign of life any more.
    if (clock.monotonicMs() >= dueAtMs + periodMs) {
      toldLines = dueLines
      dueLines = lines()
      dueAtMs = clock.monotonicMs()
    }
    if (lines() > toldLines && isCounting()) void take()
    else plan(lookMs, look)
  }

  async function take(): Promise<void> {
    const readLines = lines()
    const askedAtMs = clock.monotonicMs()
    // Where the store does not answer nothing is told, which is what whoever watches has to see; the submitter warns of it.
    const claim = await beats.claim(heartbeat).catch(() => undefined)
    if (isStopped) return
    if (claim === undefined) return plan(lookMs, look)
    if (claim.kind === 'theirs') return plan(claim.waitMs + spreadMs * clock.random(), look)
    if (claim.kind === 'settled') {
      // It told of what was read before it, and this process may have looked how much that is only long after.
      const beatAtMs = askedAtMs - (periodMs - claim.waitMs)
      if (dueAtMs <= beatAtMs + TOGETHER_MS) toldLines = dueLines
      // Clocks differ: the beat that is known already says that this process came a little too early.
      const isEarly = claim.beat === newest
      newest = claim.beat
      return planNext(claim.waitMs, isEarly)
    }
    const claimedAtMs = clock.monotonicMs()
    const outcome = await ask()
    if (isStopped) return
    judge(outcome)
    // Another try may succeed, by this process or one that has another way to the url. A refusal would be the same, so it waits for its time.
    if (outcome.kind === 'retry') return plan(claimedAtMs + heartbeat.leaseMs - clock.monotonicMs(), look)
    newest = claim.beat
    toldLines = readLines
    planNext(claimedAtMs + periodMs - clock.monotonicMs(), true)
    // Where this is not heard the beat is free after its lease, and comes once more: better than one too few.
    await beats.settle(heartbeat, claim.beat).catch(() => undefined)
  }

  async function ask(): Promise<Outcome> {
    try {
      const headers = { 'user-agent': `logsiren/${version}` }
      return outcomeOfAnswer(await http.get({ url, headers, sentAtMs: clock.nowMs(), timeoutMs: TIMEOUT_MS }))
    } catch (error) {
      return outcomeOfError(error)
    }
  }

  /** Warns once until a beat has arrived again. */
  function judge(outcome: Outcome): void {
    const wasFailing = isFailing
    isFailing = outcome.kind !== 'delivered'
    if (!isFailing || wasFailing) return
    const text = `the heartbeat did not arrive (${describeOutcome(outcome)}); whoever watches for it may take this service for silent`
    announcer.warn(warningCodes.deliveryFailed, text)
  }

  plan(0, look)
  return () => {
    isStopped = true
    cancel()
  }
}
