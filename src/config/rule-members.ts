// The one table of what a rule's options are: a row for each member of `RuleOptions`. Made from the rows are the checks of options and of
// the config document, its members, the defaults, README's table, the help of the command line, the JSON Schema, the flags, what
// `logsiren config set` and `--compare` take, and the form of the page. A new option is one row, one line with TSDoc in
// options.ts, and its use in settings.ts. The page loads this file too, so no check is imported here.
import { formats } from './formats.js'
import type {
  LevelName,
  LogsirenOptions,
  Match,
  ProxyOption,
  RedisOption,
  RuleDefinition,
  RuleOptions,
} from './options.js'

/**
 * What values there are, by kind. A kind has one check (checks/members.ts), one way to be written as a flag (cli/flags.ts), and one
 * field in the page's form (page/status/config/member-fields.ts).
 */
export interface Kinds {
  readonly url: string
  readonly secret: string
  readonly flag: boolean
  /** An integer from 1 on. In the config document 0 and less stand for the default, as the original service has it. */
  readonly count: number
  /** An integer from `min` to `max`, in the config document too. */
  readonly integer: number
  /** One of `choices`. */
  readonly choice: string
  /** Text that is not blank. */
  readonly text: string
  readonly level: LevelName | number
  /** Line paths. */
  readonly paths: readonly string[]
  /** Record fields and line paths; those of the config document lead to nothing private. */
  readonly groups: readonly string[]
  readonly match: Match
  readonly rules: readonly RuleDefinition[]
  readonly fields: NonNullable<LogsirenOptions['fields']>
  readonly redis: RedisOption
  readonly origins: readonly string[]
  readonly proxy: ProxyOption
}

/** How the page's form calls a member. */
export interface FormTexts {
  readonly label: string
  readonly hint?: string
  /** What leaving it out means, where it can be chosen. @defaultValue 'as in code' */
  readonly blank?: string
}

/** One row, whatever its option's type. */
export interface Member {
  readonly kind: keyof Kinds
  readonly choices?: readonly string[]
  /** @defaultValue 1 */
  readonly min?: number
  /** @defaultValue 2^31 - 1 */
  readonly max?: number
  /** What is in force where nobody says anything; one that is blank, empty or 0 is none. */
  readonly fallback?: unknown
  /** What README says of the default, as Markdown, where it is no single value. */
  readonly shown?: string
  /** What the option means, as Markdown; links lead into README. */
  readonly meaning: string
  /** There where the config document may hold the option. */
  readonly inDocument?: FormTexts
  /** The option looks as if the config document could hold it: texts say that it cannot. */
  readonly isCodeOnly?: true
  /** Past lines come out otherwise with another value, so `backtest --compare` takes it. */
  readonly isComparable?: true
  /** Only the Winston transport takes the option; others take what is the default anyway. */
  readonly isWinstonOnly?: true
}

/** Kinds whose values such an option may have. */
type KindOf<Value> = { [kind in keyof Kinds]: Kinds[kind] extends Value ? kind : never }[keyof Kinds]

type Choice<Value> = [Value] extends [string] ? { readonly kind: 'choice'; readonly choices: readonly Value[] } : never

/** A row that fits an option of this type. */
export type MemberOf<Value> = Omit<Member, 'kind' | 'choices' | 'fallback'> & { readonly fallback?: Value } & (
    | { readonly kind: Exclude<KindOf<Value>, 'choice'> }
    | Choice<Value>
  )

/** Options of a rule that the config document may not hold. */
export type CodeOnlyRuleOption = 'maxGroups'

/** Every option of a rule has a default, and is in the document unless it is named above. */
export type RuleMembers = {
  readonly [name in keyof RuleOptions]-?: MemberOf<NonNullable<RuleOptions[name]>> & {
    readonly fallback: NonNullable<RuleOptions[name]>
  } & (name extends CodeOnlyRuleOption
      ? { readonly isCodeOnly: true; readonly inDocument?: never }
      : { readonly isCodeOnly?: never; readonly inDocument: FormTexts })
}

/** In README's order. */
export const ruleMembers: RuleMembers = {
  url: {
    kind: 'url',
    fallback: '',
    meaning: 'webhook destination, http or https, without user info',
    inDocument: { label: 'Webhook URL' },
  },
  secret: {
    kind: 'secret',
    fallback: '',
    meaning:
      '`whsec_…` signs by [Standard Webhooks](https://www.standardwebhooks.com); anything else is sent as `Authorization: Bearer <secret>`, to PagerDuty as the routing key. Sent only to the origin of the `url` beside which it is given',
    inDocument: { label: 'Secret', hint: 'whsec_… signs, anything else is sent as a bearer token' },
  },
  enabled: {
    kind: 'flag',
    fallback: false,
    shown: '`true` when `url` is set',
    meaning: 'master switch',
    inDocument: { label: 'Alerts are sent' },
  },
  threshold: {
    kind: 'count',
    fallback: 10,
    meaning: 'errors in the window that raise the alert',
    inDocument: { label: 'Threshold', hint: 'errors in the window that raise the alert' },
    isComparable: true,
  },
  windowSeconds: {
    kind: 'count',
    fallback: 60,
    meaning: 'length of the window',
    inDocument: { label: 'Window, seconds' },
    isComparable: true,
  },
  cooldownSeconds: {
    kind: 'count',
    fallback: 300,
    meaning: 'quiet time after a delivered alert',
    inDocument: { label: 'Cooldown, seconds', hint: 'quiet time after an alert' },
    isComparable: true,
  },
  cooldownMaxSeconds: {
    kind: 'count',
    fallback: 0,
    meaning:
      'lets the cooldown double up to this while alerts keep coming; quiet time brings it down again. One shorter than the cooldown has no effect',
    inDocument: { label: 'Longest cooldown, seconds', hint: 'blank: it always is the same' },
    isComparable: true,
  },
  statusCodeThreshold: {
    kind: 'count',
    fallback: 500,
    meaning: 'a status code at or above it is an error',
    inDocument: { label: 'Status codes from', hint: 'count as errors' },
    isComparable: true,
  },
  windowType: {
    kind: 'choice',
    choices: ['sliding', 'fixed'],
    fallback: 'sliding',
    meaning: "`'sliding'`, or `'fixed'`: tumbling windows on the original service's own counter key",
    inDocument: { label: 'Windows' },
    isComparable: true,
  },
  groupBy: {
    kind: 'groups',
    fallback: [],
    meaning: 'record fields or line paths, 8 at most: each distinct value has its own count, cooldown and alert',
    inDocument: { label: 'Group by', hint: 'record fields or line paths, with commas between' },
    isComparable: true,
  },
  maxGroups: {
    kind: 'integer',
    fallback: 1000,
    meaning:
      'groups that a process keeps apart, of those with errors in their window; the rest share one named `(overflow)`',
    isCodeOnly: true,
    isComparable: true,
  },
  format: {
    kind: 'choice',
    choices: formats,
    fallback: 'json',
    shown: "by host, else `'json'`",
    meaning:
      "what the body looks like: `'json'`, `'slack'`, `'discord'`, `'teams'`, `'pagerduty'`, `'googlechat'`, `'cloudevents'` or `'alertmanager'`; [guessed](#formats) from the url's host where that is well known",
    inDocument: { label: 'Body', hint: 'what the receiver takes', blank: 'as in code, or by the url’s host' },
  },
  sendResolved: {
    kind: 'flag',
    fallback: false,
    meaning: 'also [tell](#the-webhook) when the errors have stopped',
    inDocument: { label: 'Tell when errors have stopped' },
    isComparable: true,
  },
}

/** What a rule of several has beside its options. */
export const ruleNaming: { readonly name: Pick<Member, 'meaning'>; readonly match: MemberOf<Match> } = {
  name: { meaning: 'unique among the rules; `default` is the one that exists where there are no rules' },
  match: {
    kind: 'match',
    meaning: 'conditions by record field, `level` or line path, all of which must hold',
  },
}

/** The options that each rule may have of its own, in README's order. */
export const ruleOptions: readonly (keyof RuleOptions)[] = Object.keys(ruleMembers) as (keyof RuleOptions)[]
