// `createSilences`, and the silences as operators see and set them: checked, with a note where one is likely to mute nothing. See README,
// Less noise.
import { expected } from '../config/checks/problems.js'
import { DEFAULT_CONFIG_KEY } from '../config/defaults.js'
import type { RedisOption } from '../config/options.js'
import { parseOptions } from '../config/parse-options.js'
import { toGroupName } from '../config/settings.js'
import { ConfigError, type Problem, RedisError } from '../errors.js'
import { shownValue } from '../rule/groups.js'
import type { GroupValues } from '../rule/series.js'
import { type Silence as KeptSilence, MAX_SILENCES } from '../rule/silence.js'
import { type NewSilence, SilenceKey } from '../store/config/silence-key.js'
import type { Connection } from '../store/connection/connection.js'
import { reasonOf } from '../store/connection/reasons.js'
import type { Known } from '../store/status/known-series.js'
import { readKnownSeries } from '../store/status/status-reader.js'
import { oneLine } from '../text.js'
import { defined, isObject } from '../unknown.js'
import { openRedis } from './open-redis.js'
import { toTime } from './time.js'

/** What a silence mutes, for how long, and what others are told of it. */
export interface GivenSilence {
  /** Name of the rule; without one all rules are muted. */
  readonly rule?: string | undefined
  /** Of the rule only the group with these values: one under each name of its `groupBy`. */
  readonly group?: GroupValues | undefined
  /** How long it lasts, in seconds: an integer from 1 to 2592000, which is 30 days. */
  readonly forSeconds: number
  /** Why, in at most 500 characters. */
  readonly reason?: string | undefined
  /** Who, in at most 500 characters. */
  readonly by?: string | undefined
}

/** A silence that has not ended. */
export interface Silence {
  readonly id: string
  /** Left out where it mutes all rules. */
  readonly rule?: string
  /** Left out where it mutes all groups of its rule. Record fields have their JSON names. */
  readonly group?: GroupValues
  /** When it ends: RFC 3339, by the clock of the Redis server. */
  readonly until: string
  readonly createdAt: string
  readonly reason?: string
  readonly by?: string
}

/** Options of `createSilences`. */
export interface SilencesOptions {
  /** The Redis that the fleet counts in, as in the options of a transport. */
  readonly redis: RedisOption
  /** Redis key of the config, beside which the silences are kept. @defaultValue 'meta:log:webhook' */
  readonly configKey?: string | undefined
}

/** Mutes rules and groups for a time. Every process follows a change within 15 seconds. */
export interface Silences {
  /**
   * Those that have not ended, the one that ends first in front.
   *
   * @throws RedisError (`ERR_LOGSIREN_REDIS`) if Redis does not answer
   */
  list(): Promise<Silence[]>
  /**
   * Adds a silence; 100 at most last at the same time.
   *
   * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem if it is not valid, or there are too many
   * @throws RedisError (`ERR_LOGSIREN_REDIS`) if Redis does not answer
   */
  add(silence: GivenSilence): Promise<Silence>
  /**
   * Ends a silence at once. Gives whether there was one of this id that had not ended.
   *
   * @throws RedisError (`ERR_LOGSIREN_REDIS`) if Redis does not answer
   */
  end(id: string): Promise<boolean>
  /** Closes the connection, which keeps the process alive until then. Calls that wait for an answer fail. Never rejects. */
  close(): Promise<void>
}

/**
 * Opens the silences of a fleet. It connects to Redis at its first use.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) if the options are not valid
 * @example
 * const silences = createSilences({ redis: 'redis://localhost:6379' })
 * await silences.add({ rule: 'payments', forSeconds: 600, reason: 'a deploy' })
 * await silences.close()
 */
export function createSilences(options: SilencesOptions): Silences {
  const { redis, configKey = DEFAULT_CONFIG_KEY } = parseOptions(options)
  const connection = openRedis(redis)
  const key = new SilenceKey(connection, configKey)
  return {
    list: async () => (await key.list()).map(toSilence),
    add: async (given) => toSilence(await added(key, checkedSilence(given))),
    end: (id) => key.end(String(id)),
    close: async () => connection.close(),
  }
}

/** A silence as operators' tools show it, with the names that its JSON has. */
export type ShownSilence = Omit<Silence, 'createdAt'> & { readonly created_at: string }

/** A new silence, and what its operator should know of it. */
export interface NotedSilence {
  readonly silence: ShownSilence
  /** One sentence where it is likely to mute nothing. */
  readonly note: string | undefined
}

/** The silences as operators' tools read and write them. */
export interface SilenceEditor {
  /** Those that have not ended, the one that ends first in front. @throws RedisError */
  list(): Promise<ShownSilence[]>
  /** Adds one that `checkedSilence` made. @throws ConfigError where there are too many, RedisError */
  add(silence: NewSilence): Promise<NotedSilence>
  /** Gives whether there was one of this id that had not ended. @throws RedisError */
  end(id: string): Promise<boolean>
}

export function silenceEditor(connection: Connection, configKey: string): SilenceEditor {
  const key = new SilenceKey(connection, configKey)
  return {
    list: async () => (await key.list()).map(toShownSilence),
    add: async (silence) => {
      // First, so that nothing is silenced where Redis does not answer.
      const note = silence.rule === undefined ? undefined : noteOn(silence, await known(connection, configKey))
      return { silence: toShownSilence(await added(key, silence)), note }
    },
    end: (id) => key.end(id),
  }
}

async function added(key: SilenceKey, silence: NewSilence): Promise<KeptSilence> {
  const kept = await key.add(silence)
  if (kept !== undefined) return kept
  const message = `Expected at most ${MAX_SILENCES} silences at a time, and there are as many: end one first`
  throw new ConfigError([{ path: '', message }])
}

async function known(connection: Connection, configKey: string): Promise<readonly Known[]> {
  try {
    return await readKnownSeries(connection, configKey)
  } catch (cause) {
    throw new RedisError(`Expected Redis to answer for the rules, got: ${reasonOf(cause)}`, { cause })
  }
}

function toSilence(kept: KeptSilence): Silence {
  const { created_at: createdAt, ...rest } = toShownSilence(kept)
  return { ...rest, createdAt }
}

export function toShownSilence({ id, rule, group, untilMs, createdAtMs, reason, by }: KeptSilence): ShownSilence {
  return defined({ id, rule, group, until: toTime(untilMs), created_at: toTime(createdAtMs), reason, by })
}

/** The longest silence: whoever wants more means a rule that is switched off. */
const MAX_SILENCE_SECONDS = 30 * 86_400
const MAX_TEXT_LENGTH = 500
/** A rule has as many names in `groupBy` at most. */
const MAX_NAMES = 8
const MAX_NAME_LENGTH = 256

const FOR = `an integer from 1 to ${MAX_SILENCE_SECONDS} (seconds; 30 days at most)`
const RULE = 'the name of a rule: 1 to 64 letters, digits, `_` and `-`'
const GROUP = `an object of 1 to ${MAX_NAMES} names from the rule’s \`groupBy\` and a value for each`
const TEXT = `a text of at most ${MAX_TEXT_LENGTH} characters`

/**
 * Checks what an operator gives of a silence. `forName` is what its length is called there.
 * @throws ConfigError with every problem at once
 */
export function checkedSilence(given: unknown, forName: 'forSeconds' | 'for_seconds' = 'forSeconds'): NewSilence {
  if (!isObject(given)) throw new ConfigError([{ path: '', message: expected('', 'an object', given) }])
  const { rule, group, reason, by, [forName]: forSeconds } = given
  const names = ['rule', 'group', forName, 'reason', 'by']
  const unlike = (path: string, expectation: string, value: unknown, isValid: boolean): Problem[] =>
    isValid ? [] : [{ path, message: expected(path, expectation, value) }]
  const problems = [
    ...Object.keys(given)
      .filter((name) => !names.includes(name))
      .map((name) => ({ path: name, message: `Expected only ${names.join(', ')}, got \`${oneLine(name)}\`` })),
    ...unlike('rule', RULE, rule, rule === undefined || (typeof rule === 'string' && /^[\w-]{1,64}$/.test(rule))),
    ...groupProblems(group, rule),
    ...unlike(forName, FOR, forSeconds, isWithin(forSeconds, MAX_SILENCE_SECONDS)),
    ...unlike('reason', TEXT, reason, isText(reason)),
    ...unlike('by', TEXT, by, isText(by)),
  ]
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    forMs: 1000 * Number(forSeconds),
    ...defined({
      rule: rule as string | undefined,
      group: isObject(group) ? toGroup(group) : undefined,
      // It stands in a line of a table.
      reason: oneLine(reason ?? '') || undefined,
      by: oneLine(by ?? '') || undefined,
    }),
  }
}

function isWithin(value: unknown, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max
}

function isText(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value.length <= MAX_TEXT_LENGTH)
}

function groupProblems(group: unknown, rule: unknown): Problem[] {
  if (group === undefined) return []
  const at = (message: string): Problem[] => [{ path: 'group', message }]
  const names = isObject(group) ? Object.keys(group) : []
  if (!isObject(group) || names.length === 0 || names.length > MAX_NAMES) return at(expected('group', GROUP, group))
  if (rule === undefined) return at('Expected `group` together with `rule`, which says whose group it is')
  const odd = names.find((name) => name.trim() === '' || name.length > MAX_NAME_LENGTH)
  if (odd !== undefined) return at(`Expected each name in \`group\` to have 1 to ${MAX_NAME_LENGTH} characters`)
  if (new Set(names.map(toGroupName)).size < names.length)
    return at('Expected each name in `group` once, got two spellings of one')
  return names.flatMap((name) => {
    const value = (group as Readonly<Record<string, unknown>>)[name]
    const isScalar = value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
    const path = `group.${oneLine(name)}`
    return isScalar ? [] : at(expected(path, 'a text, a number, true, false or null', value))
  })
}

/** The group as the series of the rule have it. */
function toGroup(group: Readonly<Record<string, unknown>>): GroupValues {
  return Object.fromEntries(
    Object.entries(group).map(([name, value]) => [toGroupName(name), shownValue(value as GroupValues[string])]),
  )
}

/** At most this many rules are named. */
const MAX_NAMED = 10

/** One sentence where what is known of the fleet's rules has nothing that the silence would mute. Undefined where it has. */
function noteOn({ rule, group }: NewSilence, all: readonly Known[]): string | undefined {
  const inForce = all.filter((one) => one.isInForce)
  const ofRule = inForce.filter(({ series }) => series.rule.name === rule)
  if (ofRule.length === 0) {
    const names = [...new Set(inForce.map(({ series }) => series.rule.name))]
    const rest = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : ''
    const others = names.length === 0 ? '' : `, only ${quoted(names.slice(0, MAX_NAMED))}${rest}`
    return `No rule \`${rule}\` is known${others}: the silence mutes it once a process has it`
  }
  if (group === undefined) return undefined
  const names = Object.keys(group).sort()
  const known = ofRule.flatMap(({ series }) => {
    const told = [...(series.groupValues === undefined ? [] : [Object.keys(series.groupValues)])]
    return series.rule.groupBy.length === 0 ? told : [...told, series.rule.groupBy]
  })
  if (known.some((groupBy) => String([...groupBy].sort()) === String(names))) return undefined
  const [groupBy] = known
  const given = `and \`group\` has ${quoted(names)}`
  if (groupBy !== undefined)
    return `Rule \`${rule}\` groups by ${quoted(groupBy)}, ${given}: the silence mutes nothing as long as they differ`
  // Of a rule that has counted nothing nobody knows whether it has groups.
  return ofRule.some(({ announcedAtMs }) => announcedAtMs !== undefined)
    ? `Rule \`${rule}\` has no groups, ${given}: the silence mutes nothing as long as they differ`
    : undefined
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${oneLine(name)}\``).join(', ')
}
