// What a process tells operators of the series that it counts: seldom, so that it costs next to nothing.
import type { RuleSettings } from '../../config/settings.js'
import type { GroupValues, Series } from '../../rule/series.js'
import { destinationId } from './destination-id.js'

/** A series as the process that announces it has it in force; spans in milliseconds. */
export interface Announcement {
  readonly rule: string
  /** Names where its alerts go, without telling it. */
  readonly destination: string
  /** The series' `groupKey`. */
  readonly key: string
  /** Absent where the rule has no groups. */
  readonly group?: GroupValues
  readonly type: RuleSettings['windowType']
  readonly window: number
  readonly threshold: number
  readonly cooldown: number
  /** 0 where the cooldown always is the same. */
  readonly cooldownMax: number
  /** Whether it tells when the errors stop. */
  readonly resolve: boolean
  readonly enabled: boolean
}

/** A series is announced this often while it is counted, and whenever its rule has changed. */
const INTERVAL_MS = 30_000
/** More than these are forgotten: to announce one again does no harm. */
const MAX_REMEMBERED = 10_000

export class Announcements {
  /** What the store has taken, by series id. */
  readonly #taken = new Map<string, { readonly rule: RuleSettings; readonly text: string; readonly atMs: number }>()

  /** The JSON that the series is to announce; blank where that was done lately. */
  textOf(series: Series, monotonicMs: number): string {
    const taken = this.#taken.get(series.id)
    const isRecent = taken !== undefined && monotonicMs < taken.atMs + INTERVAL_MS
    // Mostly there is no need to look: settings never change, others take their place.
    if (isRecent && taken.rule === series.rule) return ''
    const text = JSON.stringify(announcementOf(series))
    return isRecent && taken.text === text ? '' : text
  }

  /** The store has answered to it. */
  taken({ id, rule }: Series, text: string, monotonicMs: number): void {
    // The oldest are in front.
    this.#taken.delete(id)
    const [oldest] = this.#taken.size >= MAX_REMEMBERED ? this.#taken.keys() : []
    if (oldest !== undefined) this.#taken.delete(oldest)
    this.#taken.set(id, { rule, text, atMs: monotonicMs })
  }
}

export function announcementOf({ rule, groupKey, groupValues }: Series): Announcement {
  return {
    rule: rule.name,
    destination: destinationId(rule.url),
    key: groupKey,
    ...(groupValues !== undefined && { group: groupValues }),
    type: rule.windowType,
    window: rule.windowMs,
    threshold: rule.threshold,
    cooldown: rule.cooldownMs,
    cooldownMax: rule.cooldownMaxMs,
    resolve: rule.sendResolved,
    enabled: rule.enabled,
  }
}

/** Undefined where it is none: another hand may have written it. */
export function readAnnouncement(text: string): Announcement | undefined {
  try {
    const given = JSON.parse(text) as Partial<Announcement> | null
    const {
      rule,
      destination = '',
      key,
      group,
      type,
      window,
      threshold,
      cooldown,
      cooldownMax,
      resolve,
      enabled,
    } = given ?? {}
    const numbers = [window, threshold, cooldown].every((number) => Number.isInteger(number) && Number(number) > 0)
    if (typeof rule !== 'string' || typeof key !== 'string' || !numbers) return undefined
    // Names of keys are made of them.
    if (![rule, key, destination].every((name) => typeof name === 'string' && /^[\w-]{0,64}$/.test(name)))
      return undefined
    if (rule === '') return undefined
    return {
      rule,
      destination,
      key,
      ...(typeof group === 'object' && group !== null && { group }),
      type: type === 'fixed' ? 'fixed' : 'sliding',
      window: Number(window),
      threshold: Number(threshold),
      cooldown: Number(cooldown),
      cooldownMax: Number.isInteger(cooldownMax) ? Number(cooldownMax) : 0,
      resolve: resolve === true,
      enabled: enabled === true,
    }
  } catch {
    return undefined
  }
}
