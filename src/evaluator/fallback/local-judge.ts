// When and by what a process judges by itself, once Redis is down.
import type { Clock } from '../../clock.js'
import type { RuleSettings } from '../../config/settings.js'
import type { Series } from '../../rule/series.js'
import type { Backlog, Part } from '../counting/backlog.js'
import { fullDraft, shortDraft } from '../counting/drafts.js'
import type { Claimed } from '../dispatch/delivery.js'
import type { Counters } from '../stats.js'
import type { Alone } from './local-alerts.js'

/** So many alerts say all there is to say: they are kept, and handed over in one submission. */
const MAX_FULL_DRAFTS = 50

export interface LoneJudgeOptions {
  readonly alone: Alone
  readonly backlog: Backlog
  readonly clock: Clock
  readonly counters: Counters
  readonly hostname: string
  readonly rules: () => readonly RuleSettings[]
  /** What was submitted of a series and is not answered for. */
  readonly submittedPart: (series: Series) => Part | undefined
  /** Redis is being asked, and has the word until it answers or does not. */
  readonly isAsking: () => boolean
  readonly isFlushing: () => boolean
  readonly onClaim: (claimed: Claimed) => void
}

export class LoneJudge {
  readonly #options: LoneJudgeOptions
  /** Undefined where nothing is planned. */
  #cancel: (() => void) | undefined

  constructor(options: LoneJudgeOptions) {
    this.#options = options
  }

  /** Judges after a while, unless that is planned already. */
  plan(waitMs: number): void {
    this.#cancel ??= this.#options.clock.after(Math.max(0, Math.ceil(waitMs)), () => {
      this.#cancel = undefined
      if (!this.#options.isAsking()) this.judge()
    })
  }

  /** Judges what was observed, where Redis is down. */
  judge(): void {
    const { alone, backlog, clock, counters, hostname, rules, submittedPart, isFlushing, onClaim } = this.#options
    if (!alone.isActive) return
    alone.note(backlog.takeUnseen())
    const enabled = new Set(
      rules()
        .filter((rule) => rule.enabled)
        .map(({ name }) => name),
    )
    const draftOf = (series: Series): string => {
      const part = backlog.peek(series) ?? submittedPart(series)
      if (part === undefined) return ''
      const isFull = alone.raisedIds.length < MAX_FULL_DRAFTS
      if (!isFull) return shortDraft({ ...part, series }, hostname, true)
      return fullDraft({ ...part, series }, hostname, clock.monotonicMs(), true)
    }
    const { raised, unraised, claims } = alone.judge(({ rule }) => enabled.has(rule.name), draftOf)
    counters.degraded += raised
    counters.unraised += unraised
    for (const { series, claim } of claims)
      onClaim({ series, claim, draft: undefined, store: alone, isForced: isFlushing() })
  }

  close(): void {
    this.#cancel?.()
  }
}
