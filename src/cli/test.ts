// `logsiren test`: sends a test alert, and says where it went and what was answered, and if it was not delivered, why.

import type { Command } from 'commander'
import { controlOptionNames } from '../config/engine-options.js'
import type { LogsirenOptions, RuleOptions } from '../config/options.js'
import {
  type AttemptOutcome,
  type SentRequest,
  sendTestAlert,
  type TestOutcome,
  type TestShown,
  testedRule,
} from '../control/test-alert.js'
import { HttpClient } from '../deliver/http-client.js'
import { ConfigError } from '../errors.js'
import { oneLine } from '../text.js'
import { command, type Flags, type Names, type ProgramParts, read, VARIABLES, withControl } from './command.js'
import type { Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

const ruleNames = ['url', 'secret', 'format', 'timeoutMs', 'links', 'labels', 'template', 'headers'] as const
const names: Names = [...controlOptionNames, ...ruleNames]

export function testCommand(parts: ProgramParts): Command {
  return command('test', 'Sends a test alert to --url, or to the stored destination', parts, names)
    .option('--rule <name>', 'rule whose destination is tested; without it the first rule that has one')
    .option('--verbose', 'also print the body that was sent, and the names of its headers', false)
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', VARIABLES)
    .action(async ({ rule, json, verbose, ...flags }: Flags) => {
      const isNamed = flags['url'] !== undefined
      if (isNamed && rule !== undefined)
        throw new UsageError('Expected --url or --rule, got both: --url is called whatever the rules are')
      // What the client opens does not keep the process alive. Without this timer it would end before the answer has come.
      const holding = setInterval(() => {}, 1000)
      try {
        const shown = { isVerbose: verbose === true }
        const outcome = await send(flags, parts, rule === undefined ? undefined : String(rule), shown)
        reportTest(outcome, { json: json === true }, parts.terminal)
      } catch (error) {
        throw error instanceof ConfigError ? named(error, isNamed ? '--url' : undefined) : error
      } finally {
        clearInterval(holding)
      }
    })
}

/** Sends it to the url on the command line, which is the one that is meant whatever the stored config says; else to the stored one. */
async function send(
  flags: Flags,
  parts: ProgramParts,
  rule: string | undefined,
  shown: TestShown,
): Promise<TestOutcome> {
  const options = read(names, flags, parts)
  const { url, redis } = options
  const given: RuleOptions = Object.fromEntries(ruleNames.map((name) => [name, options[name]]))
  const isDirect = flags['url'] !== undefined || (redis === undefined && url !== undefined)
  if (isDirect && redis === undefined) return sendDirectly(options, given, shown)
  return withControl(flags, parts, (control) =>
    isDirect ? control.sendTestTo(given, shown) : control.sendTest(rule, given, shown),
  )
}

/** Sends a test alert to the url in the options, without Redis. @throws ConfigError if the url may not be called */
async function sendDirectly(options: LogsirenOptions, given: RuleOptions, shown: TestShown): Promise<TestOutcome> {
  const { allowedOrigins, allowPrivateDestinations: allowPrivate = true, proxy } = options
  const http = new HttpClient({ allowPrivate, proxy })
  try {
    const rule = testedRule(undefined, undefined, given)
    return await sendTestAlert(rule, { http, policy: { allowedOrigins, allowPrivate }, ...shown })
  } finally {
    await http.close()
  }
}

/** The error with the name of the flag by which the url was given. */
function named(error: ConfigError, flag: string | undefined): ConfigError {
  if (flag === undefined) return error
  return new ConfigError(
    error.problems.map(({ path, message }) => ({ path, message: message.replace('`url`', `\`${flag}\``) })),
  )
}

/** Prints the outcome. @throws Error if the alert was not delivered, with the reason and what to do */
function reportTest(outcome: TestOutcome, { json }: { readonly json: boolean }, { stdout }: Terminal): void {
  if (json) stdout.write(`${JSON.stringify(outcome)}\n`)
  else for (const { sent } of [outcome, outcome.resolved ?? {}]) if (sent !== undefined) stdout.write(sentText(sent))
  const { rule, id, host, format, duration_ms, resolved, rearmed, untested } = outcome
  if (outcome.outcome !== 'delivered') {
    const what = `the test alert of rule ${oneLine(rule)} was not delivered to ${host} as ${format}`
    throw new Error(`${what} (${said(outcome)}); ${advice(outcome)}`)
  }
  if (json) return
  const sentences = [
    `Delivered to ${host} as ${format} in ${duration_ms} ms (${said(outcome)}), rule ${oneLine(rule)}, id ${id}`,
    resolved && endSentence(resolved),
    rearmed === true ? 'Alerts that are parked for this url are tried again within 15 s' : undefined,
    rearmed === false
      ? 'Redis does not answer, so alerts that are parked for this url are not tried earlier'
      : undefined,
    untested && `Not tested: ${untested.map(oneLine).join(', ')}, with other destinations; --rule NAME tests one`,
  ]
  for (const sentence of sentences) if (sentence !== undefined) stdout.write(`${sentence}\n`)
}

/** The names of the headers in one line, and the body as it is. */
function sentText({ headers, body }: SentRequest): string {
  return `Headers: ${headers.join(', ')}\n${visible(body)}\n`
}

/** JSON in one line. Of what a terminal would act on, or not show, each unit is written as JSON may write it, too. */
function visible(json: string): string {
  return json.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}

function endSentence(resolved: AttemptOutcome): string {
  return resolved.outcome === 'delivered'
    ? `It is resolved again (${said(resolved)})`
    : `It is still open there, since it could not be resolved (${said(resolved)})`
}

/** How an attempt ended: `clientError, status 403: invalid_token`. */
function said({ reason, status, answer }: AttemptOutcome): string {
  const parts = [reason, status === undefined ? undefined : `status ${status}`].filter((part) => part !== undefined)
  return `${parts.join(', ')}${answer === undefined ? '' : `: ${oneLine(answer)}`}`
}

function advice({ outcome, reason }: TestOutcome): string {
  if (reason === 'noSecret') return 'PagerDuty takes its routing key from the secret'
  if (reason === 'address') return 'its address may not be called'
  if (reason === 'redirect') return 'redirects are not followed: use the url that it leads to'
  if (reason === 'certificate') return 'its certificate is not trusted (NODE_EXTRA_CA_CERTS adds an authority)'
  if (reason === 'unanswered') return 'it may have arrived all the same; a real one would be tried again'
  return outcome === 'retry'
    ? 'a real one would be tried again'
    : 'a real one would be kept, and tried again about every half hour and when the config changes'
}
