// Of what a share of errors is a share: which conditions a request has to meet whether it fails or not. Pure.
import { recordFieldOf } from '../../config/names.js'
import type { Match, RecordField } from '../../config/options.js'
import type { RuleSettings } from '../../config/settings.js'
import { levelPaths } from '../../record/reading/field-paths.js'

/** What only an error has, or has in another way than what went well. */
const ofErrors: readonly RecordField[] = ['statusCode', 'errorMessage', 'kind']

/** Conditions of a rule without those on what tells an error apart: all requests that meet the others are what its errors are a share of. */
export function requestMatch(match: Match = {}): Match {
  return Object.fromEntries(Object.entries(match).filter(([path]) => !isOfErrors(path)))
}

/** Whether a path is that of a level, or a field of the record, however it is spelled, that tells an error apart. */
function isOfErrors(path: string): boolean {
  const field = recordFieldOf(path)
  return levelPaths.includes(path) || (field !== undefined && ofErrors.includes(field))
}

/** How the requests of rules are found that are no counted errors. */
export type RequestSearch =
  /** No rule asks for them. */
  | 'none'
  /** Any line with a status is one for each rule that asks. */
  | 'unread'
  /** Some rule looks at such lines. */
  | 'read'

export function requestSearchOf(rules: readonly RuleSettings[]): RequestSearch {
  const asking = rules.filter(({ percent }) => percent > 0)
  if (asking.length === 0) return 'none'
  return asking.every(takesAnyRequest) ? 'unread' : 'read'
}

/** Whether any line with a status is a request of this rule, so that a line need not be read to be counted. */
export function takesAnyRequest({ match, groupBy }: Pick<RuleSettings, 'match' | 'groupBy'>): boolean {
  return groupBy.length === 0 && Object.keys(requestMatch(match)).length === 0
}
