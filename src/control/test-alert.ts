// A test alert, sent as a real one is: to the destination of a rule, with its secret, in one attempt.
import type { Alert } from '../alert/payload.js'
import { toSample } from '../alert/sample.js'
import type { ConfigDocument } from '../config/document-members.js'
import type { Format, RuleOptions } from '../config/options.js'
import { type RuleSettings, resolveSettings } from '../config/settings.js'
import { attempt } from '../deliver/attempt.js'
import type { HttpClient } from '../deliver/http-client.js'
import type { Outcome } from '../deliver/outcome.js'
import { ConfigError } from '../errors.js'
import { nodeCrypto } from '../node-crypto.js'
import { toLogRecord } from '../record/log-record.js'

/** How the attempt ended, with the names that its JSON has. */
export interface TestOutcome {
  readonly outcome: Outcome['kind']
  /** The status of the answer, if there was one. */
  readonly status?: number
  /** Why the alert was not delivered. */
  readonly reason?: string
  /** The id of the alert, which the receiver also got in the header `webhook-id`. */
  readonly id: string
  readonly rule: string
  /** Host, and port if the url has one, of the destination. The rest of a url may be secret. */
  readonly host: string
  readonly format: Format
  readonly duration_ms: number
}

/** The rule whose destination is tested. @throws ConfigError if there is no rule of this name, or it has no url */
export function testedRule(
  document: ConfigDocument | undefined,
  name: string | undefined,
  options: RuleOptions = {},
): RuleSettings {
  const { rules } = resolveSettings(options, document)
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
  return rule
}

/** Sends a test alert, even if the rule is switched off: a config is tested before it is switched on. Never rejects. */
export async function sendTestAlert(http: HttpClient, rule: RuleSettings): Promise<TestOutcome> {
  const startedMs = performance.now()
  const notice = testAlert(rule, Date.now())
  const outcome = await attempt(http, rule, notice, Date.now())
  return {
    outcome: outcome.kind,
    ...('status' in outcome && outcome.status !== undefined && { status: outcome.status }),
    ...('reason' in outcome && { reason: outcome.reason }),
    id: notice.id,
    rule: rule.name,
    host: new URL(rule.url).host,
    format: rule.format,
    duration_ms: Math.round(performance.now() - startedMs),
  }
}

function testAlert(rule: RuleSettings, nowMs: number): Alert {
  return {
    id: `${nowMs}-${nodeCrypto().randomBytes(6).toString('hex')}-test`,
    rule: rule.name,
    threshold: rule.threshold,
    window_seconds: rule.windowMs / 1000,
    count: rule.threshold,
    // A receiver that logs this message does not count it as an error: lines that begin with `logsiren: ` never count.
    sample: toSample(toLogRecord({ errorMessage: 'logsiren: this is a test alert' })),
    facts: { kind: 'firing', suppressed: 0, firstSeenMs: nowMs, lastSeenMs: nowMs },
    test: true,
  }
}
