// The document laid over the options: what is in force. Seconds become milliseconds here and nowhere else.
import { originOf } from './checks/destination.js'
import { type FullRuleOptions, ruleDefaults } from './defaults.js'
import { type ConfigDocument, toOptions } from './document-members.js'
import { formatFor } from './formats.js'
import { recordFieldOf, toSnakeCase } from './names.js'
import type { Format, Match, RuleDefinition, RuleOptions, SettingsOptions, WindowType } from './options.js'

/** One rule with nothing left to inherit. */
export interface RuleSettings {
  readonly name: string
  /** Never true where `url` is blank. */
  readonly enabled: boolean
  readonly url: string
  /** Blank where there is none, or none that may go to the url's origin. */
  readonly secret: string
  readonly format: Format
  readonly threshold: number
  readonly windowMs: number
  readonly cooldownMs: number
  readonly statusCodeThreshold: number
  readonly windowType: WindowType
  /** What the cooldown may double up to while alerts keep coming; 0 where it always is the same. */
  readonly cooldownMaxMs: number
  /** JSON names of record fields, and line paths; empty where there are no groups. */
  readonly groupBy: readonly string[]
  readonly maxGroups: number
  readonly sendResolved: boolean
  /** Which errors it counts; all of them where there is none. */
  readonly match?: Match
  /** It stands in the document, whose writer may not learn what is redacted. */
  readonly isMatchShared?: true
}

export interface Settings {
  readonly rules: readonly RuleSettings[]
  /** A rule sends no secret, since the one that it would inherit was given for another origin. */
  readonly isSecretWithheld: boolean
}

/** What is in force with this document, or, where the key is missing, with the options alone. */
export function resolveSettings(options: SettingsOptions, document: ConfigDocument | undefined): Settings {
  const stored = document === undefined ? {} : toOptions(document)
  // The document's rules replace the options' whole; where there are none, there is the unnamed one.
  const given = stored.rules ?? options.rules ?? []
  const definitions: readonly RuleDefinition[] = given.length === 0 ? [{ name: 'default' }] : given
  const isDocumented = (stored.rules?.length ?? 0) > 0
  // What a rule says of its own stands beside the url that its source knows.
  const urlBeside = isDocumented ? (stored.url ?? options.url) : options.url
  const inherited = { ...ruleDefaults, ...defined(options), ...defined(stored) }
  const rules = definitions.map((own) => ({
    ...destinationOf(own, options, stored, urlBeside),
    ...countingOf({ ...inherited, ...defined(own) }),
    ...(own.match !== undefined && { match: own.match }),
    ...(isDocumented && own.match !== undefined && { isMatchShared: true as const }),
  }))
  const isSecretWithheld = rules.some(
    ({ enabled, secret }, index) =>
      enabled && secret === '' && (definitions[index]?.secret ?? inheritable(options, stored)) !== '',
  )
  return { rules, isSecretWithheld }
}

/** Options without those that are undefined: they are not given. */
export function defined<Options extends object>(
  options: Options,
): { [name in keyof Options]?: Exclude<Options[name], undefined> } {
  // Only members that are undefined are left out, which Object.fromEntries cannot express.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}

/** How a rule counts, of all that it says and inherits. */
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
  }
}

/** Record fields by their JSON names, each once. */
function toPaths(groupBy: string | readonly string[]): readonly string[] {
  const paths = [groupBy].flat().filter((path) => path !== '')
  return [...new Set(paths.map(toGroupName))]
}

function toGroupName(path: string): string {
  const field = recordFieldOf(path)
  return field === undefined ? path : toSnakeCase(field)
}

type Destination = Pick<RuleSettings, 'name' | 'enabled' | 'url' | 'secret' | 'format'>

/** Where a rule's alerts go: what it says of its own, over what is stored, over the options. */
function destinationOf(
  own: RuleDefinition,
  options: RuleOptions,
  stored: RuleOptions,
  urlBeside: string | undefined,
): Destination {
  const url = own.url ?? stored.url ?? options.url ?? ''
  const enabled = url !== '' && (own.enabled ?? isEnabled(url, options, stored))
  const isOwnFor = originOf(own.url ?? urlBeside ?? '') === originOf(url)
  const ownSecret = own.secret !== undefined && !isOwnFor ? '' : own.secret
  const secret = ownSecret ?? inheritedSecret(url, options, stored)
  const format = own.format ?? stored.format ?? options.format ?? formatFor(url)
  return { name: own.name, enabled, url, secret, format }
}

function isEnabled(url: string, options: RuleOptions, stored: RuleOptions): boolean {
  if (stored.enabled !== undefined) return stored.enabled
  // The original decodes a missing member as false, so a document that names a destination must also switch it on.
  if (stored.url !== undefined) return false
  return options.enabled ?? url !== ''
}

/** A secret is inherited only while the url in force has the origin of the url beside which the secret was given. */
function inheritedSecret(url: string, options: RuleOptions, stored: RuleOptions): string {
  const givenFor = stored.secret === undefined ? options.url : (stored.url ?? options.url)
  return originOf(givenFor ?? '') === originOf(url) ? inheritable(options, stored) : ''
}

function inheritable(options: RuleOptions, stored: RuleOptions): string {
  return stored.secret ?? options.secret ?? ''
}

/** What is wrong with a destination outside of `allowedOrigins`, which only code may set; undefined where nothing is. */
export function refusedOrigin({ rules }: Settings, allowedOrigins: readonly string[] | undefined): string | undefined {
  if (allowedOrigins === undefined) return undefined
  const isRefused = rules.some(({ url }) => url !== '' && !allowedOrigins.includes(originOf(url)))
  return isRefused ? 'Expected `url` to be in one of `allowedOrigins`, got another origin' : undefined
}
