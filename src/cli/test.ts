// `logsiren test`: sends a test alert, and says whether it was delivered, and if not, why.

import type { Command } from 'commander'
import { controlOptionNames } from '../config/engine-options.js'
import type { LogsirenOptions } from '../config/options.js'
import type { Control } from '../control/control.js'
import { destinationProblems } from '../control/destination-policy.js'
import { sendTestAlert, type TestOutcome, testedRule } from '../control/test-alert.js'
import { HttpClient } from '../deliver/http-client.js'
import { ConfigError } from '../errors.js'
import { oneLine } from '../text.js'
import { command, type Flags, type Names, type ProgramParts, read, VARIABLES, withControl } from './command.js'
import type { Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

const names: Names = [...controlOptionNames, 'url', 'secret', 'format']

export function testCommand(parts: ProgramParts): Command {
  return command('test', 'Sends a test alert to --url, or to the stored destination', parts, names)
    .option('--rule <name>', 'rule whose destination is tested; without it the first rule that has one')
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', VARIABLES)
    .action(async ({ rule, json, ...flags }: Flags) => {
      const options = read(names, flags, parts)
      const report = (outcome: TestOutcome): void => reportTest(outcome, { json: json === true }, parts.terminal)
      const { url, secret, format } = options
      const isNamed = flags['url'] !== undefined
      if (isNamed && rule !== undefined)
        throw new UsageError('Expected --url or --rule, got both: --url is called whatever the rules are')
      // A url on the command line is the one that is meant, whatever the stored config says.
      if (isNamed || (options.redis === undefined && url !== undefined)) return report(await sendDirectly(options))
      const send = (control: Control): Promise<TestOutcome> =>
        control.sendTest(rule === undefined ? undefined : String(rule), { url, secret, format })
      return withControl(flags, parts, async (control) => report(await send(control)))
    })
}

/** Sends a test alert to the url in the options, without Redis. @throws ConfigError if the url may not be called */
async function sendDirectly(options: LogsirenOptions): Promise<TestOutcome> {
  const { url, secret, format, allowedOrigins, allowPrivateDestinations: allowPrivate = true, proxy } = options
  const problems = destinationProblems({ url }, { allowedOrigins, allowPrivate })
  if (problems.length > 0) throw new ConfigError(problems)
  const http = new HttpClient({ allowPrivate, proxy })
  // The sockets of the client do not keep the process alive. Without this timer it would end before the answer has come.
  const holding = setInterval(() => {}, 1000)
  try {
    return await sendTestAlert(http, testedRule(undefined, undefined, { url, secret, format }))
  } finally {
    await http.close()
    clearInterval(holding)
  }
}

/** Prints the outcome. @throws Error if the alert was not delivered, with the reason and what to do */
function reportTest(outcome: TestOutcome, { json }: { readonly json: boolean }, { stdout }: Terminal): void {
  if (json) stdout.write(`${JSON.stringify(outcome)}\n`)
  const { status, reason, rule, id, host, format, duration_ms } = outcome
  const answer = [reason, status === undefined ? undefined : `status ${status}`]
    .filter((part) => part !== undefined)
    .join(', ')
  if (outcome.outcome === 'delivered') {
    const way = `to ${host} as ${format} in ${duration_ms} ms`
    if (!json) stdout.write(`Delivered ${way} (${answer}), rule ${oneLine(rule)}, id ${id}\n`)
    return
  }
  const what = `the test alert of rule ${oneLine(rule)} was not delivered to ${host} as ${format}`
  throw new Error(`${what} (${answer}); ${advice(outcome)}`)
}

function advice({ outcome, reason }: TestOutcome): string {
  if (outcome === 'retry') return 'a real one would be tried again'
  if (reason === 'noSecret') return 'PagerDuty takes its routing key from the secret'
  if (reason === 'address') return 'its address may not be called'
  if (reason === 'redirect') return 'redirects are not followed: use the url that it leads to'
  if (reason === 'certificate') return 'its certificate is not trusted (NODE_EXTRA_CA_CERTS adds an authority)'
  return 'a real one would be kept until the config changes'
}
