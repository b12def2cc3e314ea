// Makes a plan of a seed: a fleet, its bursts of errors, incidents with most of the troubles, scenes, and probes in the peace.
import { noDocument, tweak } from './documents.js'
import {
  drawHeartbeat,
  drawIgnored,
  drawKinds,
  drawLimit,
  drawNovel,
  drawRequests,
  drawShare,
  drawSilences,
  kindName,
} from './noise.js'
import {
  type Action,
  ownRule,
  type Plan,
  type ProcessPlan,
  type RuleKind,
  type RulePlan,
  urlOf,
  type VersionPlan,
} from './plan.js'
import { type Dice, dice } from './random.js'
import { scenes } from './scenes.js'
import { durationMs, type Incident, troubles } from './troubles.js'

const TROUBLE_MS = 120_000
/** The time after the last probe: two windows, and what an end may take. */
const END_MS = 62_000
/** The chance of each kind of trouble to be in a seed at all: few kinds together show more than all of them. */
const SWARM = 0.3
/** A trouble near an incident is within this time of it. */
const NEAR_MS = 10_000

type Fleet = Pick<Plan, 'versions' | 'rules' | 'processes'>

/** Makes the plan of a seed. `only` restricts the kinds of trouble; the others stay as they are, since each has dice of its own. */
export function shape(seed: number, only?: ReadonlySet<string>): Plan {
  const isAllowed = (kind: string): boolean => only === undefined || only.has(kind)
  const fleet = withNoise(drawFleet(dice(`${seed}/fleet`)), seed, isAllowed)
  const heartbeat = isAllowed('heartbeat') ? drawHeartbeat(dice(`${seed}/noise/heartbeat`), TROUBLE_MS) : undefined
  const actions = [
    ...(heartbeat?.troubles ?? []),
    ...drawBursts(fleet, dice(`${seed}/bursts`)),
    ...drawTroubles(fleet, seed, isAllowed),
    ...drawScenes(fleet, seed, isAllowed),
    ...drawNoise(fleet, seed, isAllowed),
    ...drawHealing(dice(`${seed}/healing`), isAllowed('config')),
    ...probes(fleet),
  ].map((action) => ({ ...action, atMs: Math.round(action.atMs) }))
  actions.sort((a, b) => a.atMs - b.atMs)
  const lastMs = actions.at(-1)?.atMs ?? TROUBLE_MS
  const peaceMs = lastMs - TROUBLE_MS + 2000 * fleet.rules.shared.windowSeconds + END_MS
  const { seconds } = heartbeat ?? {}
  const beating = seconds !== undefined && { heartbeatSeconds: seconds }
  return { seed: String(seed), troubleMs: TROUBLE_MS, peaceMs, ...fleet, ...beating, actions }
}

/** Gives a fleet a bound on the alerts of its groups, and a rule for what is new. */
function withNoise(fleet: Fleet, seed: number, isAllowed: (kind: string) => boolean): Fleet {
  const [limit, novel] = [dice(`${seed}/noise/limit`), dice(`${seed}/noise/novel`)]
  const maxAlertsPerMinute = isAllowed('many') ? drawLimit(limit) : undefined
  const grouped = { ...fleet.rules.grouped, ...(maxAlertsPerMinute !== undefined && { maxAlertsPerMinute }) }
  const hasNovel = novel.chance(0.5) && isAllowed('novel')
  const share = dice(`${seed}/noise/share`)
  const hasShare = share.chance(0.5) && isAllowed('share')
  const rules = { ...fleet.rules, grouped, ...(hasNovel && { novel: drawNovel(novel) }) }
  return { ...fleet, rules: { ...rules, ...(hasShare && { share: drawShare(share) }) } }
}

function drawNoise(fleet: Fleet, seed: number, isAllowed: (kind: string) => boolean): Action[] {
  const [kinds, silences, ignored] = ['kinds', 'silences', 'ignored'].map((name) => dice(`${seed}/noise/${name}`))
  return [
    ...(fleet.rules.share === undefined
      ? []
      : drawRequests(fleet, fleet.rules.share, dice(`${seed}/noise/requests`), TROUBLE_MS)),
    ...(kinds === undefined || fleet.rules.novel === undefined ? [] : drawKinds(fleet, kinds, TROUBLE_MS)),
    ...(silences?.chance(0.35) && isAllowed('silence') ? drawSilences(fleet, silences, TROUBLE_MS) : []),
    ...(ignored?.chance(0.3) && isAllowed('ignored') ? drawIgnored(fleet, ignored, TROUBLE_MS) : []),
  ]
}

function drawFleet(fleetDice: Dice): Fleet {
  const { weighted, chance, between, pick } = fleetDice
  const count = weighted<number>([
    [2, 3],
    [3, 3],
    [5, 3],
    [8, 1],
    [12, 0.5],
    [20, 0.15],
  ])
  const versionCount = Math.min(
    count,
    weighted<number>([
      [1, 2],
      [2, 3],
      [3, 1],
    ]),
  )
  const sameUrl = chance(0.5)
  const versions = Array.from({ length: versionCount }, (_, i): VersionPlan => {
    const suffix = sameUrl ? 0 : i
    return {
      sharedUrl: urlOf(`shared-${suffix}`),
      groupedUrl: urlOf(`grouped-${suffix}`),
      sendResolved: chance(0.6),
      hasSome: i === 0 || chance(0.4),
    }
  })
  const humRatio = between(0.05, 0.25)
  const down = weighted<ProcessPlan['onRedisDown'] | 'mixed'>([
    ['local', 3],
    ['hold', 2],
    ['mixed', 1],
  ])
  const processes = Array.from(
    { length: count },
    (_, i): ProcessPlan => ({
      name: `p${i}`,
      version: i % versionCount,
      skewMs: chance(0.3) ? Math.round(between(-90_000, 90_000)) : 0,
      latencyMs: Math.round(10 * 0.3 * 130 ** between(0, 1)) / 10,
      onRedisDown: down === 'mixed' ? pick(['local', 'hold'] as const) : down,
      humPerSecond: chance(humRatio) ? Math.round(between(1, 4)) : 0,
    }),
  )
  const rules = {
    shared: { threshold: pick([3, 5, 10]), windowSeconds: pick([5, 10, 20]), cooldownSeconds: pick([2, 10, 30]) },
    grouped: { threshold: pick([2, 3]), windowSeconds: pick([5, 10]), cooldownSeconds: pick([10, 40]) },
    own: { threshold: 3, windowSeconds: 10, cooldownSeconds: pick([2, 10]) },
    fixed: { threshold: pick([3, 5]), windowSeconds: 10, cooldownSeconds: 10 },
  }
  return { processes, versions, rules }
}

/** Bursts below and above the threshold, by one to three processes each. */
function drawBursts({ processes, rules }: Fleet, { weighted, between, pick, chance }: Dice): Action[] {
  const actions: Action[] = []
  for (let atMs = between(1000, 4000); atMs < TROUBLE_MS - 2000; atMs += between(500, 4500)) {
    const rule = weighted<Exclude<RuleKind, 'novel' | 'share'>>([
      ['shared', 4],
      ['grouped', 2],
      ['own', 1],
      ['some', 1],
      ['fixed', 1],
    ])
    const { threshold, windowSeconds } = countingOf(rules, rule)
    const count = Math.max(1, Math.round(threshold + between(-2.5, 3.5)))
    const by =
      rule === 'own'
        ? 1
        : weighted<number>([
            [1, 3],
            [2, 2],
            [3, 1],
          ])
    const spanMs = chance(0.3) ? between(0, 900 * windowSeconds) : between(0, 300)
    const group = rule === 'grouped' ? { group: `g${Math.floor(between(0, 4))}` } : {}
    for (let i = 0; i < by; i += 1)
      actions.push({
        kind: 'burst',
        process: pick(processes).name,
        atMs,
        rule,
        count: Math.ceil(count / by),
        spanMs,
        ...group,
      })
  }
  return actions
}

function drawTroubles(fleet: Fleet, seed: number, isAllowed: (kind: string) => boolean): Action[] {
  const plan = dice(`${seed}/troubles`)
  const incidents = Array.from({ length: plan.pick([1, 2, 3]) }, () => drawIncident(fleet, plan))
  return Object.entries(troubles).flatMap(([kind, [weight, draw]]) => {
    const own = dice(`${seed}/trouble/${kind}`)
    if (!own.chance(SWARM) || !isAllowed(kind)) return []
    // About as many of a kind as its weight says, however many kinds this seed has.
    const count = Math.floor(weight * own.between(0, 1) + own.next())
    return Array.from({ length: count }, () => {
      const near = own.pick(incidents)
      const elsewhere = drawIncident(fleet, own)
      const isNear = own.chance(0.75)
      const incident = { ...(isNear ? near : elsewhere), process: own.chance(0.6) ? near.process : elsewhere.process }
      const atMs = isNear
        ? Math.max(500, near.atMs + own.between(-NEAR_MS, NEAR_MS))
        : own.between(500, TROUBLE_MS - 3000)
      const forMs = durationMs(own)
      return [draw({ fleet, dice: own, incident, atMs, forMs }), ...provocation(fleet, own, incident, atMs, forMs)]
    }).flat()
  })
}

function drawIncident({ processes, versions }: Fleet, { pick, between, weighted }: Dice): Incident {
  const { name: process, version } = pick(processes)
  const { sharedUrl, groupedUrl } = versions[version] ?? pick(versions)
  const url = weighted([
    [sharedUrl, 5],
    [groupedUrl, 2],
    [urlOf(ownRule(process)), 1],
    [urlOf('some'), 1],
    [urlOf('fixed'), 1],
  ])
  return { atMs: between(5000, TROUBLE_MS - 20_000), process, url }
}

/** Bursts in the midst of a trouble, or just after it: alone a trouble breaks nothing. */
function provocation(
  { processes, versions, rules }: Fleet,
  own: Dice,
  { process, url }: Incident,
  atMs: number,
  forMs: number,
): Action[] {
  const isMidst = own.chance(0.6)
  const isEnd = own.chance(0.4)
  const version = versions[processes.find(({ name }) => name === process)?.version ?? 0]
  const rule = url === version?.groupedUrl ? 'grouped' : url === urlOf(ownRule(process)) ? 'own' : 'shared'
  const count = rules[rule].threshold + Math.floor(own.between(0, 2))
  const group = rule === 'grouped' ? { group: `g${Math.floor(own.between(0, 4))}` } : {}
  const burst = (ms: number): Action => ({ kind: 'burst', process, atMs: ms, rule, count, spanMs: 50, ...group })
  return [...(isMidst ? [burst(atMs + forMs / 2)] : []), ...(isEnd ? [burst(atMs + forMs + own.between(0, 1000))] : [])]
}

function drawScenes(fleet: Fleet, seed: number, isAllowed: (kind: string) => boolean): Action[] {
  return Object.entries(scenes).flatMap(([name, { chance, needs, make }]) => {
    const own = dice(`${seed}/scene/${name}`)
    if (!own.chance(chance) || !needs.every(isAllowed)) return []
    const { name: process, version } = own.pick(fleet.processes)
    const { sharedUrl, groupedUrl } = fleet.versions[version] ?? own.pick(fleet.versions)
    return make({ fleet, dice: own, atMs: own.between(20_000, TROUBLE_MS - 40_000), process, sharedUrl, groupedUrl })
  })
}

/** A config after the healing, in some seeds only: a new revision makes all that is open due, and would hide what was forgotten. */
function drawHealing({ weighted, between }: Dice, isAllowed: boolean): Action[] {
  const kind = isAllowed
    ? weighted([
        ['none', 3],
        ['tweak', 1],
        ['missing', 1],
      ])
    : 'none'
  if (kind === 'none') return []
  const document = kind === 'tweak' ? tweak(Math.floor(between(1e6, 2e6)), 500) : noDocument
  return [{ kind: 'config', atMs: TROUBLE_MS + 500, ...document }]
}

function countingOf(rules: Plan['rules'], rule: Exclude<RuleKind, 'novel' | 'share'>): RulePlan {
  return rules[rule === 'some' ? 'own' : rule]
}

/** Bursts that cross the threshold after everything has healed, by processes of each version. */
function probes({ processes, versions, rules }: Fleet): Action[] {
  const probe = (
    process: string,
    afterMs: number,
    rule: Exclude<RuleKind, 'novel' | 'share'>,
    more: number = 0,
  ): Action => {
    const { threshold } = countingOf(rules, rule)
    const group = rule === 'grouped' ? { group: 'g0' } : {}
    return { kind: 'burst', process, atMs: TROUBLE_MS + afterMs, rule, count: threshold + more, spanMs: 100, ...group }
  }
  const first = processes.slice(0, 3).map(({ name }) => name)
  const own = first.flatMap((name) => [14_000, 30_000, 50_000].map((afterMs) => probe(name, afterMs, 'own')))
  const apartMs = 1000 * rules.shared.cooldownSeconds + 5000
  const shared = versions.flatMap((_, version) => {
    const process = processes.find((one) => one.version === version)
    return process === undefined ? [] : [probe(process.name, 75_000 + version * apartMs, 'shared')]
  })
  const others = first
    .slice(0, 1)
    .flatMap((name) => [
      probe(name, 70_000, 'grouped'),
      probe(name, 60_000, 'fixed', rules.fixed.threshold),
      probe(name, 62_000, 'some'),
    ])
  const novel = first.map((process, i): Action => {
    const atMs = TROUBLE_MS + 45_000 + 15_000 * i
    return { kind: 'burst', process, atMs, rule: 'novel', error: kindName(10_000 + i), count: 1, spanMs: 0 }
  })
  const share = first.map((process, i): Action => {
    const count = 1 + (rules.share?.threshold ?? 0)
    return { kind: 'burst', process, atMs: TROUBLE_MS + 40_000 + 20_000 * i, rule: 'share', count, spanMs: 100 }
  })
  return [
    ...own,
    ...shared,
    ...others,
    ...(rules.novel === undefined ? [] : novel),
    ...(rules.share === undefined ? [] : share),
  ]
}
