// A journal holds everything that was observed while a plan was played; books read it. Times are virtual milliseconds.

/** What stands in the place of a group's values in an alert for many groups. */
export const MANY = '(many)'

/** A rule as a process has it in force. */
export interface RuleView {
  readonly isEnabled: boolean
  readonly url: string
  readonly threshold: number
  readonly windowMs: number
  readonly cooldownMs: number
  readonly sendResolved: boolean
  readonly isFixed: boolean
  /** Whether it counts only errors of new kinds, and for how long it learns them at first. */
  readonly newOnly: boolean
  readonly learnMs: number
  readonly maxAlertsPerMinute: number
  /** The share of the requests that must be errors too; 0 where any share does. */
  readonly percent: number
}

export type RuleViews = Readonly<Record<string, RuleView>>

/** A process from its start to its end; when it starts again it begins another life. */
export interface Life {
  readonly process: string
  /** Unique among all lives. */
  readonly number: number
  readonly startMs: number
  endMs: number | undefined
  /** Undefined while it runs. */
  end: 'killed' | 'closed' | undefined
  /** When each of its errors was logged. */
  readonly observedTimes: number[]
  /** When each of its lines was logged: those errors, and those that no rule counts. */
  readonly readTimes: number[]
  dropped: number
  abandoned: number
  /** How many errors that no rule counts it logged, and how many it says that it ignored. */
  ignorable: number
  ignored: number
  /** Errors that were observed since then may not be in Redis, and are lost if the process is killed. */
  uncertainSinceMs: number
  /** Whether a call to Redis had no answer yet when the process was killed. */
  wasCutOff: boolean
}

export interface AlertSeen {
  readonly id: string
  readonly rule: string
  readonly group: string
  readonly life: number
  readonly url: string
  /** The alert was raised no earlier than this, and no later than `atMs`. */
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
  /** For an end the id of its alert. */
  readonly alertId: string
  readonly rule: string
  readonly group: string
  readonly url: string
  readonly life: number
  /** When its notice was raised, or up to a second before, as its id says. */
  readonly raisedMs: number
  readonly startMs: number
  /** When its sender knew how it ended; undefined where it never did. */
  endMs: number | undefined
  /** The status that the receiver answered, even if that was lost; undefined where the request did not arrive. */
  status: number | undefined
  /** Whether the answer reached the sender. */
  isHeard: boolean
  retryAfterMs: number
  /** Of an alert, which one it is of those that keep coming, 0 for an end; and when the first was raised, RFC 3339. */
  readonly notice: number
  readonly since: string
  /** Of an end, how long it says that the errors lasted; 0 for an alert. */
  readonly lastedMs: number
  readonly count: number
  /** Of an alert for many groups how many they are, and the names of some; 0 and none for others. */
  readonly groups: number
  readonly members: readonly string[]
  /** Of which kind its sample is, where the rule asks for new ones; blank where nobody knows. */
  readonly error: string
}

/** One request to the url of the heartbeat. */
export type BeatSeen = Pick<Attempt, 'life' | 'startMs' | 'endMs' | 'status' | 'isHeard' | 'retryAfterMs'>

export interface Adoption {
  readonly life: number
  readonly atMs: number
  readonly rules: RuleViews
  /** Whether these are the rules of the options, before any config was read. */
  readonly isInitial: boolean
}

export interface ConfigWrite {
  readonly atMs: number
  readonly text: string | undefined
  readonly isValid: boolean
  /** Rules that it switches off or drops. */
  readonly off: readonly string[]
  /** Whether it gives rules urls of its own. */
  readonly movesUrls: boolean
}

/** A trouble that went on for a while. `where` is `redis`, the name of a process, or the url of a receiver. */
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
  /** Of which kind its errors are, where the rule asks for new ones; else blank. */
  readonly error: string
  readonly times: readonly number[]
}

/** An error of a kind that a rule asks for. */
export interface KindSeen {
  readonly life: number
  readonly rule: string
  readonly error: string
  readonly atMs: number
}

/** A silence, from the moment at which Redis had it. */
export interface SilenceSeen {
  readonly id: string
  /** Undefined where it is for all rules. */
  readonly rule: string | undefined
  /** Undefined where it is for all groups. */
  readonly group: string | undefined
  readonly atMs: number
  /** When it ends by the clock of the server, which showed `atMs` at first and may have stepped. */
  readonly untilServerMs: number
  /** When somebody ended it, or Redis lost it, before that. */
  endedMs: number | undefined
}

export interface WarningSeen {
  readonly life: number
  readonly atMs: number
  readonly code: string
  readonly message: string
}

/** When the errors of each series happened, in order; a key is `rule|group`. */
export type ErrorTimes = Map<string, number[]>

export interface Journal {
  healMs: number
  endMs: number
  readonly lives: Life[]
  readonly alerts: AlertSeen[]
  readonly attempts: Attempt[]
  /** From one beat of the heartbeat to the next; 0 where the fleet has none. */
  heartbeatMs: number
  readonly beats: BeatSeen[]
  readonly adoptions: Adoption[]
  readonly writes: ConfigWrite[]
  readonly disturbances: Disturbance[]
  readonly bursts: Burst[]
  readonly kinds: KindSeen[]
  /** When requests of the rule `share` went well. */
  readonly requests: number[]
  readonly silences: SilenceSeen[]
  readonly warnings: WarningSeen[]
  readonly errors: ErrorTimes
  /** By how much the server's clock was moved, and when. */
  readonly steps: { readonly atMs: number; readonly byMs: number }[]
  /** When Redis lost its data. */
  readonly flushes: number[]
  /** How each answer named the fleet, and which life heard it. */
  readonly fleets: { readonly life: number; readonly atMs: number; readonly fleet: string }[]
  /** When each life called the batch script. */
  readonly batchCalls: { readonly life: number; readonly atMs: number }[]
  maxArguments: number
  maxBytes: number
  /** The most entries that each buffer of an evaluator held. */
  readonly sizes: Record<string, number>
  /** Errors that were thrown, rejected without a listener, or answered by Redis to a script. */
  readonly failures: string[]
  /** Errors that Redis has counted for the rule that counts everything; undefined where it was not asked. */
  counted: number | undefined
  /** How often each kind of trouble had an effect. */
  readonly hits: Record<string, number>
}

export function newJournal(): Journal {
  return {
    healMs: 0,
    endMs: 0,
    lives: [],
    alerts: [],
    attempts: [],
    heartbeatMs: 0,
    beats: [],
    adoptions: [],
    writes: [],
    disturbances: [],
    bursts: [],
    kinds: [],
    requests: [],
    silences: [],
    warnings: [],
    errors: new Map(),
    steps: [],
    flushes: [],
    fleets: [],
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
