// `logsiren silence`: mutes a rule, one of its groups, or all rules for a time; lists the silences, and ends them.
import { hostname, userInfo } from 'node:os'
import type { Command } from 'commander'
import type { NotedSilence, ShownSilence } from '../control/silences.js'
import { ConfigError } from '../errors.js'
import type { NewSilence } from '../store/config/silence-key.js'
import { oneLine, span } from '../text.js'
import { collected, command, type Flags, type Names, type ProgramParts, VARIABLES, withControl } from './command.js'
import { mutedText, silenceLines } from './status/silence-lines.js'
import { columnsOf, fittedTable, type Terminal } from './terminal.js'
import { asUsage, UsageError } from './usage-error.js'

const names: Names = ['redis', 'configKey']

/** Columns where the output is no terminal, so that a reason of hundreds of characters does not make the table unreadable there. */
const COLUMNS_OF_NO_TERMINAL = 120

export function silenceCommand(parts: ProgramParts): Command {
  const silence = command('silence', 'Mutes a rule, one of its groups, or all rules for a time', parts, names)
    // Without it the flags behind `list` and `end` would be taken for those of `silence`.
    .enablePositionalOptions()
    .argument('[rule]', 'the rule to mute')
    .option('--all', 'mute all rules')
    .option('--for <time>', 'how long: 45s, 30m, 2h or 7d, 30d at most')
    .option(
      '--group <name=value>',
      'mute only this group of the rule; given again where the rule groups by several names',
      collected,
    )
    .option('--reason <text>', 'why, for others who see the silence')
    .option('--by <text>', 'who (default: your name on this machine)')
    .option('--json', 'print the silence as JSON')
    .addHelpText(
      'after',
      `
Meanwhile errors are counted and no alert is raised. What was raised before is
still told, as is its end.

Examples:
  logsiren silence payments --for 30m --reason "a deploy"
  logsiren silence db --group model=gpt-x --for 2h
  logsiren silence --all --for 10m
  logsiren silence list
  logsiren silence end ab12cd34
${VARIABLES}`,
    )
    .action(async (rule: string | undefined, flags: Flags) => {
      const given = await givenSilence(rule, flags)
      const noted = await withControl(flags, parts, (control) => control.silences.add(given))
      reportAdded(noted, flags, parts.terminal)
    })
  for (const one of [listCommand(parts), endCommand(parts)]) silence.addCommand(one)
  return silence
}

function listCommand(parts: ProgramParts): Command {
  return command('list', 'Lists the silences that have not ended', parts, names)
    .option('--json', 'print them as JSON')
    .addHelpText('after', VARIABLES)
    .action(async (_: Flags, made: Command) => {
      const flags: Flags = made.optsWithGlobals()
      const silences = await withControl(flags, parts, (control) => control.silences.list())
      const { stdout } = parts.terminal
      if (flags['json'] === true) stdout.write(`${JSON.stringify(silences, null, 2)}\n`)
      else stdout.write(drawSilences(silences, stdout))
    })
}

function endCommand(parts: ProgramParts): Command {
  return command('end', 'Ends a silence at once', parts, names)
    .argument('<id>', 'its id, as list shows it')
    .option('--json', 'print whether there was one as JSON')
    .addHelpText('after', VARIABLES)
    .action(async (id: string, _: Flags, made: Command) => {
      const flags: Flags = made.optsWithGlobals()
      const ended = await withControl(flags, parts, (control) => control.silences.end(id))
      const { stdout } = parts.terminal
      if (flags['json'] === true) stdout.write(`${JSON.stringify({ id, ended })}\n`)
      if (!ended) throw new Error(`There is no silence \`${oneLine(id)}\`, or it has ended`)
      if (flags['json'] !== true) stdout.write(`Ended ${oneLine(id)}\n`)
    })
}

/** The silence that the arguments ask for, checked. @throws UsageError */
async function givenSilence(
  rule: string | undefined,
  { all, for: time, group, reason, by }: Flags,
): Promise<NewSilence> {
  if ((rule === undefined) === (all !== true)) {
    const got = rule === undefined ? 'neither' : 'both'
    throw new UsageError(`Expected either a rule or --all, got ${got}; see logsiren silence --help`)
  }
  const given = {
    rule,
    group: groupOf(Array.isArray(group) ? group.map(String) : []),
    forSeconds: secondsOf(time),
    reason,
    by: by ?? whoAmI(),
  }
  const { checkedSilence } = await import('../control/silences.js')
  try {
    return checkedSilence(given)
  } catch (error) {
    throw asUsage(error instanceof ConfigError ? named(error, time) : error)
  }
}

/** The error with the names of flags. */
function named({ problems }: ConfigError, time: unknown): ConfigError {
  const got = time === undefined ? 'none' : `\`${oneLine(time)}\``
  return new ConfigError(
    problems.map(({ path, message }) =>
      path === 'forSeconds'
        ? { path, message: `Expected \`--for\` to be a time such as 45s, 30m, 2h or 7d, 30d at most, got ${got}` }
        : { path, message: message.replaceAll(/`(group|reason|by)\b/g, '`--$1') },
    ),
  )
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Undefined where it is no time. */
function secondsOf(time: unknown): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(String(time)) ?? []
  const inUnit = UNIT_SECONDS[unit]
  return inUnit === undefined ? undefined : Number(number) * inUnit
}

function groupOf(pairs: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (pairs.length === 0) return undefined
  const members = pairs.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`Expected --group to be a name and its value such as model=x, got no \`=\` in it`)
    return [pair.slice(0, at), pair.slice(at + 1)] as const
  })
  if (new Set(members.map(([name]) => name)).size < members.length)
    throw new UsageError('Expected each name once in --group, got one twice')
  return Object.fromEntries(members)
}

function whoAmI(): string {
  return `${userName()}@${hostname()}`.slice(0, 200)
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container the user may have no name.
    return String(process.getuid?.() ?? 'somebody')
  }
}

function reportAdded({ silence, note }: NotedSilence, { json }: Flags, { stdout, stderr }: Terminal): void {
  if (json === true) {
    stdout.write(`${JSON.stringify({ ...silence, note })}\n`)
    return
  }
  const lasts = span((Date.parse(silence.until) - Date.parse(silence.created_at)) / 1000)
  stdout.write(`Silenced ${mutedText(silence)} for ${lasts}, until ${silence.until.slice(0, 19)}Z\n`)
  stdout.write(`End it before: logsiren silence end ${silence.id}\n`)
  if (note !== undefined) stderr.write(`${note}\n`)
}

function drawSilences(silences: readonly ShownSilence[], stdout: Terminal['stdout']): string {
  if (silences.length === 0) return 'No silence is set\n'
  const columns = stdout.isTTY === true ? columnsOf(stdout) : COLUMNS_OF_NO_TERMINAL
  return fittedTable(silenceLines(silences, Date.now()), columns, [1, 3])
}
