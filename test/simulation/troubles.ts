// Single troubles: what each kind does, how often it is drawn, and how long it lasts.
import { anyDocument } from './documents.js'
import type { Action, LineFault, Plan } from './plan.js'
import type { Dice } from './random.js'

/** A moment, a process and a url near which several troubles are drawn. */
export interface Incident {
  readonly atMs: number
  readonly process: string
  readonly url: string
}

export interface Drawing {
  readonly fleet: Pick<Plan, 'versions' | 'rules' | 'processes'>
  readonly dice: Dice
  readonly incident: Incident
  readonly atMs: number
  readonly forMs: number
}

export const STEPS_MS = [2000, 9000, 60_000, 3_600_000] as const
const RETRY_AFTER_SECONDS = [5, 40, 600, 3600] as const

type Draw = (drawing: Drawing) => Action

const line = (fault: LineFault, value: (dice: Dice) => number): Draw => {
  return ({ dice, incident: { process }, atMs, forMs }) => ({
    kind: 'line',
    process,
    fault,
    atMs,
    forMs,
    value: value(dice),
  })
}
const receiver = (
  more: (dice: Dice) => Pick<Action & { kind: 'receiver' }, 'mode' | 'status' | 'retryAfterSeconds' | 'delayMs'>,
): Draw => {
  return ({ dice, incident: { url }, atMs, forMs }) => ({ kind: 'receiver', url, atMs, forMs, ...more(dice) })
}
const status = (code: number): Draw => receiver(() => ({ mode: 'status', status: code }))
const atProcess = (kind: 'kill' | 'close' | 'suspend' | 'stall'): Draw => {
  return ({ incident: { process }, atMs, forMs }) => ({ kind, process, atMs, forMs })
}
const step =
  (sign: number): Draw =>
  ({ dice, atMs }) => ({ kind: 'step', atMs, byMs: sign * dice.pick(STEPS_MS) })

/** Each kind of trouble; its weight is about how many of it a seed has, if it has the kind at all. */
export const troubles: Readonly<Record<string, readonly [weight: number, draw: Draw]>> = {
  kill: [3, atProcess('kill')],
  close: [0.7, atProcess('close')],
  restart: [
    2,
    ({ fleet, dice, incident: { process }, atMs }) => ({
      kind: 'restart',
      process,
      atMs,
      version: Math.floor(dice.between(0, fleet.versions.length)),
    }),
  ],
  suspend: [1.5, atProcess('suspend')],
  stall: [1, atProcess('stall')],
  down: [2, ({ atMs, forMs }) => ({ kind: 'redis down', atMs, forMs })],
  hang: [2, ({ atMs, forMs }) => ({ kind: 'redis hang', atMs, forMs })],
  forget: [0.3, ({ atMs }) => ({ kind: 'redis forgets', atMs })],
  back: [0.7, step(-1)],
  ahead: [0.7, step(1)],
  'line-down': [2, line('down', () => 0)],
  'line-mute': [1, line('mute', () => 0)],
  'line-flaky': [2, line('flaky', (dice) => dice.between(0.1, 0.6))],
  'line-slow': [1, line('slow', (dice) => dice.between(100, 1400))],
  'line-thin': [1, line('thin', (dice) => dice.between(1, 60))],
  slow: [2, receiver((dice) => ({ mode: 'slow', delayMs: dice.between(300, 3300) }))],
  s503: [2, status(503)],
  wait: [
    2,
    receiver((dice) => ({
      mode: 'status',
      status: dice.pick([503, 429]),
      retryAfterSeconds: dice.pick(RETRY_AFTER_SECONDS),
    })),
  ],
  s500: [1, status(500)],
  s403: [1, status(403)],
  s410: [0.7, status(410)],
  deaf: [1, receiver(() => ({ mode: 'hang' }))],
  refuse: [1, receiver(() => ({ mode: 'refuse' }))],
  cut: [1, receiver(() => ({ mode: 'cut' }))],
  config: [2, ({ fleet, dice, atMs }) => ({ kind: 'config', atMs, ...anyDocument(fleet, dice) })],
  storm: [
    1,
    ({ dice, incident: { process }, atMs }) => ({
      kind: 'storm',
      process,
      atMs,
      groups: Math.floor(dice.between(10, 90)),
      each: 3,
      spanMs: dice.between(50, 1500),
    }),
  ],
}

/** How long a trouble lasts: less than a command's deadline, about that, about a lease, or longer than a window. */
export function durationMs(dice: Dice): number {
  const [low, high] = dice.weighted<readonly [number, number]>([
    [[300, 2500], 2],
    [[2500, 6000], 3],
    [[8000, 14_000], 3],
    [[15_000, 40_000], 2],
  ])
  return Math.round(dice.between(low, high))
}
