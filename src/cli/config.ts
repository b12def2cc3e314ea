// `logsiren config`: shows the stored config, changes it after it has shown what will change, and deletes it.
import { readFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'
import type { Command } from 'commander'
import { DEFAULT_CONFIG_KEY } from '../config/defaults.js'
import type { PublicConfig } from '../config/document/writing.js'
import { documentOptions } from '../config/document-members.js'
import { controlOptionNames } from '../config/engine-options.js'
import { renamedConfig, toSnakeCase } from '../config/names.js'
import type { Control } from '../control/control.js'
import { INVALID, type Precondition, type StoredConfig } from '../control/stored-config.js'
import { ConfigError } from '../errors.js'
import { oneLine } from '../text.js'
import { collected, command, type Flags, group, type ProgramParts, withControl } from './command.js'
import { diffOf, valueText } from './config-diff.js'
import { readOptions } from './flags.js'
import { confirm, isInteractive, type Terminal, table } from './terminal.js'
import { asUsage, UsageError } from './usage-error.js'

interface ConfigSettings {
  readonly json: boolean
  /** Write or delete without asking. */
  readonly yes: boolean
  readonly dryRun: boolean
}

/** What is written to Redis comes from flags alone: a variable that is set for another command must not slip into the config. */
const noVariables = {}

export function configCommand(parts: ProgramParts): Command {
  const config = command(
    'config',
    `Shows and changes the config that is stored in Redis, under ${DEFAULT_CONFIG_KEY} or --config-key`,
    parts,
  )
  for (const one of [getCommand(parts), setCommand(parts), deleteCommand(parts), schemaCommand(parts)])
    config.addCommand(one)
  return group(config, 'logsiren config')
}

function getCommand(parts: ProgramParts): Command {
  return command('get', 'Prints the stored config, without its secrets', parts, ['redis', 'configKey'])
    .option('--json', 'print it as JSON', false)
    .action((flags: Flags) =>
      withControl(flags, parts, (control) => getConfig(control, settingsOf(flags), parts.terminal)),
    )
}

function setCommand(parts: ProgramParts): Command {
  return command('set', 'Changes the stored config by flags, or replaces it by a JSON file', parts, [
    ...controlOptionNames,
    ...documentOptions,
  ])
    .argument('[file]', 'a JSON file with the whole config, or - for standard input')
    .option(
      '--unset <members>',
      'members to remove, with commas between: they fall back to the options in code',
      collected,
      [],
    )
    .option('--dry-run', 'check the config and show what would change; write nothing', false)
    .option('-y, --yes', 'write without asking', false)
    .option('--json', 'print the stored config as JSON', false)
    .addHelpText('after', '\nExamples:\n  logsiren config set --threshold 20\n  logsiren config set config.json')
    .action(async (file: string | undefined, { unset, ...flags }: Flags) => {
      const options = readOptions(documentOptions, { flags, variables: noVariables, isChange: true })
      const removed = [unset].flat().flatMap((one) => String(one).split(','))
      const change = {
        members: renamedConfig(options, toSnakeCase),
        unset: removed.map((name) => toSnakeCase(name.trim()).replaceAll('-', '_')),
        file,
      }
      await withControl(flags, parts, (control) => setConfig(control, change, settingsOf(flags), parts.terminal))
    })
}

function deleteCommand(parts: ProgramParts): Command {
  return command('delete', 'Deletes the stored config: every process falls back to its options in code', parts, [
    'redis',
    'configKey',
  ])
    .option('-y, --yes', 'delete without asking', false)
    .action((flags: Flags) =>
      withControl(flags, parts, (control) => deleteConfig(control, settingsOf(flags), parts.terminal)),
    )
}

function schemaCommand(parts: ProgramParts): Command {
  return command('schema', 'Prints the JSON Schema of the config, for editors', parts).action(async () => {
    const { configJsonSchema } = await import('../config/document/json-schema.js')
    parts.terminal.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`)
  })
}

function settingsOf({ json, yes, dryRun }: Flags): ConfigSettings {
  return { json: json === true, yes: yes === true, dryRun: dryRun === true }
}

async function getConfig(
  { config }: Control,
  { json }: { readonly json: boolean },
  { stdout }: Terminal,
): Promise<void> {
  const stored = checked(await config.read())
  if (json) stdout.write(`${JSON.stringify(stored.config, null, 2)}\n`)
  else {
    if (stored.kind === 'missing')
      stdout.write('No config is stored, so options in code are in force. The defaults:\n\n')
    stdout.write(table(rowsOf(stored.config)))
  }
}

async function setConfig(
  { config }: Control,
  change: {
    readonly members: Readonly<Record<string, unknown>>
    readonly unset: readonly string[]
    readonly file?: string | undefined
  },
  settings: ConfigSettings,
  terminal: Terminal,
): Promise<void> {
  const { members, unset, file } = change
  const isPatch = Object.keys(members).length + unset.length > 0
  if (isPatch === (file !== undefined))
    throw new UsageError('Expected either a JSON file, or flags with changes; see logsiren config set --help')
  const given = file === undefined ? undefined : await readDocument(file, terminal)
  const write = (isDryRun: boolean, precondition?: Precondition): Promise<StoredConfig> =>
    (file === undefined
      ? config.patch(members, unset, { isDryRun, precondition })
      : config.replace(given, { isDryRun, precondition })
    ).catch((error: unknown) => {
      throw asUsage(error)
    })
  const before = await config.read()
  if (isPatch) checked(before, INVALID)
  const after = checked(await write(true))
  const diff = diffOf(before, after)
  if (!settings.json) terminal.stdout.write(diff === '' ? 'Nothing changes.\n' : diff)
  else if (settings.dryRun) terminal.stdout.write(`${JSON.stringify(after.config, null, 2)}\n`)
  if (settings.dryRun) return
  if (diff !== '' && !(await isAgreed('Write this?', settings, terminal))) throw new Error('nothing was written')
  const written = checked(await write(false, sameAs(before)))
  if (settings.json) terminal.stdout.write(`${JSON.stringify(written.config, null, 2)}\n`)
  else if (diff !== '') terminal.stdout.write('Written. Every process follows within 15 seconds.\n')
}

async function deleteConfig({ config }: Control, settings: ConfigSettings, terminal: Terminal): Promise<void> {
  const before = await config.read()
  if (before.kind === 'missing') {
    terminal.stdout.write('There is no config to delete.\n')
    return
  }
  if (before.kind === 'valid') terminal.stdout.write(table(rowsOf(before.config)))
  if (!(await isAgreed('Delete this, so that options in code are in force?', settings, terminal)))
    throw new Error('nothing was deleted')
  await config.delete(sameAs(before))
  terminal.stdout.write('Deleted. Every process follows within 15 seconds.\n')
}

async function isAgreed(question: string, { yes, json }: ConfigSettings, terminal: Terminal): Promise<boolean> {
  return yes || json || !isInteractive(terminal) || (await confirm(terminal, question))
}

/** Holds only for the state that was shown: nobody is to overwrite a config that they have not seen. */
function sameAs({ revision }: StoredConfig): Precondition {
  return (now) => {
    if (now.revision !== revision)
      throw new Error('somebody else has written the config meanwhile, so nothing was changed; run the command again')
  }
}

/** A stored config that is known to be valid. @throws ConfigError if it is not */
function checked(
  stored: StoredConfig,
  subject = 'the stored config is not valid',
): Exclude<StoredConfig, { readonly kind: 'invalid' }> {
  if (stored.kind === 'invalid') throw new ConfigError(stored.problems, subject)
  return stored
}

async function readDocument(file: string, { stdin }: Terminal): Promise<unknown> {
  let text: string
  try {
    text = file === '-' ? await textOf(stdin) : await readFile(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new Error(`Expected ${oneLine(file)} to be a file that can be read, but it could not be${code}`, { cause })
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(
      `Expected ${file === '-' ? 'standard input' : oneLine(file)} to hold JSON, got what does not parse`,
    )
  }
}

function rowsOf(config: PublicConfig): string[][] {
  return Object.entries(config).map(([member, value]) => [member, valueText(value)])
}
