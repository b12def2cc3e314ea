// The receivers of webhooks, by url, and the HTTP client of each process.
import type { Clock } from '../../src/clock.js'
import type { Answer, Get, HttpClient, Post } from '../../src/deliver/http-client.js'
import type { Owner, Timeline } from './events.js'
import { EPOCH_MS } from './host.js'
import type { Attempt, BeatSeen, Journal } from './journal.js'
import type { Dice } from './random.js'

export type ReceiverMode = 'ok' | 'slow' | 'status' | 'hang' | 'refuse' | 'cut'

export interface ReceiverState {
  readonly mode: ReceiverMode
  readonly status?: number | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly delayMs?: number | undefined
}

const ATTEMPT_TIMEOUT_MS = 3000
const CLIENT_DELAY_MS = 0.5

export type SimHttp = Pick<HttpClient, 'get' | 'post' | 'close'>

export interface HttpOptions {
  readonly timeline: Timeline
  readonly owner: Owner
  readonly clock: Clock
  readonly dice: Dice
  readonly journal: Journal
  readonly life: number
}

export class Receivers {
  readonly #states = new Map<string, ReceiverState>()
  readonly #onHit: (kind: string) => void

  constructor(onHit: (kind: string) => void) {
    this.#onHit = onHit
  }

  set(url: string, state: ReceiverState): void {
    this.#states.set(url, state)
  }

  healAll(): void {
    this.#states.clear()
  }

  clientOf({ timeline, owner, clock, dice, journal, life }: HttpOptions): SimHttp {
    const inFlight = new Set<(error: Error) => void>()
    let isClosed = false
    const onHit = this.#onHit
    const ask = <T extends BeatSeen>(given: Get, attempts: T[], attempt: T): Promise<Answer> =>
      new Promise((resolve, reject) => {
        if (isClosed) {
          reject(new DOMException('This operation was aborted', 'AbortError'))
          return
        }
        attempts.push(attempt)
        const timeoutMs =
          'timeoutMs' in given && typeof given.timeoutMs === 'number' ? given.timeoutMs : ATTEMPT_TIMEOUT_MS
        const finish = (end: () => void): void => {
          if (!inFlight.delete(fail)) return
          cancel()
          attempt.endMs = timeline.nowMs
          end()
        }
        const fail = (error: Error): void => finish(() => reject(error))
        inFlight.add(fail)
        const cancel = clock.after(timeoutMs, () => fail(new DOMException('No answer', 'TimeoutError')))
        const wayMs = CLIENT_DELAY_MS + dice.between(2, 15)
        timeline.at(timeline.nowMs + wayMs, () => {
          const state = this.#states.get(given.url) ?? { mode: 'ok' }
          if (state.mode !== 'ok') this.#onHit(nameOf(state))
          const answerMs = timeline.nowMs + wayMs + (state.delayMs ?? 0)
          if (state.mode === 'hang') return
          if (state.mode === 'refuse' || state.mode === 'cut') {
            if (state.mode === 'cut') attempt.status = 200
            const text = state.mode === 'cut' ? 'other side closed' : 'connect ECONNREFUSED'
            timeline.at(answerMs, () => fail(Object.assign(new Error(text), { code: 'ECONNRESET' })), { owner })
            return
          }
          const { status = 200, retryAfterSeconds } = state
          attempt.status = status
          attempt.retryAfterMs = 1000 * (retryAfterSeconds ?? 0)
          const answer: Answer = { status, retryAfterMs: retryAfterSeconds && 1000 * retryAfterSeconds, text: '' }
          const hear = (): void =>
            finish(() => {
              attempt.isHeard = true
              resolve(answer)
            })
          timeline.at(answerMs, hear, { owner })
        })
      })
    const close = async (): Promise<void> => {
      isClosed = true
      for (const fail of [...inFlight]) fail(new DOMException('This operation was aborted', 'AbortError'))
    }
    return {
      post: (given) => ask(given, journal.attempts, attemptOf(given, life, timeline.nowMs)),
      get: (given) => {
        onHit('beat')
        return ask(given, journal.beats, beatOf(life, timeline.nowMs))
      },
      close,
    }
  }
}

/** The name of a receiver's trouble among the kinds of hits. */
function nameOf({ mode, status, retryAfterSeconds }: ReceiverState): string {
  if (mode !== 'status') return `receiver ${mode}`
  return retryAfterSeconds === undefined ? `receiver ${status}` : 'receiver asks to wait'
}

/** The members of a payload that a journal needs; all rules have the format `json`. */
interface Received {
  readonly type: string
  readonly id: string
  readonly rule: string
  readonly alert_id?: string
  readonly group_by?: Readonly<Record<string, string>>
  readonly notice?: number
  readonly since?: string
  readonly duration_seconds?: number
  readonly count?: number
  readonly groups?: number
  readonly top?: { readonly group?: readonly { readonly value: string }[] }
  readonly sample?: { readonly error_message?: string }
}

const MESSAGE = 'failure of the kind '

/** The message of an error of a kind: letters, so that nothing of it is taken out of its shape. */
export function messageOf(error: string): string {
  return `${MESSAGE}${error}`
}

function beatOf(life: number, startMs: number): BeatSeen {
  return { life, startMs, endMs: undefined, status: undefined, isHeard: false, retryAfterMs: 0 }
}

function attemptOf({ url, body }: Post, life: number, startMs: number): Attempt {
  const received = JSON.parse(body) as Received
  return {
    ...beatOf(life, startMs),
    id: received.id,
    kind: received.type === 'log_error_resolved' ? 'end' : 'alert',
    alertId: received.alert_id ?? received.id,
    rule: received.rule,
    group: groupOf(received.group_by),
    url,
    raisedMs: raisedMs(received.id),
    notice: received.notice ?? 0,
    since: received.since ?? '',
    lastedMs: 1000 * (received.duration_seconds ?? 0),
    count: received.count ?? 0,
    groups: received.groups ?? 0,
    members: (received.top?.group ?? []).map(({ value }) => value.slice(value.indexOf('=') + 1)),
    error: errorOf(received.sample?.error_message ?? ''),
  }
}

function errorOf(message: string): string {
  return message.startsWith(MESSAGE) ? message.slice(MESSAGE.length) : ''
}

/** The value of a group; the grouped rule has one field. */
export function groupOf(groupBy: object | undefined): string {
  return groupBy === undefined ? '' : String(Object.values(groupBy)[0])
}

/** When the notice of this id was raised, or up to a second before, as long as the server's clock does not step. */
export function raisedMs(id: string): number {
  return Number(id.split('-')[0]) - EPOCH_MS - 1000
}
