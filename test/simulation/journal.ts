// What the books are kept from: everything that was seen while a plan was played. Times are virtual milliseconds.

/** A rule as a process has it in force. */
export interface RuleView {
  readonly isEnabled: boolean
  readonly url: string
  readonly threshold: number
  readonly windowMs: number
  readonly cooldownMs: number
  readonly sendResolved: boolean
  readonly isFixed: boolean
}

export type RuleViews = Readonly<Record<string, RuleView>>

/** A process from its start to its end; one that starts again is another life. */
export interface Life {
  readonly process: string
  /** Unique among all lives. */
  readonly number: number
  readonly startMs: number
  endMs: number | undefined
  /** Undefined while it runs. */
  end: 'killed' | 'closed' | undefined
  /** When each of them was logged. */
  readonly observedTimes: number[]
  dropped: number
  abandoned: number
  /** When what was observed since may not be in Redis: a killed process takes it along. */
  uncertainSinceMs: number
  /** What it called when it was killed had no answer. */
  wasCutOff: boolean
}

export interface AlertSeen {
  readonly id: string
  readonly rule: string
  readonly group: string
  readonly life: number
  readonly url: string
  /** It was raised no earlier than that, and no later than `atMs`. */
  readonly fromMs: number
  readonly atMs: number
  readonly threshold: number
  readonly windowMs: number
  readonly cooldownMs: number
  readonly isFixed: boolean
  readonly isDegraded: boolean
  readonly count: number
}

export interface Attempt {
  readonly id: string
  readonly kind: 'alert' | 'end'
  /** Of an end, that of the alert. */
  readonly alertId: string
  readonly rule: string
  readonly group: string
  readonly url: string
  readonly life: number
  readonly startMs: number
  /** When its sender knew; undefined where it never did. */
  endMs: number | undefined
  /** What the receiver answered, also where nobody heard it; undefined where it got nothing. */
  status: number | undefined
  /** The answer reached the sender. */
  isHeard: boolean
  retryAfterMs: number
}

export interface Adoption {
  readonly life: number
  readonly atMs: number
  readonly rules: RuleViews
  /** From the options, before any config was read. */
  readonly isInitial: boolean
}

export interface ConfigWrite {
  readonly atMs: number
  readonly text: string | undefined
  readonly isValid: boolean
  /** Rules that it switches off or drops. */
  readonly off: readonly string[]
  /** It gives rules urls of its own. */
  readonly movesUrls: boolean
}

/** Something that went on for a while, at `redis`, at a process by its name, or at a receiver by its url. */
export interface Disturbance {
  readonly where: string
  readonly kind: string
  readonly fromMs: number
  untilMs: number
}

export interface Burst {
  readonly life: number
  readonly rule: string
  readonly group: string
  readonly times: readonly number[]
}

export interface WarningSeen {
  readonly life: number
  readonly atMs: number
  readonly code: string
  readonly message: string
}

/** Errors by series, in their order: `rule|group`. */
export type ErrorTimes = Map<string, number[]>

export interface Journal {
  healMs: number
  endMs: number
  readonly lives: Life[]
  readonly alerts: AlertSeen[]
  readonly attempts: Attempt[]
  readonly adoptions: Adoption[]
  readonly writes: ConfigWrite[]
  readonly disturbances: Disturbance[]
  readonly bursts: Burst[]
  readonly warnings: WarningSeen[]
  readonly errors: ErrorTimes
  /** By how much the server's clock was moved, and when. */
  readonly steps: { readonly atMs: number; readonly byMs: number }[]
  /** Redis lost its data. */
  readonly flushes: number[]
  /** Calls of the batch script by their senders. */
  readonly batchCalls: { readonly life: number; readonly atMs: number }[]
  maxArguments: number
  maxBytes: number
  /** The most that each buffer held, where the evaluator tells. */
  readonly sizes: Record<string, number>
  /** What was thrown, rejected without a listener, or said of a script by Redis. */
  readonly failures: string[]
  /** What Redis has counted for the rule that counts everything; undefined where it was not asked. */
  counted: number | undefined
  /** How often each kind of trouble had effect. */
  readonly hits: Record<string, number>
}

export function newJournal(): Journal {
  return {
    healMs: 0,
    endMs: 0,
    lives: [],
    alerts: [],
    attempts: [],
    adoptions: [],
    writes: [],
    disturbances: [],
    bursts: [],
    warnings: [],
    errors: new Map(),
    steps: [],
    flushes: [],
    batchCalls: [],
    maxArguments: 0,
    maxBytes: 0,
    sizes: {},
    failures: [],
    counted: undefined,
    hits: {},
  }
}

export function seriesName(rule: string, group: string): string {
  return `${rule}|${group}`
}
