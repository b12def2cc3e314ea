// Tries a config on log lines that are sent along, with a backtest: nothing is counted in Redis, and nobody is called.
import type { BacktestAlert } from '../backtest/alert-list.js'
import { type BacktestReport, backtest } from '../backtest/backtest.js'
import { optionsToTry } from '../backtest/document-options.js'
import { parseMembers } from '../config/document/document.js'
import type { ConfigDocument } from '../config/document-members.js'
import { renamed, type SnakeCase, toSnakeCase } from '../config/names.js'
import type { Control } from '../control/control.js'
import { ConfigError } from '../errors.js'
import type { ParserName } from '../record/foreign-lines/event-reader.js'
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
  const { lines, config, parser } = Object(read.value) as Readonly<Record<'lines' | 'config' | 'parser', unknown>>
  if (typeof lines !== 'string')
    throw new ConfigError([{ path: 'lines', message: 'Expected `lines` to be a text of log lines' }])
  const document = config === undefined ? await storedDocument(control) : checked(config)
  const options = { ...optionsToTry(document), ...(parser !== undefined && { parser: parser as ParserName }) }
  return json(toTrial(await backtest(textOf(lines), options)))
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
