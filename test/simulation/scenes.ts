// Combined troubles, which find faults that none of them finds alone: each scene is two to five actions around one moment.
import { allOff, tweak, withRules } from './documents.js'
import type { Action, Plan, RuleKind } from './plan.js'
import type { Dice } from './random.js'
import { STEPS_MS } from './troubles.js'

export interface Stage {
  readonly fleet: Pick<Plan, 'versions' | 'rules' | 'processes'>
  readonly dice: Dice
  readonly atMs: number
  readonly process: string
  /** The url of the shared rule in that process. */
  readonly sharedUrl: string
  /** The url of the grouped rule in that process. */
  readonly groupedUrl: string
}

type Scene = (stage: Stage) => readonly Action[]
type Receiver = Omit<Action & { kind: 'receiver' }, 'kind' | 'url' | 'atMs' | 'forMs'>

function burst({ process }: Stage, atMs: number, rule: RuleKind, count: number, spanMs: number = 50): Action {
  return { kind: 'burst', process, atMs, rule, count, spanMs, ...(rule === 'grouped' && { group: 'g0' }) }
}

function storm({ process, dice }: Stage, atMs: number, low: number, high: number): Action {
  return { kind: 'storm', process, atMs, groups: Math.round(dice.between(low, high)), each: 3, spanMs: 300 }
}

function receiver(url: string, atMs: number, forMs: number, how: Receiver): Action {
  return { kind: 'receiver', url, atMs, forMs, ...how }
}

const failing = (dice: Dice): Receiver =>
  dice.pick<Receiver>([
    { mode: 'status', status: 503 },
    { mode: 'status', status: 500 },
    { mode: 'refuse' },
    { mode: 'status', status: 503, retryAfterSeconds: 40 },
  ])

/** Many errors just as the config changes what an error is. */
const changeInBurst: Scene = (stage) => {
  const { dice, atMs } = stage
  const count = Math.round(dice.between(1100, 2000))
  const document = tweak(Math.floor(dice.between(0, 1e6)), dice.pick([300, 400, 450]))
  return [{ kind: 'config', atMs: atMs - dice.between(0, 25), ...document }, burst(stage, atMs, 'shared', count, 20)]
}

/** A queue of alerts for a receiver that is slow, and then fails. */
const slowQueue: Scene = (stage) => {
  const { dice, atMs, groupedUrl } = stage
  const slowMs = dice.between(30_000, 90_000)
  const slow = receiver(groupedUrl, atMs - 500, slowMs, { mode: 'slow', delayMs: dice.between(600, 2800) })
  const then = dice.chance(0.6)
    ? [receiver(groupedUrl, atMs + slowMs - 400, dice.between(2500, 12_000), failing(dice))]
    : []
  return [slow, storm(stage, atMs, 30, 70), ...then]
}

/** A queue of alerts for a slow receiver while Redis is away, and a config that no process reads meanwhile. */
const outageQueue: Scene = (stage) => {
  const { fleet, dice, atMs, groupedUrl } = stage
  const outageMs = dice.between(7000, 12_000)
  const note = Math.floor(dice.between(0, 1e6))
  const document = dice.chance(0.5) ? allOff(fleet, note) : tweak(note, 400)
  return [
    { kind: dice.pick(['redis down', 'redis hang'] as const), atMs, forMs: outageMs },
    receiver(groupedUrl, atMs, 90_000, { mode: 'slow', delayMs: dice.between(700, 2500) }),
    storm(stage, atMs + dice.between(0, 3000), 40, 90),
    { kind: 'config', atMs: atMs + outageMs + dice.between(100, 3000), ...document },
  ]
}

/** A rule is dropped while its alert waits, or while a queue of its alerts is being delivered. */
const ruleGoes: Scene = (stage) => {
  const { fleet, dice, atMs, sharedUrl, groupedUrl } = stage
  const note = Math.floor(dice.between(0, 1e6))
  const isQueue = dice.chance(0.4)
  const rule = isQueue ? 'grouped' : 'shared'
  const document = dice.chance(0.3)
    ? allOff(fleet, note)
    : withRules(fleet, note, { rule, how: dice.pick(['gone', 'off'] as const) })
  const change: Action = { kind: 'config', atMs: atMs + dice.between(1000, 4000), ...document }
  if (isQueue)
    return [
      receiver(groupedUrl, atMs - 500, 80_000, { mode: 'slow', delayMs: dice.between(600, 2500) }),
      storm(stage, atMs, 30, 70),
      change,
    ]
  const how = dice.chance(0.3) ? { mode: 'status' as const, status: 403 } : failing(dice)
  return [
    receiver(sharedUrl, atMs - 500, dice.between(8000, 20_000), how),
    burst(stage, atMs, 'shared', fleet.rules.shared.threshold),
    change,
  ]
}

/** A process is killed while it sends an alert. */
const killedTelling: Scene = (stage) => {
  const { fleet, dice, atMs, process, sharedUrl } = stage
  return [
    receiver(sharedUrl, atMs - 500, 8000, { mode: 'slow', delayMs: dice.between(800, 2900) }),
    burst(stage, atMs, 'shared', fleet.rules.shared.threshold + 1),
    { kind: 'kill', process, atMs: atMs + 300, forMs: dice.between(500, 40_000) },
  ]
}

/** Errors as soon as a suspended machine wakes up, and some or none before it was suspended. */
const wakeUp: Scene = (stage) => {
  const { fleet, dice, atMs, process } = stage
  const rule = dice.pick(['shared', 'own'] as const)
  const { threshold } = fleet.rules[rule]
  const forMs = dice.between(8000, 70_000)
  const before = dice.chance(0.4) ? [burst(stage, atMs - 20, rule, threshold - 1, 10)] : []
  const after = before.length > 0 ? dice.pick([1, threshold]) : threshold
  return [
    ...before,
    { kind: 'suspend', process, atMs, forMs },
    burst(stage, atMs + forMs + dice.between(1, 600), rule, after),
  ]
}

/** Many groups get errors again and again while Redis is away. */
const roaringOutage: Scene = ({ dice, atMs, process }) => [
  {
    kind: 'roar',
    process,
    atMs,
    groups: Math.round(dice.between(300, 900)),
    everyMs: dice.between(60, 150),
    forMs: 10_000,
  },
  {
    kind: dice.pick(['redis down', 'redis hang'] as const),
    atMs: atMs - dice.between(0, 1000),
    forMs: dice.between(9000, 13_000),
  },
]

/** The server's clock goes back after a delivery, while an alert waits, or in the midst of a window. */
const stepBack: Scene = (stage) => {
  const { fleet, dice, atMs, sharedUrl } = stage
  const { threshold, windowSeconds, cooldownSeconds } = fleet.rules.shared
  const windowMs = 1000 * windowSeconds
  const kind = dice.pick(['cooling', 'waiting', 'window', 'again'] as const)
  const byMs = kind === 'window' ? 0.9 * windowMs : dice.pick(STEPS_MS)
  const step: Action = { kind: 'step', atMs, byMs: -byMs }
  if (kind === 'window')
    return [
      burst(stage, atMs - 0.5 * windowMs, 'shared', threshold - 1),
      step,
      burst(stage, atMs + 1.1 * windowMs, 'shared', threshold - 1),
    ]
  if (kind === 'again') {
    // After the step the clock shows the time of these errors again.
    const earlier = burst(stage, Math.max(1000, atMs - byMs + 2000), 'shared', threshold - 1)
    return [earlier, step, burst(stage, atMs + dice.between(3000, 0.9 * windowMs), 'shared', threshold - 1)]
  }
  const waiting = kind === 'waiting' ? [receiver(sharedUrl, atMs - 3500, 5000, { mode: 'status', status: 503 })] : []
  const later = burst(stage, atMs + 1000 * cooldownSeconds + dice.between(2000, 6000), 'shared', threshold + 1)
  return [...waiting, burst(stage, atMs - 3000, 'shared', threshold), step, later]
}

/** Errors wait while Redis hangs and its clock steps back; few come afterwards. */
const stepAndHang: Scene = (stage) => {
  const { fleet, dice, atMs } = stage
  const { threshold, windowSeconds } = fleet.rules.own
  const forMs = 1000 * windowSeconds + dice.between(5000, 15_000)
  return [
    { kind: 'step', atMs: atMs - dice.between(500, 8000), byMs: -dice.pick([60_000, 3_600_000]) },
    { kind: 'redis hang', atMs, forMs },
    burst(stage, atMs + dice.between(100, 2000), 'own', threshold - 1),
    burst(stage, atMs + forMs + dice.between(1000, 6000), 'own', dice.pick([1, threshold - 1])),
  ]
}

/** A receiver refuses and is repaired; the rule is switched off, and on again by the same document as before. */
const offAndOn: Scene = (stage) => {
  const { fleet, dice, atMs, sharedUrl } = stage
  const note = Math.floor(dice.between(0, 1e6))
  const before = tweak(note, 500)
  const off = dice.chance(0.5) ? allOff(fleet, note) : tweak(note + 1, 400)
  const refused = receiver(sharedUrl, atMs - 1000, 6000, { mode: 'status', status: dice.pick([410, 403]) })
  const offMs = dice.between(9000, 14_000)
  return [
    { kind: 'config', atMs: Math.max(500, atMs - 17_000), ...before },
    refused,
    burst(stage, atMs, 'shared', fleet.rules.shared.threshold),
    { kind: 'config', atMs: atMs + offMs, ...off },
    { kind: 'config', atMs: atMs + offMs + dice.between(5000, 25_000), ...before },
  ]
}

/** The receiver at one url asks for a long wait; a process with another url for the rule crosses the threshold. */
const otherUrlWaits: Scene = (stage) => {
  const { fleet, dice, atMs, process, sharedUrl } = stage
  const { threshold, cooldownSeconds } = fleet.rules.shared
  const version = fleet.processes.find(({ name }) => name === process)?.version
  const other = fleet.processes.find((one) => one.version !== version)
  const wait: Receiver = { mode: 'status', status: 503, retryAfterSeconds: dice.pick([40, 600, 3600]) }
  const later = dice.between(4000, 20_000) + 1000 * cooldownSeconds
  const crossing = burst(stage, atMs, 'shared', threshold)
  return [
    receiver(sharedUrl, atMs - 500, dice.between(2000, 8000), wait),
    crossing,
    ...(other === undefined ? [] : [burst({ ...stage, process: other.name }, atMs + later, 'shared', threshold)]),
  ]
}

/** More groups cross than may be told one by one, while their receiver is slow or fails; more follow before it is well again. */
const stormOfMany: Scene = (stage) => {
  const { fleet, dice, atMs, process, groupedUrl } = stage
  const { maxAlertsPerMinute: limit, threshold, cooldownSeconds } = fleet.rules.grouped
  if (limit === undefined) return []
  const trouble = dice.pick([
    [],
    [receiver(groupedUrl, atMs - 500, 9000, { mode: 'slow', delayMs: dice.between(600, 2900) })],
    [receiver(groupedUrl, atMs - 500, dice.between(3000, 20_000), failing(dice))],
  ])
  const others = dice.pick(fleet.processes).name
  const later = atMs + dice.between(300, 1000 * cooldownSeconds + 5000)
  const killed: Action[] = dice.chance(0.3)
    ? [{ kind: 'kill', process, atMs: atMs + dice.between(100, 900), forMs: dice.between(500, 15_000) }]
    : []
  return [
    ...trouble,
    ...killed,
    storm(stage, atMs, limit + 1, limit + 40),
    { ...storm(stage, later, 2, limit + 20), process: others },
    // A group of its own, once the minute is over.
    {
      kind: 'burst',
      process: others,
      atMs: later + 65_000,
      rule: 'grouped',
      group: 'h0',
      count: threshold,
      spanMs: 50,
    },
  ]
}

/** A storm of groups in a silence of the rule, or of one of them; what is still above its threshold afterwards gets one error more. */
const silentStorm: Scene = (stage) => {
  const { fleet, dice, atMs, process } = stage
  const forMs = Math.round(dice.between(3000, 15_000))
  const group = dice.chance(0.4) ? { group: 'g1' } : {}
  const after = ['g1', 'g2', 'g3'].map((name, i): Action => {
    const afterMs = atMs + forMs + 200 * (i + 1)
    return { kind: 'burst', process, atMs: afterMs, rule: 'grouped', group: name, count: 1, spanMs: 0 }
  })
  const windowMs = 1000 * fleet.rules.grouped.windowSeconds
  return [
    { kind: 'silence', atMs, forMs, rule: 'grouped', ...group },
    storm(stage, atMs + forMs - dice.between(500, windowMs - 2500), 4, 20),
    ...after,
  ]
}

/** A silence begins or ends while Redis cannot be reached, or as a process starts. */
const silenceInTrouble: Scene = (stage) => {
  const { fleet, dice, atMs, process } = stage
  const { threshold } = fleet.rules.shared
  const forMs = Math.round(dice.between(8000, 30_000))
  const trouble = dice.pick<Action>([
    { kind: 'redis down', atMs: atMs + 4000, forMs: dice.between(7000, 12_000) },
    { kind: 'redis hang', atMs: atMs + forMs - 2000, forMs: dice.between(4000, 9000) },
    { kind: 'restart', process, atMs: atMs + 2000, version: 0 },
    { kind: 'suspend', process, atMs: atMs - 1000, forMs: dice.between(3000, 12_000) },
    { kind: 'step', atMs: atMs + 3000, byMs: dice.pick([-60_000, -9000, 9000]) },
  ])
  const times = [0.3, 0.7, 0.9].map((part) => atMs + part * forMs)
  return [
    { kind: 'silence', atMs, forMs, rule: 'shared' },
    trouble,
    ...times.map((ms) => burst(stage, ms, 'shared', threshold)),
    burst(stage, atMs + forMs + dice.between(100, 2000), 'shared', threshold),
  ]
}

/** All scenes: how likely a seed has each, and the kinds of trouble that `--only` must allow for it. */
export const scenes: Readonly<
  Record<string, { readonly chance: number; readonly needs: readonly string[]; readonly make: Scene }>
> = {
  changeInBurst: { chance: 0.12, needs: ['config'], make: changeInBurst },
  slowQueue: { chance: 0.08, needs: ['storm', 'slow'], make: slowQueue },
  outageQueue: { chance: 0.08, needs: ['storm', 'slow', 'down'], make: outageQueue },
  ruleGoes: { chance: 0.12, needs: ['config'], make: ruleGoes },
  killedTelling: { chance: 0.12, needs: ['kill'], make: killedTelling },
  wakeUp: { chance: 0.15, needs: ['suspend'], make: wakeUp },
  roaringOutage: { chance: 0.05, needs: ['roar'], make: roaringOutage },
  stepBack: { chance: 0.12, needs: ['back'], make: stepBack },
  stepAndHang: { chance: 0.08, needs: ['back', 'hang'], make: stepAndHang },
  offAndOn: { chance: 0.08, needs: ['config', 's410'], make: offAndOn },
  otherUrlWaits: { chance: 0.12, needs: ['wait'], make: otherUrlWaits },
  stormOfMany: { chance: 0.3, needs: ['many', 'storm'], make: stormOfMany },
  silentStorm: { chance: 0.12, needs: ['silence', 'storm'], make: silentStorm },
  silenceInTrouble: { chance: 0.15, needs: ['silence'], make: silenceInTrouble },
}
