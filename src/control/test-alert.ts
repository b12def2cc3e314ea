// A test alert, sent as a real one is: to the destination of a rule, with its secret, in one attempt.
import { ruleMembers } from '../alert/draft.js'
import type { Alert, Resolution } from '../alert/payload.js'
import { toSample } from '../alert/sample.js'
import type { ConfigDocument } from '../config/document-members.js'
import { keepsOpen } from '../config/formats.js'
import type { Format, RuleOptions } from '../config/options.js'
import { conflicts, type RuleSettings, resolveSettings } from '../config/settings.js'
import { attempt } from '../deliver/attempt.js'
import type { HttpClient, Post } from '../deliver/http-client.js'
import type { Outcome } from '../deliver/outcome.js'
import { checkRuntime } from '../deliver/runtime.js'
import { ConfigError } from '../errors.js'
import { nodeCrypto } from '../node-crypto.js'
import { toLogRecord } from '../record/log-record.js'
import { type DestinationPolicy, destinationProblems } from './destination-policy.js'

/** How an attempt ended, with the names that its JSON has. */
export interface AttemptOutcome {
  readonly outcome: Outcome['kind']
  /** The status of the answer, if there was one. */
  readonly status?: number
  /** Why it failed. */
  readonly reason?: string
  /** What the answer says, in at most 200 characters; left out where it says nothing. */
  readonly answer?: string
  /** What was sent; only where somebody asked for it. */
  readonly sent?: SentRequest
}

/** A request as people may see it. */
export interface SentRequest {
  /** The names of its headers. Their values may be secret. */
  readonly headers: readonly string[]
  /** With `***` in the place of the secret, where the receiver takes it in the body. */
  readonly body: string
}

/** What became of a test alert, with the names that its JSON has. */
export interface TestOutcome extends AttemptOutcome {
  /** The id of the alert, which the receiver also got in the header `webhook-id`. */
  readonly id: string
  readonly rule: string
  /** Host, and port if the url has one, of the destination. The rest of a url may be secret. */
  readonly host: string
  readonly format: Format
  /** How long the attempt took. */
  readonly duration_ms: number
  /** The request that ended the test again, where the receiver keeps an alert open until then and has taken this one. */
  readonly resolved?: AttemptOutcome
  /**
   * Whether what is parked for the url is tried again now, which follows a test that was delivered; left out where no Redis is known
   * and where the test was not delivered.
   */
  readonly rearmed?: boolean
  /** Rules whose alerts go to other urls; only where no rule was named, and there are such rules. */
  readonly untested?: readonly string[]
}

/** The rule whose destination is tested. @throws ConfigError if there is no rule of this name, or it has no url or no template */
export function testedRule(
  document: ConfigDocument | undefined,
  name: string | undefined,
  options: RuleOptions = {},
): RuleSettings {
  const settings = resolveSettings(options, document)
  const { rules } = settings
  const rule =
    name === undefined ? (rules.find(({ url }) => url !== '') ?? rules[0]) : rules.find((one) => one.name === name)
  if (rule === undefined) {
    const message = `Expected \`rule\` to be one of the stored config’s (${rules.map((one) => one.name).join(', ')}), got another name`
    throw new ConfigError([{ path: 'rule', message }])
  }
  if (rule.url === '')
    throw new ConfigError([
      { path: 'url', message: 'Expected the stored config to have a `url` to send a test alert to' },
    ])
  const conflict = conflicts(settings).find((one) => one.rule === rule.name)
  if (conflict !== undefined) throw new ConfigError([{ path: conflict.option, message: conflict.message }])
  return rule
}

/** The rules whose alerts go to other urls than those of the tested one. */
export function untestedRules(
  document: ConfigDocument | undefined,
  tested: RuleSettings,
  options: RuleOptions = {},
): Pick<TestOutcome, 'untested'> {
  const { rules } = resolveSettings(options, document)
  const untested = rules.filter(({ url }) => url !== '' && url !== tested.url).map(({ name }) => name)
  return untested.length === 0 ? {} : { untested }
}

export interface TestParts extends TestShown {
  readonly http: Pick<HttpClient, 'post'>
  readonly policy: DestinationPolicy
  /** Makes what is parked for a url due at once; undefined where no Redis is known. */
  readonly rearm?: ((url: string) => Promise<void>) | undefined
}

export interface TestShown {
  /** Whether the outcome tells what was sent. @defaultValue false */
  readonly isVerbose?: boolean | undefined
}

/**
 * Sends a test alert, even if the rule is switched off: a config is tested before it is switched on. Where it is delivered, what is
 * parked for the url is tried again.
 * @throws ConfigError if the url may not be called
 */
export async function sendTestAlert(rule: RuleSettings, parts: TestParts): Promise<TestOutcome> {
  const { policy, rearm } = parts
  checkRuntime()
  const problems = destinationProblems({ url: rule.url }, policy)
  if (problems.length > 0) throw new ConfigError(problems)
  const startedMs = performance.now()
  const alert = testAlert(rule, Date.now())
  const outcome = await send(parts, rule, alert)
  const { host } = new URL(rule.url)
  const { id } = alert
  const durationMs = Math.round(performance.now() - startedMs)
  const sent = { ...outcome, id, rule: rule.name, host, format: rule.format, duration_ms: durationMs }
  if (outcome.outcome !== 'delivered') return sent
  const isOpen = keepsOpen(rule.format)
  const resolved = isOpen ? await send(parts, rule, endOf(alert)) : undefined
  const rearmed = await rearm?.(rule.url).then(
    () => true,
    () => false,
  )
  return { ...sent, ...(resolved !== undefined && { resolved }), ...(rearmed !== undefined && { rearmed }) }
}

async function send(
  { http, isVerbose }: TestParts,
  rule: RuleSettings,
  notice: Alert | Resolution,
): Promise<AttemptOutcome> {
  let sent: SentRequest | undefined
  const watched = {
    post: (post: Post) => {
      sent = { headers: Object.keys(post.headers), body: withoutSecret(post.body, rule.secret) }
      return http.post(post)
    },
  }
  const outcome = toJson(await attempt(watched, rule, notice, Date.now()))
  return isVerbose === true && sent !== undefined ? { ...outcome, sent } : outcome
}

/** A body as it was sent; where a text in it is the secret itself, without that. */
function withoutSecret(body: string, secret: string): string {
  if (secret === '' || !body.includes(JSON.stringify(secret))) return body
  return JSON.stringify(JSON.parse(body, (_, value: unknown) => (value === secret ? '***' : value)))
}

function toJson(outcome: Outcome): AttemptOutcome {
  return {
    outcome: outcome.kind,
    ...(outcome.status !== undefined && { status: outcome.status }),
    ...('reason' in outcome && { reason: outcome.reason }),
    ...(outcome.answer !== undefined && { answer: outcome.answer }),
  }
}

function testAlert(rule: RuleSettings, nowMs: number): Alert {
  return {
    id: `${nowMs}-${nodeCrypto().randomBytes(6).toString('hex')}-test`,
    rule: rule.name,
    ...ruleMembers(rule),
    count: rule.threshold,
    // A receiver that logs this message by itself counts no error: see README, What is an error.
    sample: toSample(toLogRecord({ errorMessage: 'logsiren: this is a test alert' })),
    facts: { kind: 'firing', suppressed: 0, firstSeenMs: nowMs, lastSeenMs: nowMs, ...requestsOf(rule) },
    test: true,
  }
}

/** As many requests as there may be at most when so many errors raise an alert. */
function requestsOf({ threshold, percent }: RuleSettings): { readonly requests?: number } {
  return percent === 0 ? {} : { requests: Math.floor((100 * threshold) / percent) }
}

function endOf({ facts: _, ...alert }: Alert): Resolution {
  const { id, count } = alert
  const facts = { kind: 'resolved', alertId: id, durationMs: 0, peak: count, total: count } as const
  return { ...alert, id: `${id}-end`, count: 0, facts }
}
