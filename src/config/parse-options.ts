// Checks options as users write them. Returns them if they are valid, or throws one ConfigError with every problem.
import * as v from 'valibot'
import { ConfigError, type Problem } from '../errors.js'
import { optionEntries } from './checks/members.js'
import { expected, findProblems } from './checks/problems.js'
import { objectOf } from './checks/schema.js'
import { secretsMissingInOptions } from './document/secrets.js'
import { type OptionName, optionMembers, optionsWith } from './engine-options.js'
import { lineFields } from './names.js'
import type { LogsirenOptions, WorkerOption } from './options.js'
import { ruleNaming, ruleOptions } from './rule-members.js'
import { conflicts, refusedOrigin, resolveSettings } from './settings.js'
import { crossingProblems } from './worker-options.js'

/** The names that options may have, and the check of their values. */
interface Expected {
  readonly names: readonly string[]
  readonly schema: v.GenericSchema
}

const ofEvaluator = expectedOf(optionsWith(({ isWinstonOnly }) => isWinstonOnly !== true))
const ofTransport = expectedOf(optionsWith(() => true))

function expectedOf(names: readonly OptionName[]): Expected {
  return { names, schema: objectOf(optionEntries(names), 'an object') }
}

/**
 * Checks the options of an evaluator. `url` and `secret` come back trimmed.
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem at once
 */
export function parseOptions(input: unknown): LogsirenOptions {
  return parse(input, ofEvaluator, secretsMissing) as LogsirenOptions
}

/** Checks options of which others stand elsewhere, and so asks for no secret that goes with a url. @throws ConfigError */
export function parseSomeOptions(input: unknown): LogsirenOptions {
  return parse(input, ofEvaluator, () => []) as LogsirenOptions
}

/** Checks the options of the Winston transport. With `worker`, all of them must be able to cross to another thread. @throws ConfigError */
export function parseTransportOptions(input: unknown): LogsirenOptions & WorkerOption {
  return parse(input, ofTransport, secretsMissing) as LogsirenOptions & WorkerOption
}

/** Checks, and returns a copy in which `redis` is the given object itself: a client must keep its identity. */
function parse(input: unknown, { names, schema }: Expected, lacks: (options: LogsirenOptions) => Problem[]): object {
  const given = input ?? {}
  const problems = [...findProblems(schema, given), ...unknownOptions(given, names)]
  if (!problems.some(({ path }) => /^(url|allowedOrigins|rules)(\.|$)/.test(path)))
    problems.push(...originProblems(given))
  if (names === ofTransport.names && !problems.some(({ path }) => path === 'redis'))
    problems.push(...crossingProblems(given))
  const parsed = problems.length === 0 ? (v.parse(schema, given) as LogsirenOptions) : undefined
  if (parsed !== undefined) problems.push(...lacks(parsed), ...conflictProblems(parsed))
  if (parsed === undefined || problems.length > 0) throw new ConfigError(problems, 'bad options')
  return parsed
}

/** Problems with secrets that are missing. With `redis` there are none, since the config there may have the secret. */
function secretsMissing(options: LogsirenOptions): Problem[] {
  return options.redis === undefined ? secretsMissingInOptions(options) : []
}

function conflictProblems(options: LogsirenOptions): Problem[] {
  return conflicts(resolveSettings(options, undefined)).map(({ rule, option, message }) => {
    const index = options.rules?.findIndex(({ name }) => name === rule) ?? -1
    return { path: index < 0 ? option : `rules.${index}.${option}`, message }
  })
}

/** Problems with destinations outside of `allowedOrigins`. Urls, rules and `allowedOrigins` must have passed their own checks. */
function originProblems(given: unknown): Problem[] {
  const { url: destination, rules, allowedOrigins } = (typeof given === 'object' ? given : {}) as LogsirenOptions
  const destinations = rules?.map(({ name, url }) => ({ name, url: url?.trim() }))
  const settings = resolveSettings({ url: destination?.trim(), rules: destinations }, undefined)
  const message = refusedOrigin(settings, allowedOrigins)
  return message === undefined ? [] : [{ path: 'url', message }]
}

function unknownOptions(input: unknown, known: readonly string[]): Problem[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return []
  return [...unknownMembers(input, '', known), ...unknownInRules(input), ...unknownFields(input)]
}

function unknownMembers(input: object, prefix: string, known: readonly string[]): Problem[] {
  const problems: Problem[] = []
  for (const [option, value] of Object.entries(input)) {
    if (known.includes(option) || value === undefined) continue
    const path = `${prefix}${option}`
    const row = Object.hasOwn(optionMembers, option) ? optionMembers[option as OptionName] : undefined
    if (row?.isWinstonOnly !== true) problems.push({ path, message: unknownOption(path, value) })
    // An option of Winston's alone may be given to the others as long as it has its default.
    else if (value !== row.fallback)
      problems.push({ path, message: `Expected \`${path}\` to be left out: only the Winston transport has it` })
  }
  return problems
}

function unknownInRules(input: object): Problem[] {
  const given: unknown = 'rules' in input ? input.rules : undefined
  if (!Array.isArray(given)) return []
  const known = [...Object.keys(ruleNaming), ...ruleOptions]
  return given.flatMap((rule: unknown, index) =>
    typeof rule === 'object' && rule !== null ? unknownMembers(rule, `rules.${index}.`, known) : [],
  )
}

function unknownFields(input: object): Problem[] {
  const given: unknown = 'fields' in input ? input.fields : undefined
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return []
  return Object.keys(given)
    .filter((field) => !lineFields.some((known) => known === field))
    .map((field) => ({
      path: `fields.${field}`,
      message: `Expected \`fields\` to hold known fields only (${lineFields.join(', ')}), got \`${field}\``,
    }))
}

function unknownOption(option: string, value: unknown): string {
  if (typeof value === 'function') return expected(option, 'left out', value)
  const near = ofEvaluator.names.find((known) => known.toLowerCase() === option.replace(/[_-]/g, '').toLowerCase())
  return `Expected only known options, got \`${option}\`${near === undefined ? '' : ` (did you mean \`${near}\`?)`}`
}
