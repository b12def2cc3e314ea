// What lines are searched and read by. It is made anew whenever the rules in force change, or what the logger says of its lines.
import type { RuleSettings } from '../../config/settings.js'
import type { LineShape } from '../../record/reading/field-paths.js'
import { isErrorLine } from '../../record/reading/line-traits.js'
import { compileReading, type LineReading } from '../../record/reading/read-line.js'
import type { RecentLines } from '../../record/recent-lines.js'
import type { SeverityScale } from '../../record/severity.js'
import { compileSelection, type Selection } from '../../record/sieve/gate.js'
import { compileMemberRequests, type MemberRequests } from '../../record/sieve/member-requests.js'
import { compileMemberSieve, type MemberSieve } from '../../record/sieve/member-sieve.js'
import { compileRequestSieve, type RequestSieve } from '../../record/sieve/request-sieve.js'
import type { compileSieve, Sieve } from '../../record/sieve/text-sieve.js'
import type { Reader } from './candidate.js'
import type { RequestSearch } from './request-search.js'

export interface CompiledReading extends LineReading {
  /** Undefined where no rule counts anything. */
  readonly sieve: Sieve | undefined
  readonly select: Selection
  readonly memberSieve: MemberSieve | undefined
  /** Find the other requests; undefined where no rule asks for them. */
  readonly requestSieve: RequestSieve | undefined
  readonly memberRequests: MemberRequests | undefined
  readonly reader: Reader
}

export interface ReadingParts {
  readonly rules: readonly RuleSettings[]
  readonly shape: LineShape
  readonly scale: SeverityScale
  readonly minSeverity: number
  readonly sampleFields: readonly string[] | undefined
  readonly requestSearch: RequestSearch
  readonly recent: RecentLines | undefined
  readonly compileSieve: typeof compileSieve
}

export function compileReadingOf(parts: ReadingParts): CompiledReading {
  const { rules, shape, scale, minSeverity, requestSearch, recent } = parts
  const statusThreshold = Math.min(...rules.map((rule) => rule.statusCodeThreshold))
  const criteria = { statusThreshold, minSeverity, scale, shape }
  const isWatching = rules.length > 0
  const reading = compileReading(shape, parts.sampleFields)
  const asksForRequests = requestSearch !== 'none'
  return {
    ...reading,
    reader: {
      reading,
      isError: (traits, rule) => isErrorLine(traits, rule.statusCodeThreshold, minSeverity),
      placeOf: (request) => recent?.placeOf(request, reading),
    },
    sieve: isWatching ? parts.compileSieve(criteria) : undefined,
    select: compileSelection(shape),
    memberSieve: isWatching ? compileMemberSieve(criteria) : undefined,
    requestSieve: asksForRequests ? compileRequestSieve(shape, requestSearch === 'read') : undefined,
    memberRequests: asksForRequests ? compileMemberRequests(shape) : undefined,
  }
}
