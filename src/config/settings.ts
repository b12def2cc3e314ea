// The document laid over the options: what is in force. Seconds become milliseconds here and nowhere else.

import { originOf } from './checks/destination.js'
import { ruleDefaults } from './defaults.js'
import type { ConfigDocument, DocumentRule } from './document/document.js'
import { formatFor } from './formats.js'
import { recordFieldOf, toCamelCase, toSnakeCase } from './names.js'
import type { Format, LogsirenOptions, Match, RuleDefinition, RuleOptions, WindowType } from './options.js'

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

/** The options that settings are made of. */
export type SettingsOptions = RuleOptions & Pick<LogsirenOptions, 'rules'>

export interface Settings {
  readonly rules: readonly RuleSettings[]
  /** A rule sends no secret, since the one that it would inherit was given for another origin. */
  readonly isSecretWithheld: boolean
}

/** A longest cooldown that is not there. */
const NO_MAXIMUM = 0

/** What is in force with this document, or, where the key is missing, with the options alone. */
export function resolveSettings(options: SettingsOptions, document: ConfigDocument | undefined): Settings {
  const base: RuleSettings = {
    ...destinationOf({ name: 'default' }, options, document),
    threshold: positive(document?.threshold, options.threshold, ruleDefaults.threshold),
    windowMs: 1000 * positive(document?.window_seconds, options.windowSeconds, ruleDefaults.windowSeconds),
    cooldownMs: 1000 * positive(document?.cooldown_seconds, options.cooldownSeconds, ruleDefaults.cooldownSeconds),
    statusCodeThreshold: positive(
      document?.status_code_threshold,
      options.statusCodeThreshold,
      ruleDefaults.statusCodeThreshold,
    ),
    windowType: document?.window_type ?? options.windowType ?? ruleDefaults.windowType,
    cooldownMaxMs: 1000 * positive(document?.cooldown_max_seconds, options.cooldownMaxSeconds, NO_MAXIMUM),
    groupBy: toPaths(document?.group_by ?? options.groupBy ?? []),
    maxGroups: options.maxGroups ?? ruleDefaults.maxGroups,
    sendResolved: document?.send_resolved ?? options.sendResolved ?? ruleDefaults.sendResolved,
  }
  // The document's rules replace the options' whole; where there are none, there is the unnamed one.
  const given = document?.rules?.map(toDefinition) ?? options.rules ?? []
  const definitions: readonly RuleDefinition[] = given.length === 0 ? [{ name: base.name }] : given
  const isDocumented = (document?.rules?.length ?? 0) > 0
  // What a rule says of its own stands beside the url that its source knows.
  const urlBeside = isDocumented ? (document?.url ?? options.url) : options.url
  const rules = definitions
    .map((own) => ({
      ...base,
      ...destinationOf(own, options, document, urlBeside),
      ...countingOf(own),
      ...(isDocumented && own.match !== undefined && { isMatchShared: true as const }),
    }))
    .map((rule) => ({ ...rule, cooldownMaxMs: rule.cooldownMaxMs && Math.max(rule.cooldownMaxMs, rule.cooldownMs) }))
  const isSecretWithheld = rules.some(
    ({ enabled, secret }, index) =>
      enabled && secret === '' && (definitions[index]?.secret ?? inheritable(options, document)) !== '',
  )
  return { rules, isSecretWithheld }
}

/** A rule of the document as options would write it. There a number <= 0 is the default, whatever is inherited. */
function toDefinition(rule: DocumentRule): RuleDefinition {
  const members = Object.entries(rule).map(([member, value]) => {
    const name = toCamelCase(member)
    const fallback = Object.hasOwn(ruleDefaults, name) ? ruleDefaults[name as keyof typeof ruleDefaults] : NO_MAXIMUM
    return [name, typeof value === 'number' && value <= 0 ? fallback : value]
  })
  // The members are those of a rule, each under the name that options have for it.
  return Object.fromEntries(members) as RuleDefinition
}

/** What a rule has of its own beside its destination. */
function countingOf(own: RuleDefinition): Partial<RuleSettings> {
  const { threshold, windowSeconds, cooldownSeconds, statusCodeThreshold, windowType, match } = own
  const { cooldownMaxSeconds, groupBy, maxGroups, sendResolved } = own
  return {
    ...(cooldownMaxSeconds !== undefined && { cooldownMaxMs: 1000 * cooldownMaxSeconds }),
    ...(groupBy !== undefined && { groupBy: toPaths(groupBy) }),
    ...(maxGroups !== undefined && { maxGroups }),
    ...(sendResolved !== undefined && { sendResolved }),
    ...(threshold !== undefined && { threshold }),
    ...(windowSeconds !== undefined && { windowMs: 1000 * windowSeconds }),
    ...(cooldownSeconds !== undefined && { cooldownMs: 1000 * cooldownSeconds }),
    ...(statusCodeThreshold !== undefined && { statusCodeThreshold }),
    ...(windowType !== undefined && { windowType }),
    ...(match !== undefined && { match }),
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

function destinationOf(
  own: RuleDefinition,
  options: SettingsOptions,
  document: ConfigDocument | undefined,
  urlBeside?: string,
): Destination {
  const url = own.url ?? document?.url ?? options.url ?? ''
  const enabled = url !== '' && (own.enabled ?? isEnabled(url, options, document))
  const isOwnFor = originOf(own.url ?? urlBeside ?? '') === originOf(url)
  const ownSecret = own.secret !== undefined && !isOwnFor ? '' : own.secret
  const secret = ownSecret ?? inheritedSecret(url, options, document)
  const format = own.format ?? document?.format ?? options.format ?? formatFor(url)
  return { name: own.name, enabled, url, secret, format }
}

function isEnabled(url: string, options: RuleOptions, document: ConfigDocument | undefined): boolean {
  if (document?.enabled !== undefined) return document.enabled
  // The original decodes a missing member as false, so a document that names a destination must also switch it on.
  if (document?.url !== undefined) return false
  return options.enabled ?? url !== ''
}

/** A secret is inherited only while the url in force has the origin of the url beside which the secret was given. */
function inheritedSecret(url: string, options: RuleOptions, document: ConfigDocument | undefined): string {
  const givenFor = document?.secret === undefined ? options.url : (document.url ?? options.url)
  return originOf(givenFor ?? '') === originOf(url) ? inheritable(options, document) : ''
}

function inheritable(options: RuleOptions, document: ConfigDocument | undefined): string {
  return document?.secret ?? options.secret ?? ''
}

function positive(documented: number | undefined, option: number | undefined, fallback: number): number {
  if (documented === undefined) return option ?? fallback
  return documented > 0 ? documented : fallback
}

/** What is wrong with a destination outside of `allowedOrigins`, which only code may set; undefined where nothing is. */
export function refusedOrigin({ rules }: Settings, allowedOrigins: readonly string[] | undefined): string | undefined {
  if (allowedOrigins === undefined) return undefined
  const isRefused = rules.some(({ url }) => url !== '' && !allowedOrigins.includes(originOf(url)))
  return isRefused ? 'Expected `url` to be in one of `allowedOrigins`, got another origin' : undefined
}
