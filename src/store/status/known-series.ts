// Which series there are, as far as the config key tells: those that were announced, and the rules that the document names. Pure.
import * as v from 'valibot'
import type { ConfigDocument } from '../../config/document-members.js'
import { type RuleSettings, resolveSettings } from '../../config/settings.js'
import { type GroupValues, type Series, seriesOf } from '../../rule/series.js'
import { defined, isObject, parseJson } from '../../unknown.js'
import type { Announcement } from '../redis/announcements.js'

/** A series, its rule as it is in force; where it goes is not known. */
export interface Known {
  readonly series: Series
  /** Names where its alerts go, of every process that has announced it. */
  readonly destinations: readonly string[]
  /** False where the document names rules, and not this one. */
  readonly isInForce: boolean
  /** Undefined where it was never counted. */
  readonly announcedAtMs: number | undefined
}

/** The newest announcement of each series under the config as it is now, and the rules that were never counted. */
export function knownSeries(
  announced: readonly (readonly [announcement: string, atMs: string])[],
  document: ConfigDocument | undefined,
): Known[] {
  const known = new Map<string, Known>()
  for (const [text, atMs] of announced) {
    const announcement = readAnnouncement(text)
    if (announcement === undefined) continue
    const { isInForce, rule } = inForce(announcement, document)
    const series = seriesOf(rule, announcement.key, announcement.group)
    const newer = known.get(series.id)
    const destinations = [...new Set([...(newer?.destinations ?? []), announcement.destination])]
    known.set(series.id, { ...(newer ?? { series, isInForce, announcedAtMs: Number(atMs) }), destinations })
  }
  const counted = new Set([...known.values()].map(({ series }) => series.rule.name))
  // Which rules the options of processes name, only processes know.
  const isDocumented = document !== undefined || known.size === 0
  for (const rule of isDocumented ? resolveSettings({}, document).rules : []) {
    const isUnnamed = rule.name === 'default' && (document?.rules?.length ?? 0) === 0
    if (counted.has(rule.name) || (isUnnamed && known.size > 0)) continue
    known.set(rule.name, { series: seriesOf(rule), destinations: [], isInForce: true, announcedAtMs: undefined })
  }
  return [...known.values()]
}

/**
 * The document may have changed since a process announced it; what it does not say, the process' options did. Of a rule
 * that stands in options what it has of its own comes first, and only the process knows what that is.
 */
function inForce(
  { rule: name, window, cooldown, cooldownMax, threshold, type, resolve, enabled }: Announcement,
  document: ConfigDocument | undefined,
): Pick<Known, 'isInForce'> & { readonly rule: RuleSettings } {
  const announced = {
    threshold,
    windowSeconds: window / 1000,
    cooldownSeconds: cooldown / 1000,
    ...(cooldownMax > 0 && { cooldownMaxSeconds: cooldownMax / 1000 }),
    windowType: type,
    sendResolved: resolve,
  }
  const documented = document?.rules ?? []
  const isDocumented = documented.some((rule) => rule.name === name) || (documented.length === 0 && name === 'default')
  const isInForce = documented.length === 0 || isDocumented
  // That it counts says that it has a url.
  const own = { enabled, url: 'https://announced.invalid/' }
  const options = isDocumented ? { ...own, ...announced } : { ...own, rules: [{ name, ...announced }] }
  const { rules } = resolveSettings(options, isInForce ? document : undefined)
  return { isInForce, rule: { ...settingsOf(rules, name), url: '' } }
}

function settingsOf(rules: readonly RuleSettings[], name: string): RuleSettings {
  const found = rules.find((rule) => rule.name === name)
  if (found === undefined) throw new Error('a rule that was asked for is among those that are resolved')
  return found
}

const positive = v.pipe(v.number(), v.integer(), v.minValue(1))
/** Names of keys are made of them. */
const name = v.pipe(v.string(), v.regex(/^[\w-]{0,64}$/))
const flag = v.fallback(v.boolean(), false)

const announcementSchema = v.object({
  rule: v.pipe(name, v.nonEmpty()),
  destination: v.optional(name, ''),
  key: name,
  group: v.fallback(v.optional(v.custom<GroupValues>(isObject)), undefined),
  type: v.fallback(v.picklist(['sliding', 'fixed']), 'sliding'),
  window: positive,
  threshold: positive,
  cooldown: positive,
  cooldownMax: v.fallback(v.pipe(v.number(), v.integer()), 0),
  resolve: flag,
  enabled: flag,
})

/** Undefined where it is none: another hand may have written it. */
export function readAnnouncement(text: string): Announcement | undefined {
  const { success, output } = v.safeParse(announcementSchema, parseJson(text))
  return success ? defined(output) : undefined
}
