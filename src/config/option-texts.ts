// What each option means, in a sentence, for people: README's table, the command line's help, and the JSON Schema say it from here.
import type { LogsirenOptions, WorkerOption } from './options.js'

export interface OptionText {
  /** What holds where it is left out, as Markdown. */
  readonly fallback: string
  /** As Markdown; links lead into README. */
  readonly meaning: string
}

export const optionTexts: Readonly<Record<keyof LogsirenOptions | keyof WorkerOption, OptionText>> = {
  url: { fallback: 'none', meaning: 'webhook destination, http or https, without user info' },
  secret: {
    fallback: 'none',
    meaning:
      '`whsec_…` signs by [Standard Webhooks](https://www.standardwebhooks.com); anything else is sent as `Authorization: Bearer <secret>`, to PagerDuty as the routing key. Sent only to the origin of the `url` beside which it is given',
  },
  enabled: { fallback: '`true` when `url` is set', meaning: 'master switch' },
  threshold: { fallback: '`10`', meaning: 'errors in the window that raise the alert' },
  windowSeconds: { fallback: '`60`', meaning: 'length of the window' },
  cooldownSeconds: { fallback: '`300`', meaning: 'quiet time after a delivered alert' },
  cooldownMaxSeconds: {
    fallback: 'none',
    meaning:
      'lets the cooldown double up to this while alerts keep coming; quiet time brings it down again. One shorter than the cooldown has no effect',
  },
  statusCodeThreshold: { fallback: '`500`', meaning: 'a status code at or above it is an error' },
  windowType: {
    fallback: "`'sliding'`",
    meaning: "`'sliding'`, or `'fixed'`: tumbling windows on the original service's own counter key",
  },
  groupBy: {
    fallback: 'none',
    meaning: 'record fields or line paths, 8 at most: each distinct value has its own count, cooldown and alert',
  },
  maxGroups: {
    fallback: '`1000`',
    meaning:
      'groups that a process keeps apart, of those with errors in their window; the rest share one named `(overflow)`. Code only',
  },
  format: {
    fallback: "by host, else `'json'`",
    meaning:
      "what the body looks like: `'json'`, `'slack'`, `'discord'`, `'teams'`, `'pagerduty'`, `'googlechat'`, `'cloudevents'` or `'alertmanager'`; [guessed](#formats) from the url's host where that is well known",
  },
  sendResolved: { fallback: '`false`', meaning: 'also [tell](#the-webhook) when the errors have stopped' },
  rules: {
    fallback: 'one, `default`',
    meaning: '[named rules](#rules), each with its own conditions, threshold, cooldown and destination',
  },
  redis: {
    fallback: 'none',
    meaning:
      'a URL, ioredis options, `{ cluster: [nodes…], options }`, or (in-process) an ioredis client, of which a duplicate is used. Without it counts stay in this process',
  },
  configKey: {
    fallback: "`'meta:log:webhook'`",
    meaning: 'Redis key that holds the run-time config; the state keys take its name',
  },
  onRedisDown: {
    fallback: "`'local'`",
    meaning:
      "[while Redis is away](#when-something-fails): `'local'` alerts by what this process alone sees, `'hold'` raises that when Redis is back",
  },
  minLevel: {
    fallback: "`'warn'`",
    meaning: 'lowest level, a name or a pino number, at which an attached error counts',
  },
  fields: {
    fallback: 'the usual places',
    meaning:
      "where record fields are read: `{ statusCode: 'http.code', errorMessage: ['failure.text', 'err.message'] }`",
  },
  sampleFields: { fallback: 'none', meaning: 'further line paths to put into `sample.fields`. Code only' },
  redact: {
    fallback: 'none',
    meaning:
      'line paths whose values never leave the process, found as every line path is: below `meta`, `metadata` and `nestedKey` too. Only conditions in code still see them',
  },
  dedupeRequests: { fallback: '`true`', meaning: 'count the lines of one request once' },
  messageKey: {
    fallback: "`'msg'`",
    meaning: "key of a line's message, for loggers that rename it; pino announces its own",
  },
  errorKey: { fallback: "`'err'`", meaning: "key of a line's error, likewise" },
  nestedKey: { fallback: 'none', meaning: "key under which a logger nests everything, as pino's `nestedKey`" },
  allowPrivateDestinations: { fallback: '`true`', meaning: '`false`: public addresses only. Code only' },
  allowedOrigins: { fallback: 'any', meaning: 'origins that destinations must be in. Code only' },
  proxy: {
    fallback: '`false`',
    meaning:
      "a proxy's http or https URL, which may have user info, or `'env'`: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. Through one (by CONNECT) only `allowedOrigins` restricts destinations. Code only",
  },
  closeTimeoutMs: {
    fallback: '`5000`',
    meaning: 'how long `flush()` and `close()` may wait for counting and delivery; at most 9000 in a worker',
  },
  worker: { fallback: '`false`', meaning: '[Winston](#winston) only: evaluate in a worker thread' },
}

/** Without Markdown's links and marks, for a terminal or an editor. */
export function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
}
