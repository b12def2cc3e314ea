// Which series there are, as far as the config key tells: those that were announced, and the rules that the document names. Pure.
import * as v from 'valibot'
import { hostOf } from '../../config/checks/destination.js'
import type { ConfigDocument } from '../../config/document-members.js'
import { formats } from '../../config/formats.js'
import type { Format } from '../../config/options.js'
import { type RuleSettings, resolveSettings } from '../../config/settings.js'
import { type GroupValues, type Series, seriesOf } from '../../rule/series.js'
import { defined, isObject, parseJson } from '../../unknown.js'
import type { Announcement } from '../redis/announcements.js'
import { destinationId } from '../redis/destination-id.js'

/** A series, its rule as it is in force; the url of that is not known. */
export interface Known {
  readonly series: Series
  /** Where its alerts go: first where those of its rule go now, as far as is known, then where they went for other processes, or before. */
  readonly destinations: readonly Destination[]
  /** False where the document names rules, and not this one. */
  readonly isInForce: boolean
  /** Undefined where it was never counted. */
  readonly announcedAtMs: number | undefined
}

export interface Destination {
  /** Names the url without showing it. */
  readonly id: string
  /** Host, and port if there is one, of the url. */
  readonly host: string
  readonly format: Format
}

/** Stands for the url of a rule that only its processes know. */
const UNKNOWN_URL = 'https://announced.invalid/'

/** The newest announcement of each series under the config as it is now, and the rules that were never counted. */
export function knownSeries(
  announced: readonly (readonly [announcement: string, atMs: string])[],
  document: ConfigDocument | undefined,
): Known[] {
  const known = new Map<string, Known>()
  const ofRules = new Map<string, Destination>()
  const inForceOf = remembering(document)
  /** Series that are only known since their rule was announced as a whole. */
  const wholeIds = new Set<string>()
  for (const [text, atMs] of announced) {
    const announcement = readAnnouncement(text)
    if (announcement === undefined) continue
    const { isInForce, rule, destination } = inForceOf(announcement)
    const series = seriesOf(rule, announcement.key, announcement.group)
    const ofRule = ofRules.get(rule.name) ?? destination
    ofRules.set(rule.name, ofRule)
    const newer = known.get(series.id)
    const destinations = distinct([
      ...(newer?.destinations ?? [ofRule]),
      { id: announcement.destination, host: announcement.host, format: announcement.format },
    ])
    const countedAtMs = announcement.whole === true ? undefined : Number(atMs)
    if (newer === undefined && countedAtMs === undefined) wholeIds.add(series.id)
    if (countedAtMs !== undefined) wholeIds.delete(series.id)
    const announcedAtMs = newer?.announcedAtMs ?? countedAtMs
    known.set(series.id, { ...(newer ?? { series, isInForce }), announcedAtMs, destinations })
  }
  const withOwn = new Set(
    [...known.values()].flatMap(({ series }) => (wholeIds.has(series.id) ? [] : series.rule.name)),
  )
  // Of a rule with groups those are shown, and the rule by itself only as long as it has none.
  for (const id of wholeIds) if (withOwn.has(id)) known.delete(id)
  for (const one of documented(document, ofRules)) known.set(one.series.id, one)
  return [...known.values()]
}

/** The rules of the document that no process has announced. Which rules the options of processes name, only processes know. */
function documented(document: ConfigDocument | undefined, announced: ReadonlyMap<string, unknown>): readonly Known[] {
  if (document === undefined) return []
  const isUnnamed = (document.rules?.length ?? 0) === 0
  if (isUnnamed && announced.size > 0) return []
  return resolveSettings({}, document)
    .rules.filter(({ name }) => !announced.has(name))
    .map((rule) => ({
      series: seriesOf({ ...rule, url: '' }),
      destinations: rule.url === '' ? [] : [destinationOf(rule)],
      isInForce: true,
      announcedAtMs: undefined,
    }))
}

function destinationOf({ url, format }: RuleSettings): Destination {
  return { id: destinationId(url), host: hostOf(url), format }
}

function distinct(destinations: readonly Destination[]): readonly Destination[] {
  return destinations.filter(({ id }, at) => destinations.findIndex((one) => one.id === id) === at)
}

interface InForce extends Pick<Known, 'isInForce'> {
  readonly rule: RuleSettings
  readonly destination: Destination
}

/** Thousands of groups announce the same settings. */
function remembering(document: ConfigDocument | undefined): (announcement: Announcement) => InForce {
  const made = new Map<string, InForce>()
  return (announcement) => {
    const { key: _, group: __, ...settings } = announcement
    const text = JSON.stringify(settings)
    const known = made.get(text) ?? inForce(announcement, document)
    made.set(text, known)
    return known
  }
}

/**
 * The document may have changed since a process announced it; what it does not say, the process' options did. Of a rule
 * that stands in options what it has of its own comes first, and only the process knows what that is.
 */
function inForce(announcement: Announcement, document: ConfigDocument | undefined): InForce {
  const { rule: name, destination, host, format, enabled } = announcement
  const { window, cooldown, cooldownMax, threshold, type, resolve, newOnly, percent } = announcement
  const announced = {
    threshold,
    windowSeconds: window / 1000,
    cooldownSeconds: cooldown / 1000,
    ...(cooldownMax > 0 && { cooldownMaxSeconds: cooldownMax / 1000 }),
    windowType: type,
    sendResolved: resolve,
    ...(newOnly !== undefined && { newOnly }),
    ...(percent !== undefined && { percent }),
  }
  const documented = document?.rules ?? []
  const isDocumented = documented.some((rule) => rule.name === name) || (documented.length === 0 && name === 'default')
  const isInForce = documented.length === 0 || isDocumented
  // That it counts says that it has a url.
  const own = { enabled, url: UNKNOWN_URL }
  const options = isDocumented ? { ...own, ...announced } : { ...own, rules: [{ name, ...announced }] }
  const { rules } = resolveSettings(options, isInForce ? document : undefined)
  const rule = settingsOf(rules, name)
  const isMoved = isDocumented && rule.url !== UNKNOWN_URL && rule.url !== '' && destinationId(rule.url) !== destination
  return {
    isInForce,
    rule: { ...rule, url: '' },
    destination: isMoved ? destinationOf(rule) : { id: destination, host, format },
  }
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
  host: v.fallback(v.string(), ''),
  format: v.fallback(v.picklist(formats), 'json'),
  key: name,
  group: v.fallback(v.optional(v.custom<GroupValues>(isObject)), undefined),
  whole: v.fallback(v.optional(v.literal(true)), undefined),
  type: v.fallback(v.picklist(['sliding', 'fixed']), 'sliding'),
  window: positive,
  threshold: positive,
  cooldown: positive,
  cooldownMax: v.fallback(v.pipe(v.number(), v.integer()), 0),
  resolve: flag,
  newOnly: v.fallback(v.optional(v.literal(true)), undefined),
  percent: v.fallback(v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(100))), undefined),
  enabled: flag,
})

/** Undefined where it is none: another hand may have written it. */
export function readAnnouncement(text: string): Announcement | undefined {
  const { success, output } = v.safeParse(announcementSchema, parseJson(text))
  return success ? defined(output) : undefined
}
