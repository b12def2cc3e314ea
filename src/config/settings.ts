// The settings in force: the config document laid over the options in code. Seconds become milliseconds here and nowhere else.
import { originOf } from './checks/destination.js'
import { MAX_PATTERNS_SIZE, totalSize } from './checks/pattern.js'
import { type FullRuleOptions, ruleDefaults } from './defaults.js'
import { type ConfigDocument, toOptions } from './document-members.js'
import { formatFor, timeoutFor } from './formats.js'
import { recordFieldOf, toSnakeCase } from './names.js'
import type { Format, Match, RuleDefinition, RuleOptions, SettingsOptions, WindowType } from './options.js'

const DAY_MS = 86_400_000
/** A kind is remembered for ten years at most: a longer time, in ms, would be no safe integer. */
const MAX_NEW_AFTER_DAYS = 3650

/** The settings of one rule, in which everything that it inherits is filled in. */
export interface RuleSettings {
  readonly name: string
  /** Never true where `url` is blank. */
  readonly enabled: boolean
  readonly url: string
  /** Blank if there is none, or none that may be sent to the url's origin. */
  readonly secret: string
  readonly format: Format
  /** How long an attempt may take. */
  readonly timeoutMs: number
  readonly threshold: number
  readonly windowMs: number
  readonly cooldownMs: number
  readonly statusCodeThreshold: number
  readonly windowType: WindowType
  /** The longest cooldown that doubling may reach; 0 if the cooldown never changes. */
  readonly cooldownMaxMs: number
  /** Record fields by their JSON names, and line paths; empty if the rule has no groups. */
  readonly groupBy: readonly string[]
  readonly maxGroups: number
  readonly sendResolved: boolean
  /** Whether only errors count whose kind the fleet has not met for `newAfterMs`. */
  readonly newOnly: boolean
  readonly newAfterMs: number
  /** For how long a rule with `newOnly` only learns after its first error; 0 where it does not. */
  readonly learnMs: number
  /** Alerts of its groups that may begin in a minute. */
  readonly maxAlertsPerMinute: number
  /** An alert also needs this share of the window's requests to be errors, in percent; 0 where any share does. */
  readonly percent: number
  /** Templates of links by their names, told with every alert. */
  readonly links: Readonly<Record<string, string>>
  /** Texts by their names, told with every alert. */
  readonly labels: Readonly<Record<string, string>>
  /** The body of the format `template`, any JSON value; undefined where there is none. */
  readonly template: unknown
  /** Further headers of each request, by their names; empty where there are none, or none that may be sent to the url's origin. */
  readonly headers: Readonly<Record<string, string>>
  /** The conditions that an error must meet to count; undefined if all errors do. */
  readonly match?: Match
  /** `match` is the document's and finds nothing in redacted places: its writer could find out a redacted value by trying conditions. */
  readonly isMatchShared?: true
}

/** What counts for no rule. */
export interface Ignoring {
  /** An error is ignored that meets all conditions of one of these. */
  readonly ignore: readonly Match[]
  /** `ignore` is the document's and finds nothing in redacted places, as `isMatchShared`. */
  readonly isIgnoreShared: boolean
}

export const nothingIgnored: Ignoring = { ignore: [], isIgnoreShared: false }

export interface Settings extends Ignoring {
  readonly rules: readonly RuleSettings[]
  /** Whether an enabled rule sends no secret, or no headers, although there are some, because they were given for another origin. */
  readonly isSecretWithheld: boolean
  /** Whether no rule has a url, though not all of them are switched off. */
  readonly isWithoutDestination: boolean
}

/** The settings in force with this document; with the options alone if it is undefined, since the key is missing. */
export function resolveSettings(options: SettingsOptions, document: ConfigDocument | undefined): Settings {
  const stored = document === undefined ? {} : toOptions(document)
  // The document's rules replace all of the options'. Without rules there is one, named `default`.
  const given = stored.rules ?? options.rules ?? []
  const definitions: readonly RuleDefinition[] = given.length === 0 ? [{ name: 'default' }] : given
  const isDocumented = (stored.rules?.length ?? 0) > 0
  // A rule's own secret was given for a url: the rule's own or, without one, the url that stands beside the rules. Rules in code stand
  // beside the url in code, whatever url the document has.
  const urlBeside = isDocumented ? (stored.url ?? options.url) : options.url
  const inherited = { ...ruleDefaults, ...defined(options), ...defined(stored) }
  const rules = definitions.map((own) => ({
    ...destinationOf(own, options, stored, urlBeside),
    ...countingOf({ ...inherited, ...defined(own), threshold: thresholdOf([own, stored, options]) }),
    ...(own.match !== undefined && { match: own.match }),
    ...(isDocumented && own.match !== undefined && { isMatchShared: true as const }),
  }))
  const isSecretWithheld = rules.some(({ enabled, secret, headers }, index) => {
    const given = { ...inherited, ...defined(definitions[index] ?? {}) }
    return enabled && ((secret === '' && given.secret !== '') || (isEmpty(headers) && !isEmpty(given.headers)))
  })
  const isWithoutDestination =
    rules.every(({ url }) => url === '') &&
    definitions.some((own) => (own.enabled ?? stored.enabled ?? options.enabled) !== false)
  return {
    rules,
    ignore: stored.ignore ?? options.ignore ?? [],
    isIgnoreShared: stored.ignore !== undefined,
    isSecretWithheld,
    isWithoutDestination,
  }
}

/** Leaves out options that are undefined: they are not given. */
export function defined<Options extends object>(
  options: Options,
): { [name in keyof Options]?: Exclude<Options[name], undefined> } {
  // The type that Object.fromEntries returns cannot say that only undefined members are gone.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}

/**
 * The threshold of a rule whose own options come first, then those that it inherits. Where a layer asks for new kinds only and names no
 * threshold, it asks to be told of each.
 */
export function thresholdOf(layers: readonly Pick<RuleOptions, 'threshold' | 'newOnly'>[]): number {
  const isNewOnly = layers.find(({ newOnly }) => newOnly !== undefined)?.newOnly === true
  const [threshold] = layers.flatMap((layer) => layer.threshold ?? (isNewOnly && layer.newOnly === true ? 1 : []))
  return threshold ?? ruleDefaults.threshold
}

/** How a rule counts, from its own options and those that it inherits. */
function countingOf(options: FullRuleOptions): Omit<RuleSettings, keyof Destination> {
  const { windowSeconds, cooldownSeconds, cooldownMaxSeconds } = options
  return {
    threshold: options.threshold,
    windowMs: 1000 * windowSeconds,
    cooldownMs: 1000 * cooldownSeconds,
    cooldownMaxMs: cooldownMaxSeconds === 0 ? 0 : 1000 * Math.max(cooldownMaxSeconds, cooldownSeconds),
    statusCodeThreshold: options.statusCodeThreshold,
    windowType: options.windowType,
    groupBy: toPaths(options.groupBy),
    maxGroups: options.maxGroups,
    sendResolved: options.sendResolved,
    newOnly: options.newOnly,
    newAfterMs: DAY_MS * Math.min(options.newAfterDays, MAX_NEW_AFTER_DAYS),
    learnMs: 1000 * options.learnSeconds,
    maxAlertsPerMinute: options.maxAlertsPerMinute,
    percent: options.percent,
    links: options.links,
    labels: options.labels,
    template: options.template === '' ? undefined : options.template,
  }
}

/** The paths to group by, each once, with record fields under their JSON names. */
function toPaths(groupBy: string | readonly string[]): readonly string[] {
  const paths = [groupBy].flat().filter((path) => path !== '')
  return [...new Set(paths.map(toGroupName))]
}

/** The name under which groups have the values of this path. */
export function toGroupName(path: string): string {
  const field = recordFieldOf(path)
  return field === undefined ? path : toSnakeCase(field)
}

type Destination = Pick<RuleSettings, 'name' | 'enabled' | 'url' | 'secret' | 'headers' | 'format' | 'timeoutMs'>

/** Where a rule's alerts go: its own options come first, then those of the document, then those in code. */
function destinationOf(
  own: RuleDefinition,
  options: RuleOptions,
  stored: RuleOptions,
  urlBeside: string | undefined,
): Destination {
  const url = own.url ?? stored.url ?? options.url ?? ''
  const enabled = url !== '' && (own.enabled ?? isEnabled(url, options, stored))
  const layers: readonly Layer[] = [
    { options: own, urlBeside: own.url ?? urlBeside },
    { options: stored, urlBeside: stored.url ?? options.url },
    { options, urlBeside: options.url },
  ]
  const secret = credentialFor(url, layers, (layer) => layer.secret) ?? ''
  const headers = credentialFor(url, layers, (layer) => layer.headers) ?? {}
  const format = own.format ?? stored.format ?? options.format ?? formatFor(url)
  const timeoutMs = own.timeoutMs ?? stored.timeoutMs ?? options.timeoutMs ?? timeoutFor(format)
  return { name: own.name, enabled, url, secret, headers, format, timeoutMs }
}

function isEnabled(url: string, options: RuleOptions, stored: RuleOptions): boolean {
  if (stored.enabled !== undefined) return stored.enabled
  // The original service reads a missing `enabled` as false, so a document that has a url must also switch it on.
  if (stored.url !== undefined) return false
  return options.enabled ?? url !== ''
}

/** Options in one place, and the url beside which a secret or headers among them were given. */
interface Layer {
  readonly options: RuleOptions
  readonly urlBeside: string | undefined
}

/**
 * The secret, or the headers, in force: of the first layer that gives some; undefined if the url in force has another origin than the url
 * beside which they were given. The new receiver must not learn what the old one knows.
 */
function credentialFor<Credential>(
  url: string,
  layers: readonly Layer[],
  read: (options: RuleOptions) => Credential | undefined,
): Credential | undefined {
  const layer = layers.find(({ options }) => read(options) !== undefined)
  return layer !== undefined && originOf(layer.urlBeside ?? '') === originOf(url) ? read(layer.options) : undefined
}

function isEmpty(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).length === 0
}

/** What goes wrong only together. */
export interface Conflict {
  /** The name of the rule; left out where it is not one rule's. */
  readonly rule?: string
  /** The option that would have to be another. */
  readonly option: keyof SettingsOptions
  readonly message: string
}

/** The conflicts in what is in force; empty where there is none. */
export function conflicts({ rules, ignore }: Settings): readonly Conflict[] {
  const size = ignore.length === 0 ? 0 : totalSize([...rules.map(({ match }) => match), ...ignore])
  const message = `Expected the patterns of \`ignore\` and of the rules to have at most ${MAX_PATTERNS_SIZE} instructions together, got ${size}`
  return [
    ...rules.flatMap((rule) => conflictsOf(rule).map((conflict) => ({ rule: rule.name, ...conflict }))),
    ...(size > MAX_PATTERNS_SIZE ? [{ option: 'ignore' as const, message }] : []),
  ]
}

/** What of a request an error alone can say: a share of all requests cannot be had by it. */
const ERROR_FIELDS = ['level', 'status_code', 'error_message', 'kind']

function conflictsOf(rule: RuleSettings): readonly Omit<Conflict, 'rule'>[] {
  const { name, newOnly, windowType, percent, groupBy, format, template, secret, headers } = rule
  const found: Omit<Conflict, 'rule'>[] = []
  const isFixed = windowType === 'fixed'
  if (newOnly && isFixed) {
    const message = `Expected the rule ${name} to have sliding windows, since it counts only what is new, got fixed ones`
    found.push({ option: 'windowType', message })
  }
  if (percent > 0 && isFixed) {
    const message = `Expected the rule ${name} to have sliding windows, since it has a \`percent\`, got fixed ones`
    found.push({ option: 'windowType', message })
  }
  if (percent > 0 && newOnly) {
    const message = `Expected the rule ${name} to have no \`percent\`, since it counts only what is new, got \`${percent}\``
    found.push({ option: 'percent', message })
  }
  const field = percent > 0 ? groupBy.find((path) => ERROR_FIELDS.includes(path)) : undefined
  if (field !== undefined) {
    const message = `Expected the rule ${name} to have no groups by level, status, message or kind, since it has a \`percent\`, got ${field}`
    found.push({ option: 'groupBy', message })
  }
  if (format === 'template' && template === undefined) {
    const message = `Expected the rule ${name} to have a \`template\`, since that is its format, got none`
    found.push({ option: 'template', message })
  }
  if (secret !== '' && Object.keys(headers).some((header) => header.toLowerCase() === 'authorization')) {
    const message = `Expected the rule ${name} to have no header \`authorization\`, since it has a \`secret\`, got both`
    found.push({ option: 'headers', message })
  }
  return found
}

/** An error message if a destination is outside of `allowedOrigins`, which only code may set; undefined if none is. */
export function refusedOrigin({ rules }: Settings, allowedOrigins: readonly string[] | undefined): string | undefined {
  if (allowedOrigins === undefined) return undefined
  const isRefused = rules.some(({ url }) => url !== '' && !allowedOrigins.includes(originOf(url)))
  return isRefused ? 'Expected `url` to be in one of `allowedOrigins`, got another origin' : undefined
}
