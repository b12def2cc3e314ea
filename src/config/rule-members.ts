// The one table of the options that a rule has: a row for each member of `RuleOptions`. The rows make the checks of options and of the config
// document, the members of that document, the defaults, README's table, the flags and help of the command line, what `--compare` takes, the
// JSON Schema, and the form of the status page. A new option is one row, one line with TSDoc in options.ts, and its use in settings.ts. The
// status page loads this file, so it imports no checks.
import { formats } from './formats.js'
import type {
  JsonValue,
  LevelName,
  LogsirenOptions,
  Match,
  ProxyOption,
  RedisOption,
  RuleDefinition,
  RuleOptions,
} from './options.js'

/**
 * The kinds of options, each with the type of its values. A kind has one check (checks/members.ts), one way to be written as a flag
 * (cli/flags.ts), and one field in the form of the status page (page/status/config/member-fields.ts).
 */
export interface Kinds {
  readonly url: string
  readonly secret: string
  readonly flag: boolean
  /** An integer of 1 or more. In the config document 0 and less mean the default, as in the original service. */
  readonly count: number
  /** An integer from `min` to `max`, in options and in the config document. */
  readonly integer: number
  /** A number above 0, at most 100. */
  readonly percent: number
  /** One of `choices`. */
  readonly choice: string
  /** A text that is not blank. */
  readonly text: string
  readonly level: LevelName | number
  /** Line paths. */
  readonly paths: readonly string[]
  /** Record fields and line paths. Those in the config document may not lead to private data. */
  readonly groups: readonly string[]
  readonly match: Match
  /** A list of sets of conditions. */
  readonly matches: readonly Match[]
  readonly rules: readonly RuleDefinition[]
  /** Urls with placeholders, by their names. */
  readonly links: Readonly<Record<string, string>>
  /** Texts by their names. */
  readonly labels: Readonly<Record<string, string>>
  /** Any JSON, with placeholders in its texts. */
  readonly template: JsonValue
  /** Values of headers by their names, as secret as a secret. */
  readonly headers: Readonly<Record<string, string>>
  readonly fields: NonNullable<LogsirenOptions['fields']>
  readonly redis: RedisOption
  readonly origins: readonly string[]
  readonly proxy: ProxyOption
}

/** The texts of a member in the form of the status page. */
export interface FormTexts {
  readonly label: string
  readonly hint?: string
  /** What holds where the field is blank, which leaves the member out. @defaultValue 'as in code' */
  readonly blank?: string
}

/** One row, for an option of any type. */
export interface Member {
  readonly kind: keyof Kinds
  readonly choices?: readonly string[]
  /** The lowest value of an integer. @defaultValue 1 */
  readonly min?: number
  /** The highest value of an integer. @defaultValue 2^31 - 1 */
  readonly max?: number
  /** The default. `''`, `[]`, `{}` and 0 mean none. */
  readonly fallback?: unknown
  /** The text about the default, as Markdown, if it is not one value. */
  readonly shown?: string
  /** What the option means, as Markdown. Links lead into README. */
  readonly meaning: string
  /** The config document may hold the option; these are its texts in the form of the status page. */
  readonly inDocument?: FormTexts
  /** The config document may not hold the option though it seems to fit there, so texts say "Code only". */
  readonly isCodeOnly?: true
  /** Another value changes what a backtest finds, so `backtest --compare` takes the option. */
  readonly isComparable?: true
  /** Only the Winston transport takes the option. Others take nothing but its default. */
  readonly isWinstonOnly?: true
}

/** The kinds that fit an option of this type. */
type KindOf<Value> = { [kind in keyof Kinds]: Kinds[kind] extends Value ? kind : never }[keyof Kinds]

type Choice<Value> = [Value] extends [string] ? { readonly kind: 'choice'; readonly choices: readonly Value[] } : never

/** A row that fits an option of this type. */
export type MemberOf<Value> = Omit<Member, 'kind' | 'choices' | 'fallback'> & { readonly fallback?: Value } & (
    | { readonly kind: Exclude<KindOf<Value>, 'choice'> }
    | Choice<Value>
  )

/** The options of a rule that the config document may not hold. */
export type CodeOnlyRuleOption = 'maxGroups'

/** The rows of a rule's options. Each has a default, and all but those in `CodeOnlyRuleOption` are in the config document. */
export type RuleMembers = {
  readonly [name in keyof RuleOptions]-?: MemberOf<Exclude<RuleOptions[name], undefined>> & {
    readonly fallback: Exclude<RuleOptions[name], undefined>
  } & (name extends CodeOnlyRuleOption
      ? { readonly isCodeOnly: true; readonly inDocument?: never }
      : { readonly isCodeOnly?: never; readonly inDocument: FormTexts })
}

/** The rows, in README's order. */
export const ruleMembers: RuleMembers = {
  url: {
    kind: 'url',
    fallback: '',
    meaning: 'URL of the webhook, http or https, without user info',
    inDocument: { label: 'Webhook URL' },
  },
  secret: {
    kind: 'secret',
    fallback: '',
    meaning:
      'a secret `whsec_…` signs each request as [Standard Webhooks](https://www.standardwebhooks.com) say; any other is sent as `Authorization: Bearer <secret>`, or to PagerDuty as the routing key. It is used only for the origin of the `url` beside which it is given',
    inDocument: { label: 'Secret', hint: 'whsec_… signs, anything else is sent as a bearer token' },
  },
  enabled: {
    kind: 'flag',
    fallback: false,
    shown: '`true` when `url` is set',
    meaning: '`false` switches alerts off',
    inDocument: { label: 'Alerts are sent', blank: 'as in code; off with a URL' },
  },
  threshold: {
    kind: 'count',
    fallback: 10,
    meaning: 'number of errors in the window that raises an alert',
    inDocument: { label: 'Threshold', hint: 'errors in the window that raise an alert' },
    isComparable: true,
  },
  windowSeconds: {
    kind: 'count',
    fallback: 60,
    meaning: 'length of the window, in seconds',
    inDocument: { label: 'Window, seconds' },
    isComparable: true,
  },
  cooldownSeconds: {
    kind: 'count',
    fallback: 300,
    meaning: 'time after a delivered alert in which no other is raised, in seconds',
    inDocument: { label: 'Cooldown, seconds', hint: 'quiet time after an alert' },
    isComparable: true,
  },
  cooldownMaxSeconds: {
    kind: 'count',
    fallback: 0,
    meaning:
      'the cooldown doubles up to this many seconds while alerts keep coming, and shrinks again in quiet times. A value below the cooldown has no effect',
    inDocument: { label: 'Longest cooldown, seconds', hint: 'it doubles up to this while alerts keep coming' },
    isComparable: true,
  },
  statusCodeThreshold: {
    kind: 'count',
    fallback: 500,
    meaning: 'lowest HTTP status code that is an error',
    inDocument: { label: 'Status codes from', hint: 'count as errors' },
    isComparable: true,
  },
  windowType: {
    kind: 'choice',
    choices: ['sliding', 'fixed'],
    fallback: 'sliding',
    meaning:
      "`'sliding'` counts the errors of the last `windowSeconds` at any moment; `'fixed'` counts in tumbling windows, on the original service's own counter key",
    inDocument: { label: 'Windows' },
    isComparable: true,
  },
  groupBy: {
    kind: 'groups',
    fallback: [],
    meaning:
      'at most 8 record fields, `kind` among them, or line paths: errors with different values have their own count, cooldown and alert',
    inDocument: { label: 'Group by', hint: 'record fields or line paths, with commas between' },
    isComparable: true,
  },
  maxGroups: {
    kind: 'integer',
    fallback: 1000,
    meaning:
      'at most this many groups with errors in their window are counted apart in a process; further ones share one group, `(overflow)`',
    isCodeOnly: true,
    isComparable: true,
  },
  format: {
    kind: 'choice',
    choices: formats,
    fallback: 'json',
    shown: "by host, else `'json'`",
    meaning:
      "format of the webhook's body: `'json'`, `'slack'`, `'discord'`, `'teams'`, `'pagerduty'`, `'googlechat'`, `'cloudevents'`, `'alertmanager'` or `'template'`; without it the url's host [decides](#formats)",
    inDocument: { label: 'Body', hint: 'what the receiver takes', blank: 'as in code, or by host' },
  },
  sendResolved: {
    kind: 'flag',
    fallback: false,
    meaning: 'also send a [second message](#the-webhook) when the errors have stopped',
    inDocument: { label: 'Also send when errors have stopped' },
    isComparable: true,
  },
  percent: {
    kind: 'percent',
    fallback: 0,
    meaning: 'an alert also needs [this share](#rates) of the window’s requests to be errors, above 0 and at most 100',
    inDocument: { label: 'Percent of requests', hint: 'must be errors too, beside the threshold' },
    isComparable: true,
  },
  newOnly: {
    kind: 'flag',
    fallback: false,
    meaning:
      '[count only errors of a kind that is new](#less-noise) to the fleet. `threshold` is then 1 unless it is given in the same object',
    inDocument: { label: 'Only errors of a new kind' },
    isComparable: true,
  },
  newAfterDays: {
    kind: 'integer',
    fallback: 14,
    meaning: 'a kind of errors that was not met for so many days is new again',
    inDocument: { label: 'New again after, days', hint: 'without an error of that kind' },
    isComparable: true,
  },
  learnSeconds: {
    kind: 'integer',
    min: 0,
    fallback: 3600,
    meaning:
      'for so many seconds after its first error a rule with `newOnly` only learns; 0, for services that seldom fail, means not at all',
    inDocument: { label: 'Learning, seconds', hint: 'in which nothing is new yet' },
    isComparable: true,
  },
  maxAlertsPerMinute: {
    kind: 'integer',
    fallback: 10,
    meaning:
      'at most this many alerts of a rule’s groups begin in a minute; the groups beyond are told in one alert, of the group [`(many)`](#less-noise)',
    inDocument: { label: 'Alerts of groups a minute', hint: 'further groups are told in one' },
    isComparable: true,
  },
  timeoutMs: {
    kind: 'integer',
    min: 500,
    max: 30_000,
    fallback: 0,
    shown: '3000; 10000 for Slack, Discord, Teams and Google Chat',
    meaning: 'how long an attempt may take, in milliseconds, 500 to 30000',
    inDocument: { label: 'Time-out, ms', hint: 'how long an attempt may take', blank: 'as in code, or by the body' },
  },
  links: {
    kind: 'links',
    fallback: {},
    meaning:
      'at most 5 links by their names, told with every alert: urls with [placeholders](#links-labels-templates) behind their origin',
    inDocument: { label: 'Links, JSON', hint: '{"Runbook": "https://wiki.example.com/{rule}"}' },
  },
  labels: {
    kind: 'labels',
    fallback: {},
    meaning:
      "at most 10 texts by their names, told with every alert, such as `{ team: 'payments', severity: 'critical' }`; [`severity`](#formats) is shown in each receiver’s own way",
    inDocument: { label: 'Labels, JSON', hint: '{"team": "payments", "severity": "warning"}' },
  },
  template: {
    kind: 'template',
    fallback: '',
    meaning:
      "body where `format` is `'template'`: any JSON of at most 16384 bytes, with [placeholders](#links-labels-templates) in its texts",
    inDocument: { label: 'Template, JSON', hint: 'for the body template: {"text": "{title}"}' },
  },
  headers: {
    kind: 'headers',
    fallback: {},
    meaning:
      'at most 20 further headers of each request, 4096 characters together. Their values are as secret as `secret`, and used only for the origin of the `url` beside which they are given',
    inDocument: { label: 'Headers, JSON', hint: 'as secret as the secret: {"X-Api-Key": "…"}' },
  },
}

/** The members that a rule in `rules` has beside its options. */
export const ruleNaming: { readonly name: Pick<Member, 'meaning'>; readonly match: MemberOf<Match> } = {
  name: { meaning: 'name of the rule, unique among the rules. Without rules there is one, named `default`' },
  match: {
    kind: 'match',
    meaning:
      'conditions that an error must meet to count for the rule, by record field, `level` or line path. All must hold',
  },
}

/** The options that each rule may have, in README's order. */
export const ruleOptions: readonly (keyof RuleOptions)[] = Object.keys(ruleMembers) as (keyof RuleOptions)[]
