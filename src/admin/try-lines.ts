// Tries a config on log lines that are sent along, with a backtest: nothing is counted in Redis, and nobody is called.
import type { BacktestAlert } from '../backtest/alert-list.js'
import { type BacktestOptions, type BacktestReport, backtest } from '../backtest/backtest.js'
import { parseMembers } from '../config/document/document.js'
import { type ConfigDocument, toOptions } from '../config/document-members.js'
import { renamed, type SnakeCase, toSnakeCase } from '../config/names.js'
import type { RuleOptions } from '../config/options.js'
import type { Control } from '../control/control.js'
import { ConfigError } from '../errors.js'
import type { LogRecord } from '../record/log-record.js'
import { json } from './answer.js'
import type { AdminRequest } from './exchange.js'
import { readJson } from './read-json.js'

type InSnakeCase<Given> = { readonly [Name in keyof Given & string as SnakeCase<Name>]: Given[Name] }

/** The report of a backtest with snake_case names. */
export type Trial = InSnakeCase<Omit<BacktestReport, 'alerts' | 'compared'>> & {
  readonly alerts: readonly TrialAlert[]
}
type TrialAlert = InSnakeCase<Omit<BacktestAlert, 'sample'>> & { readonly sample: InSnakeCase<LogRecord> }

/** Answers with the alerts that the stored config, or the one in the request, would have raised on the request's lines. */
export async function tryLines(control: Control, request: AdminRequest): Promise<Response> {
  const read = await readJson(request)
  if (read.kind === 'refused') return read.answer
  const { lines, config } = Object(read.value) as { readonly lines?: unknown; readonly config?: unknown }
  if (typeof lines !== 'string')
    throw new ConfigError([{ path: 'lines', message: 'Expected `lines` to be a text with one JSON object per line' }])
  const document = config === undefined ? await storedDocument(control) : checked(config)
  return json(toTrial(await backtest(textOf(lines), toBacktestOptions(document))))
}

async function storedDocument({ config }: Control): Promise<ConfigDocument> {
  const stored = await config.read()
  if (stored.kind === 'invalid') throw new ConfigError(stored.problems, 'the stored config is not valid')
  return stored.kind === 'valid' ? stored.stored.document : {}
}

function checked(config: unknown): ConfigDocument {
  const parsed = parseMembers(config)
  if (parsed.kind === 'valid') return parsed.document
  throw new ConfigError(
    parsed.problems.map(({ path, message }) => ({ path: path === '' ? 'config' : `config.${path}`, message })),
  )
}

function toBacktestOptions(document: ConfigDocument): BacktestOptions {
  const { rules, ...members } = toOptions(document)
  return {
    ...counting(members),
    ...(rules !== undefined && { rules: rules.map((rule) => ({ ...counting(rule), name: rule.name })) }),
  }
}

/**
 * The options that decide what is counted and raised, but not where alerts go or whether they are sent. A longest cooldown of 0 means none
 * in a document, and is left out in options.
 */
function counting({ enabled: _, url: __, secret: ___, cooldownMaxSeconds, ...options }: RuleOptions): RuleOptions {
  return { ...options, ...(cooldownMaxSeconds !== 0 && { cooldownMaxSeconds }) }
}

async function* textOf(lines: string): AsyncGenerator<string> {
  yield lines
}

/** The report with snake_case names. The names in `group_by` are record fields and line paths, and stay. */
function toTrial({ alerts, compared: _, ...rest }: BacktestReport): Trial {
  return {
    ...inSnakeCase(rest),
    alerts: alerts.map(({ sample, ...alert }) => ({ ...inSnakeCase(alert), sample: inSnakeCase(sample) })),
  }
}

function inSnakeCase<Given extends object>(given: Given): InSnakeCase<Given> {
  return renamed(given, toSnakeCase) as InSnakeCase<Given>
}
