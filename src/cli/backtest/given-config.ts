// The config that a backtest tries, and what it is in words: the one that is stored in Redis, or what flags and variables say.
import { optionsToTry } from '../../backtest/document-options.js'
import { DEFAULT_CONFIG_KEY } from '../../config/defaults.js'
import { alertingNote } from '../../config/document/alerting.js'
import { toCamelCase } from '../../config/names.js'
import type { LogsirenOptions } from '../../config/options.js'
import { resolveSettings } from '../../config/settings.js'
import type { ControlOptions } from '../../control/control.js'
import { counted, oneLine, span } from '../../text.js'
import { type Flags, type ProgramParts, readControl } from '../command.js'
import { flagNames, type Read, readWithSources } from '../flags.js'
import { UsageError } from '../usage-error.js'

export interface GivenConfig {
  readonly options: LogsirenOptions
  /** Whether the config comes from Redis, or from flags, variables and defaults. */
  readonly source: 'stored' | 'options'
  /** What it is, for people: where it comes from, then each rule. */
  readonly text: string
  /** What else somebody has to know of it, in sentences. */
  readonly notes: readonly string[]
}

/** At most this many rules are told. */
const MAX_RULES = 5
/** Options that only say where the config is. */
const whereabouts = ['redis', 'configKey'] as const

/**
 * Reads what is to be tried. The stored config is laid over flags as it is over the options in code.
 * @throws UsageError; an Error where none is stored, or not a valid one; RedisError
 */
export async function givenConfig(flags: Flags, parts: ProgramParts, isStored: boolean): Promise<GivenConfig> {
  const { options, sources } = readWithSources(flagNames, { flags, variables: parts.variables })
  if (isStored) return storedConfig({ options, sources }, readControl(flags, parts))
  const lost = whereabouts.find((name) => flags[name] !== undefined)
  if (lost !== undefined)
    throw new UsageError(
      `Expected ${sources.get(lost)} together with --stored, which tries the config in Redis; without it nothing is read there`,
    )
  const given = flagsIn(sources, () => true)
  const from = given.length === 0 ? 'the defaults' : given.join(', ')
  const notes = options.enabled === false ? ['Alerts are off: enabled is false.'] : []
  return { options, source: 'options', text: `${from}: ${rulesText(options)}`, notes }
}

async function storedConfig({ options, sources }: Read, where: ControlOptions): Promise<GivenConfig> {
  const { openControl } = await import('../../control/control.js')
  const control = openControl(where)
  const document = await control.config.peek().finally(() => control.close())
  const key = `\`${oneLine(where.configKey ?? DEFAULT_CONFIG_KEY)}\``
  if (document === undefined)
    throw new Error(
      `Expected a config to be stored under ${key}, but there is none: every process uses the options in its code; give those as flags, without --stored`,
    )
  const overlaid = Object.keys(document).map(toCamelCase)
  const unused = flagsIn(sources, (name) => overlaid.includes(name))
  const used = flagsIn(sources, (name) => !overlaid.includes(name))
  const whole = { ...options, ...optionsToTry(document) }
  const alerting = alertingNote(document)
  return {
    options: whole,
    source: 'stored',
    text: `stored under ${key}${used.length === 0 ? '' : `, over ${used.join(', ')}`}: ${rulesText(whole)}`,
    notes: [
      ...unused.map((flag) => `${flag} makes no difference: the stored config has its own. Try it with --compare.`),
      ...(alerting?.startsWith('Alerts') ? [`${alerting} The report tells what would be sent if they were on.`] : []),
    ],
  }
}

/** The flags and variables, each once, from which these options come. Of a config in a flag its members are not told apart. */
function flagsIn(sources: Read['sources'], isMeant: (name: string) => boolean): string[] {
  const found = [...sources].filter(([name]) => isMeant(name) && !whereabouts.some((other) => other === name))
  return [...new Set(found.map(([, source]) => source.replace(/\..*/, '')))]
}

/** The rules in force, each with its numbers: `db 20 errors in 60 s, cooldown 5 min`. */
function rulesText(options: LogsirenOptions): string {
  const { rules } = resolveSettings({ ...options, url: options.url || 'http://127.0.0.1/' }, undefined)
  const texts = rules.slice(0, MAX_RULES).map(({ name, threshold, windowMs, cooldownMs, newOnly }) => {
    const numbers = `${counted(threshold, newOnly ? 'new kind' : 'error')} in ${span(windowMs / 1000)}, cooldown ${span(cooldownMs / 1000)}`
    return options.rules === undefined ? numbers : `${name} ${numbers}`
  })
  const more = rules.length - texts.length
  return `${texts.join('; ')}${more > 0 ? `; and ${more} more rules` : ''}`
}
