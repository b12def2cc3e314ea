// The port between the evaluator and the place where errors are counted. Drivers: memory/memory-store.ts, redis/redis-store.ts.
import type { RuleSettings } from '../config/settings.js'
import type { Facts, FiringFacts } from '../rule/alert-state.js'
import type { Streak } from '../rule/cooldown.js'
import type { Meeting } from '../rule/known-kinds.js'
import type { Series } from '../rule/series.js'
import type { ClaimRef, Settled, Settlement } from '../rule/settle.js'
import type { Silence } from '../rule/silence.js'
import type { Count } from '../rule/tally.js'

/** The counts of one call. A submission that failed is sent again with the same sequence, and is counted once; see src/README, Counting. */
export interface Submission {
  /** Rises by one with each submission to this store. */
  readonly sequence: number
  readonly entries: readonly Entry[]
  /** The rules in force whose notices this process can deliver; the reply names their series that are due. */
  readonly rules: readonly RuleSettings[]
  /** Rules as they were before the config moved them to another url, switched them off or dropped them. */
  readonly formerRules?: readonly FormerRule[]
  /**
   * Whether this store was out of reach just now. Until this process, and others like it, have told what they counted meanwhile, nobody can say
   * that errors have stopped.
   */
  readonly isReturning?: boolean
  /** By how much each counter of `stats()` has grown since the store last took them; those that have not are absent. */
  readonly growth?: Readonly<Record<string, number>> | undefined
  /** What this process tells of itself, now and then; `'closing'` that it is about to end and takes out what it told. */
  readonly process?: ProcessFacts | 'closing' | undefined
}

/** What operators see of a process. Where an application has two transports or evaluators, each tells its own. */
export interface ProcessFacts {
  /** The service's name, as its log lines tell it; blank where none has. */
  readonly service: string
  /** Blank where the option `redact` hides the host name of lines. */
  readonly hostname: string
  readonly pid: number
  /** The version of this package. */
  readonly version: string
  readonly logger: LoggerName
  /** Lines and records that were handed in within the last minute. */
  readonly linesPerMinute: number
  readonly config: ConfigSource
}

/** How lines come in. */
export type LoggerName = 'pino' | 'winston' | 'watch' | 'evaluator'

/** Where the rules in force come from: the options alone, the stored document laid over them, or the last that was valid. */
export type ConfigSource = 'options' | 'document' | 'last_good'

/** A rule as it was until the config moved it to another url, switched it off or dropped it. */
export interface FormerRule {
  readonly rule: RuleSettings
  /** When that happened, on the monotonic clock. An alert that was raised later belongs to a process that has the rule in code. */
  readonly leftAtMs: number
}

/** One series of a submission. */
export type Entry = CountedOnly | Judged

/**
 * Counts of a series that is far from its threshold and has nothing open, as far as this process knows. If they reach the threshold
 * after all, the next judged entry of the series finds that. A store may judge them at once, as it does those of a rule that counts only what
 * is new.
 */
export interface CountedOnly {
  readonly kind: 'counted'
  readonly series: Series
  readonly counts: readonly Count[]
  /**
   * Where the rule has `percent`: requests of the series that are no counted errors, perhaps some where there are no counts. They cover the time
   * that the counts cover, else the share of errors is wrong. Those that are too old to count are dropped, and nobody is told. Absent where none
   * wait; a rule without `percent` has none.
   */
  readonly others?: readonly Count[]
}

/**
 * Counts of a series, perhaps none; the store decides whether to raise or deliver an alert, and whether the errors have stopped. Where the
 * rule counts only what is new, each count has a kind of its own, and of a new one counts 1. Errors whose kind is not known are dropped: they
 * were counted before the rule asked for kinds.
 */
export interface Judged {
  readonly kind: 'judged'
  readonly series: Series
  readonly counts: readonly Count[]
  /** Requests of the series that are no counted errors, see `CountedOnly`. They raise no alert, but an end may come of them. */
  readonly others?: readonly Count[]
  /** JSON to keep with an alert that this submission raises; blank where it follows by `enrich`. */
  readonly draft: string
  /** Whether an attempt that is scheduled for later is made now. */
  readonly isForced?: boolean
  /**
   * The rule as it was before the config changed it. If it had another url, the alert that waits for that url since before the change
   * moves to the destination of `series`. If it had the same url, the rule has ended: what waits is claimed, to be given up.
   */
  readonly former?: FormerRule | undefined
  /** The silence that mutes the series; the store says by its own clock whether it is over. */
  readonly silence?: Silence | undefined
  /** The silence that mutes the series `(many)` of its rule. */
  readonly manySilence?: Silence | undefined
  /** An alert that this process raised while the store could not be reached, and has not delivered. */
  readonly handover?: Handover | undefined
  /** The last delivery that this process knows of, for a store that never heard of it, or has forgotten it. */
  readonly delivery?: KnownDelivery | undefined
}

/** A delivery whose cooldown still runs, as a process knows it. */
export interface KnownDelivery {
  /** The stamp by which the store named it, see `Tallied.delivery`; blank where the store did not. */
  readonly stamp: string
  /** When it was delivered, on the monotonic clock. */
  readonly deliveredAtMs: number
  /** The alert, where this process raised it while the store could not be reached, so that only this process knows of it. */
  readonly alert?: LocalAlert | undefined
}

/** An alert that a process raised by itself, while the store could not be reached. Times are monotonic. */
export interface LocalAlert {
  readonly id: string
  readonly facts: FiringFacts
  readonly count: number
  readonly tries: number
  readonly draft: string
  readonly raisedAtMs: number
  /** JSON of the alert for operators, as in a `Note`; blank as long as the alert is not delivered. */
  readonly account: string
}

/**
 * An alert of one process that is to become the fleet's. It does not where the fleet has an alert of its own, a cooldown runs, or it was raised
 * in a silence.
 */
export interface Handover extends LocalAlert {
  /** Whether no `alert` event has reported it yet: then the process that claims it does. */
  readonly isNew: boolean
}

/** The answer to a submission. */
export type Reply =
  /** The config has changed: nothing was counted; send the same submission again under the new one, and with these silences. */
  | { readonly kind: 'config'; readonly config: StoredConfig; readonly silences: StoredSilences }
  /** The silences alone have changed: nothing was counted; send the same submission again with these. */
  | { readonly kind: 'silences'; readonly silences: StoredSilences }
  | {
      readonly kind: 'counted'
      /** One for each entry, in their order. */
      readonly tallies: readonly Tallied[]
      /** Ids of the series of `rules` that are due, at most 100 of each rule, the longest due first. */
      readonly due: readonly string[]
      /** For each of `formerRules`, in their order, the ids of its series that have something open, at most 100. */
      readonly formerlyOpen: readonly (readonly string[])[]
      /** Names of keys that held something else than what the store keeps there, and were begun anew. */
      readonly repaired: readonly string[]
      /** As in a `Claim`. */
      readonly fleet: string
    }

/** All silences that the store holds, some of which may be over. */
export interface StoredSilences {
  readonly list: readonly Silence[]
  /** When they were read, in ms since the epoch by the clock of the store, by which they end. */
  readonly readAtMs: number
}

/** The config document as the store holds it. */
export type StoredConfig =
  | { readonly kind: 'missing' }
  | { readonly kind: 'text'; readonly text: string }
  /** The key holds something that is not text. */
  | { readonly kind: 'unreadable' }

/** The answer to one entry. */
export interface Tallied {
  /** Errors in the window now. */
  readonly total: number
  /** Requests in the window now, the errors among them, where the rule has `percent`; 0 elsewhere. */
  readonly requests: number
  /** Errors of the entry that were too old to count. */
  readonly dropped: number
  /** What became of each of the entry's counts, in their order, where the rule counts only what is new; undefined elsewhere. */
  readonly meetings?: readonly Meeting[] | undefined
  /** Whether the store has looked at the alerts; all further members are known only then. */
  readonly isJudged: boolean
  /** For this long no alert is raised, because one is pending or its cooldown runs; 0 where, but for a silence, one may be raised. */
  readonly quietMs: number
  /** Whether a notice is pending or an episode goes on. */
  readonly isOpen: boolean
  /** The delivery whose cooldown runs, unless the original service made it. `stamp` names it among all deliveries of the series. */
  readonly delivery?:
    | { readonly stamp: string; readonly ageMs: number; readonly streak?: Streak | undefined }
    | undefined
  /** Whether the rule was last counted in another window: processes of the fleet have different options. */
  readonly isMixed: boolean
  /** The sole right to deliver a notice, until the lease ends; undefined where there is none to deliver now. */
  readonly claim: Claim | undefined
  /** Whether the claim is of `(many)`, the series that tells of many groups of the entry's rule, and not of the entry's own. */
  readonly isOfMany?: boolean
}

/** The sole right to deliver a notice, until the lease ends, and the notice itself. */
export interface Claim extends ClaimRef {
  /** Names the fleet to receivers that are told of several; blank where counts are not shared. */
  readonly fleet: string
  readonly facts: Facts
  /** The window's count when the alert, or its end, was raised. */
  readonly count: number
  /** Attempts that were begun before this claim. */
  readonly tries: number
  /** The draft that is kept with the notice. */
  readonly draft: string
  /** The time since the notice was raised. */
  readonly ageMs: number
  /** Whether this submission raised the notice. */
  readonly isNew: boolean
}

/** The words of a settlement that are kept for operators. They name no URL. */
export interface Note {
  /** How the attempt ended, in words; blank where none was made. */
  readonly outcome: string
  /** JSON of a notice that was delivered or given up; blank while it is pending. */
  readonly account: string
}

/** A url that one process of the fleet asks now and then while lines are read. */
export interface Heartbeat {
  readonly url: string
  /** From one beat to the next. */
  readonly periodMs: number
  /** How long a claimed beat waits for its answer before it is free again. */
  readonly leaseMs: number
}

/** The answer to who asks a heartbeat's url now. */
export type BeatClaim =
  /** This process does, and settles that. */
  | { readonly kind: 'ours'; readonly beat: string }
  /** Another process is at it, or was when it died; the beat is free again after `waitMs`. */
  | { readonly kind: 'theirs'; readonly waitMs: number }
  /** Nobody: the url was asked, in the beat of this name, and the next one is due after `waitMs`. */
  | { readonly kind: 'settled'; readonly beat: string; readonly waitMs: number }

/** Where the processes of a fleet agree on who asks a heartbeat's url. */
export interface Beats {
  /** Asks for the next beat. Rejects like `submit`. */
  claim(heartbeat: Heartbeat): Promise<BeatClaim>
  /** Says that the url was asked; without effect where another process has claimed the beat since. Rejects like `submit`. */
  settle(heartbeat: Heartbeat, beat: string): Promise<void>
}

/** A place where errors are counted and alerts are raised. */
export interface Store {
  /** Whether other processes share its config and counts: then a submission without counts may learn something. */
  readonly isShared: boolean
  readonly beats: Beats
  /** Counts and decides in one atomic step, in one round trip where clocks agree. Rejects if nothing happened or that is unknown. */
  submit(submission: Submission): Promise<Reply>
  /**
   * Replaces the draft of a claimed alert before it is delivered; without effect where another process holds the claim by now.
   * Rejects like `submit`.
   */
  enrich(series: Series, claimed: ClaimRef, draft: string): Promise<void>
  /**
   * Says what became of a claim; resolves with false, without effect, where another process holds the claim by now. Rejects
   * like `submit`.
   */
  settle(series: Series, claimed: ClaimRef, settlement: Settlement, note?: Note): Promise<Settled>
  /** Calls back each time the store becomes reachable. */
  onReachable(listener: () => void): void
  /** Releases everything that was opened; never rejects. */
  close(): Promise<void>
}
