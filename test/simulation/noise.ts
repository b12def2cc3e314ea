// What keeps noise down, in a seed: how many alerts its groups may begin, a rule for what is new with its errors, silences, and errors that no
// rule counts. Each part has dice of its own, so that it changes nothing of the rest of a seed.
import { type Action, HEARTBEAT_URL, type NovelPlan, ownRule, type Plan, type SharePlan } from './plan.js'
import type { Dice } from './random.js'

type Fleet = Pick<Plan, 'versions' | 'rules' | 'processes'>

const LETTERS = 'ghjkmnpqrt'

/** The name of a kind of errors, in letters, since digits are no part of a kind. */
export function kindName(number: number): string {
  return [...String(number)].map((digit) => LETTERS[Number(digit)]).join('')
}

/** How many alerts the groups of a rule may begin in a minute; undefined where that is without bound. */
export function drawLimit({ weighted }: Dice): number | undefined {
  return weighted<number | undefined>([
    [undefined, 4],
    [10, 2],
    [3, 2],
    [1, 1],
  ])
}

export function drawNovel({ pick, weighted }: Dice): NovelPlan {
  const threshold = weighted([
    [1, 3],
    [2, 1],
  ] as const)
  const [windowSeconds, cooldownSeconds] = [pick([5, 10]), pick([2, 10])]
  return { threshold, windowSeconds, cooldownSeconds, learnSeconds: pick([0, 0, 10, 30]) }
}

export function drawShare({ pick }: Dice): SharePlan {
  return {
    threshold: pick([2, 3, 5]),
    windowSeconds: pick([5, 10]),
    cooldownSeconds: pick([2, 10]),
    percent: pick([2, 10, 50, 100]),
  }
}

/** Requests that go well, few or many, and bursts of errors that are a large share of them or a small one. */
export function drawRequests(
  { processes }: Fleet,
  { threshold }: SharePlan,
  { between, pick, weighted, chance }: Dice,
  untilMs: number,
): Action[] {
  const actions: Action[] = []
  for (let atMs = between(500, 3000); atMs < untilMs + 30_000; atMs += between(300, 4000)) {
    const process = pick(processes).name
    const count = weighted<number>([
      [1, 2],
      [10, 2],
      [60, 2],
      [300, 1],
    ])
    actions.push({ kind: 'requests', process, atMs, count, spanMs: Math.round(between(0, 2000)) })
    if (!chance(0.4)) continue
    const errors = Math.max(1, Math.round(threshold + between(-1.5, 6)))
    const later = between(0, 2500)
    actions.push({
      kind: 'burst',
      process: pick(processes).name,
      atMs: atMs + later,
      rule: 'share',
      count: errors,
      spanMs: 50,
    })
  }
  return actions
}

/** Errors of old and new kinds, some of them by several processes at once. */
export function drawKinds({ processes }: Fleet, { between, pick, chance }: Dice, untilMs: number): Action[] {
  const actions: Action[] = []
  let newest = 0
  for (let atMs = between(1000, 6000); atMs < untilMs; atMs += between(400, 7000)) {
    if (chance(0.5)) newest += 1
    const error = kindName(chance(0.6) ? newest : Math.floor(between(0, newest + 1)))
    for (let i = chance(0.3) ? 2 : 1; i > 0; i -= 1)
      actions.push({
        kind: 'burst',
        process: pick(processes).name,
        atMs: atMs + between(0, 100),
        rule: 'novel',
        error,
        count: Math.ceil(between(0.1, 4)),
        spanMs: between(0, 200),
      })
  }
  return actions
}

/** Silences, each with errors that cross within it, and few just after it. */
export function drawSilences(fleet: Fleet, dice: Dice, untilMs: number): Action[] {
  return Array.from({ length: dice.pick([1, 2, 3, 5]) }, () => drawSilence(fleet, dice, untilMs)).flat()
}

function drawSilence({ processes, rules }: Fleet, dice: Dice, untilMs: number): Action[] {
  const { between, chance, pick, weighted } = dice
  const process = pick(processes).name
  const rule = weighted([
    ['shared', 4],
    ['grouped', 3],
    ['own', 1],
    ['novel', 1],
  ] as const)
  const atMs = between(3000, untilMs - 30_000)
  const forMs = Math.round(between(2000, 40_000))
  const isEnded = chance(0.4)
  const endAfterMs = isEnded ? Math.round(between(500, forMs)) : forMs
  const group = `g${Math.floor(between(0, 4))}`
  const whose = weighted<Pick<Action & { kind: 'silence' }, 'rule' | 'group'>>([
    [{ rule: rule === 'own' ? ownRule(process) : rule }, 5],
    [rule === 'grouped' ? { rule, group } : {}, 3],
    [{}, 1],
  ])
  const silence: Action = { kind: 'silence', atMs, forMs, ...whose, ...(isEnded && { endAfterMs }) }
  if (rule === 'novel') {
    const error = kindName(Math.floor(between(1000, 9999)))
    const one: Action = { kind: 'burst', process, atMs, rule, error, count: 1, spanMs: 0 }
    return [silence, { ...one, atMs: atMs + endAfterMs / 2 }, { ...one, atMs: atMs + endAfterMs + between(100, 3000) }]
  }
  const { threshold, windowSeconds } = rules[rule]
  const burst = (ms: number, count: number): Action => {
    return { kind: 'burst', process, atMs: ms, rule, count, spanMs: 50, ...(rule === 'grouped' && { group }) }
  }
  return [
    silence,
    ...(chance(0.8) ? [burst(atMs + between(0.1, 0.9) * endAfterMs, threshold + 1)] : []),
    // Still in the window when the silence is over.
    burst(atMs + endAfterMs - between(100, 500 * windowSeconds), threshold),
    burst(atMs + endAfterMs + between(50, 400 * windowSeconds), chance(0.7) ? 1 : threshold),
  ]
}

/** The period of a heartbeat in seconds, undefined where the fleet has none; and troubles of the receiver that watches for it. */
export function drawHeartbeat(
  { between, pick, chance }: Dice,
  untilMs: number,
): { readonly seconds: number | undefined; readonly troubles: readonly Action[] } {
  if (!chance(0.5)) return { seconds: undefined, troubles: [] }
  const seconds = pick([5, 15, 30, 60])
  const trouble = (): Action => ({
    kind: 'receiver',
    url: HEARTBEAT_URL,
    atMs: between(1000, untilMs - 30_000),
    forMs: Math.round(between(500, 30_000)),
    ...pick([
      { mode: 'status', status: 503 },
      { mode: 'status', status: 404 },
      { mode: 'hang' },
      { mode: 'cut' },
    ] as const),
  })
  return { seconds, troubles: chance(0.5) ? [trouble()] : [] }
}

export function drawIgnored({ processes }: Fleet, { between, pick }: Dice, untilMs: number): Action[] {
  return Array.from({ length: Math.round(between(1, 6)) }, () => ({
    kind: 'ignored' as const,
    process: pick(processes).name,
    atMs: between(500, untilMs),
    count: Math.round(between(1, 30)),
  }))
}
