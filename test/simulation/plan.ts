// A plan: everything that happens to a fleet, as plain JSON. Times are milliseconds from its begin.
import type { ReceiverMode } from './receivers.js'

export interface ProcessPlan {
  readonly name: string
  /** Which of the plan's versions it runs. */
  readonly version: number
  /** By how much its wall clock is ahead. */
  readonly skewMs: number
  readonly latencyMs: number
  readonly onRedisDown: 'local' | 'hold'
  /** Errors a second that only the rule for everything counts. */
  readonly humPerSecond: number
}

/** What the processes of one deploy have in code. */
export interface VersionPlan {
  readonly sharedUrl: string
  readonly groupedUrl: string
  readonly sendResolved: boolean
  /** Whether this version has the rule `some`. */
  readonly hasSome: boolean
}

export interface RulePlan {
  readonly threshold: number
  readonly windowSeconds: number
  readonly cooldownSeconds: number
}

/** A rule whose groups share an alert once this many began in a minute; undefined where none ever do. */
export interface GroupedPlan extends RulePlan {
  readonly maxAlertsPerMinute?: number
}

/** A rule that counts only errors of new kinds. */
export interface NovelPlan extends RulePlan {
  readonly learnSeconds: number
}

/** A rule whose alerts also need a share of the requests to be errors, in percent. */
export interface SharePlan extends RulePlan {
  readonly percent: number
}

/**
 * Each process has a rule `own`, named after it; only some versions have the rule `some`; `fixed` has tumbling windows; `novel` counts
 * only errors of new kinds, where the plan has such a rule; `share` needs a share of the requests, where the plan has such a rule.
 */
export type RuleKind = 'shared' | 'grouped' | 'own' | 'some' | 'fixed' | 'novel' | 'share'

export type LineFault = 'down' | 'mute' | 'flaky' | 'slow' | 'thin'

interface At {
  readonly atMs: number
}

/** An action at one process. */
interface AtProcess extends At {
  readonly process: string
}

export type Action =
  | (AtProcess & {
      readonly kind: 'burst'
      readonly rule: RuleKind
      readonly group?: string
      /** Of which kind the errors are, where the rule asks for new ones. */
      readonly error?: string
      readonly count: number
      readonly spanMs: number
    })
  /** Requests of the rule `share` that go well. */
  | (AtProcess & { readonly kind: 'requests'; readonly count: number; readonly spanMs: number })
  /** Errors that no rule counts. */
  | (AtProcess & { readonly kind: 'ignored'; readonly count: number })
  /** An operator mutes a rule by its name, one group of it, or all rules; the silence may be ended before its time. */
  | (At & {
      readonly kind: 'silence'
      readonly rule?: string
      readonly group?: string
      readonly forMs: number
      readonly endAfterMs?: number
    })
  /** Many groups get `each` errors once. */
  | (AtProcess & { readonly kind: 'storm'; readonly groups: number; readonly each: number; readonly spanMs: number })
  /** Many groups get errors again and again. */
  | (AtProcess & { readonly kind: 'roar'; readonly groups: number; readonly everyMs: number; readonly forMs: number })
  | (AtProcess & { readonly kind: 'line'; readonly fault: LineFault; readonly forMs: number; readonly value: number })
  | (AtProcess & { readonly kind: 'kill' | 'close'; readonly forMs: number })
  /** A deploy. */
  | (AtProcess & { readonly kind: 'restart'; readonly version: number })
  /** A process stands still. While it is suspended its monotonic clock stands still too; while it is stalled that goes on. */
  | (AtProcess & { readonly kind: 'suspend' | 'stall'; readonly forMs: number })
  | (At & { readonly kind: 'redis down' | 'redis hang'; readonly forMs: number })
  | (At & { readonly kind: 'redis forgets' })
  | (At & { readonly kind: 'step'; readonly byMs: number })
  | (At & {
      readonly kind: 'receiver'
      readonly url: string
      readonly mode: ReceiverMode
      readonly forMs: number
      readonly status?: number
      readonly retryAfterSeconds?: number
      readonly delayMs?: number
    })
  | (At & {
      readonly kind: 'config'
      /** null deletes the key. */
      readonly text: string | null
      readonly isValid: boolean
      readonly off: readonly string[]
      readonly movesUrls: boolean
    })

export type ActionKind = Action['kind']

export interface Plan {
  /** Seeds the random choices while the plan is played. */
  readonly seed: string
  /** The fault that a kept plan has found. */
  readonly fault?: string
  /** The promise that a kept plan broke, with the rule. */
  readonly breaks?: string
  /** For this long troubles go on; then everything heals. */
  readonly troubleMs: number
  /** For this long after the troubles the fleet goes on. */
  readonly peaceMs: number
  readonly processes: readonly ProcessPlan[]
  readonly versions: readonly VersionPlan[]
  /** The period of the fleet's heartbeat; absent where it has none. */
  readonly heartbeatSeconds?: number
  readonly rules: Readonly<Record<Exclude<RuleKind, 'some' | 'grouped' | 'novel' | 'share'>, RulePlan>> & {
    readonly grouped: GroupedPlan
    /** Absent from plans that were kept before there was such a rule. */
    readonly novel?: NovelPlan
    readonly share?: SharePlan
  }
  readonly actions: readonly Action[]
}

export const CONFIG_KEY = 'sim:config'
export const ALL_RULE = 'all'
export const HEARTBEAT_URL = 'http://heartbeat.test/'
/** The model of errors that no rule counts. */
export const IGNORED_MODEL = 'ignored'
const NEVER = 2 ** 31 - 1

export function ownRule(process: string): string {
  return `own-${process}`
}

export function urlOf(name: string): string {
  return `http://${name}.test/`
}

interface RuleOptions extends RulePlan {
  readonly name: string
  readonly url: string
  readonly match?: Readonly<Record<string, string>>
  readonly enabled?: boolean
  readonly groupBy?: string
  readonly windowType?: 'fixed'
  readonly sendResolved?: boolean
  readonly maxAlertsPerMinute?: number
  readonly newOnly?: boolean
  readonly newAfterDays?: number
  readonly learnSeconds?: number
  readonly percent?: number
}

/** The rules of a version, in the form of the options, and the rule `own` of each of these processes. */
export function rulesOf(
  plan: Pick<Plan, 'versions' | 'rules'>,
  version: number,
  owners: readonly string[],
): RuleOptions[] {
  const { sharedUrl, groupedUrl, sendResolved, hasSome } = plan.versions[version] ?? noVersion(version)
  const { shared, grouped, own, fixed, novel, share } = plan.rules
  const ruleNamed = (name: string, url: string, rule: RulePlan): RuleOptions => ({
    name,
    match: { model: name },
    url,
    sendResolved,
    ...rule,
  })
  return [
    // Counts everything and never alerts. It is enabled in code, so that a document which switches everything off leaves it on.
    {
      name: ALL_RULE,
      url: urlOf(ALL_RULE),
      enabled: true,
      threshold: NEVER,
      windowSeconds: 86_400,
      cooldownSeconds: 60,
    },
    ruleNamed('shared', sharedUrl, shared),
    { maxAlertsPerMinute: NEVER, ...ruleNamed('grouped', groupedUrl, grouped), groupBy: 'group' },
    ...owners.map((name) => ruleNamed(ownRule(name), urlOf(ownRule(name)), own)),
    ...(hasSome ? [ruleNamed('some', urlOf('some'), own)] : []),
    { ...ruleNamed('fixed', urlOf('fixed'), fixed), windowType: 'fixed' },
    ...(novel === undefined ? [] : [{ ...ruleNamed('novel', urlOf('novel'), novel), newOnly: true, newAfterDays: 1 }]),
    ...(share === undefined ? [] : [ruleNamed('share', urlOf('share'), share)]),
  ]
}

function noVersion(version: number): never {
  throw new Error(`Expected the plan to have version ${version}`)
}
