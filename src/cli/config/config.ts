// `logsiren config`: shows the stored config, changes it after it has shown what will change, and deletes it.
import { readFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'
import type { Command } from 'commander'
import { DEFAULT_CONFIG_KEY } from '../../config/defaults.js'
import { alertingNote } from '../../config/document/alerting.js'
import { withoutSecrets } from '../../config/document/writing.js'
import { documentOptions } from '../../config/document-members.js'
import { controlOptionNames, type OptionName } from '../../config/engine-options.js'
import { renamedConfig, toSnakeCase } from '../../config/names.js'
import type { Control } from '../../control/control.js'
import { INVALID, type Precondition, type StoredConfig } from '../../control/stored-config.js'
import { ConfigError } from '../../errors.js'
import { oneLine } from '../../text.js'
import { listOf } from '../../unknown.js'
import { collected, command, type Flags, group, type ProgramParts, withControl } from '../command.js'
import { type FlagText, readJson, readOptions } from '../flags.js'
import { confirm, guess, isInteractive, type Terminal } from '../terminal.js'
import { asUsage, UsageError } from '../usage-error.js'
import { diffOf } from './diff.js'
import { configTable, fallbackOf } from './view.js'

interface ConfigSettings {
  readonly json: boolean
  /** Write or delete without asking. */
  readonly yes: boolean
  readonly dryRun: boolean
}

type ValidConfig = Exclude<StoredConfig, { readonly kind: 'invalid' }>

const DEFAULT_COLUMNS = 80

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
  return command('get', 'Shows what is stored, without its secrets, and what stands for what is not', parts, [
    'redis',
    'configKey',
  ])
    .option('--json', 'print what is stored, and nothing else, as JSON: config set takes it back', false)
    .action((flags: Flags) =>
      withControl(flags, parts, (control) => getConfig(control, settingsOf(flags), parts.terminal)),
    )
}

function setCommand(parts: ProgramParts): Command {
  return command(
    'set',
    'Changes the stored config, or one of its rules, by flags, or replaces it by a JSON file',
    parts,
    [...controlOptionNames, ...documentOptions],
    (name) =>
      documentOptions.includes(name) ? { otherwise: `not stored: ${fallbackOf(name)}`, ...textsOfChange[name] } : {},
  )
    .argument('[file]', 'a JSON file with the whole config, or - for standard input')
    .option('--rule <name>', 'change this stored rule, and not what stands beside the rules')
    .option('--match <json|@file>', 'with --rule: its conditions')
    .option(
      '--unset <members>',
      'members to remove, with commas between: they fall back to the options in code, those of a rule to what stands beside the rules',
      collected,
      [],
    )
    .option('--dry-run', 'check the config and show what would change; write nothing', false)
    .option('-y, --yes', 'write without asking', false)
    .option('--json', 'print the stored config as JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  logsiren config set --threshold 20
  logsiren config set --rule payments --threshold 20
  logsiren config set --no-enabled
  logsiren config set config.json`,
    )
    .action(async (file: string | undefined, { unset, rule, match, ...flags }: Flags) => {
      const options = readOptions(documentOptions, { flags, variables: noVariables, isChange: true })
      const removed = [unset].flat().flatMap((one) => String(one).split(','))
      const change = {
        members: {
          ...renamedConfig(options, toSnakeCase),
          ...(match !== undefined && { match: readJson(String(match), '--match') }),
        },
        unset: removed.map((name) => toSnakeCase(name.trim()).replaceAll('-', '_')),
        rule: rule === undefined ? undefined : String(rule),
        file,
      }
      checkChange(change)
      await withControl(flags, parts, (control) => setConfig(control, change, settingsOf(flags), parts.terminal))
    })
}

/** The help of options whose meaning in a change is another one. */
const textsOfChange: Readonly<Partial<Record<OptionName, FlagText>>> = {
  enabled: { meaning: 'true or alone: alerts are sent; false, or --no-enabled: they are not' },
}

interface Change {
  /** Members of the document, or of the rule. */
  readonly members: Readonly<Record<string, unknown>>
  readonly unset: readonly string[]
  /** The rule that is changed; undefined for what stands beside the rules. */
  readonly rule?: string | undefined
  /** The file of a whole config, in place of changes. */
  readonly file?: string | undefined
}

/** @throws UsageError where flags say nothing, or what contradicts itself */
function checkChange({ members, unset, rule, file }: Change): void {
  const isPatch = Object.keys(members).length + unset.length > 0
  if (isPatch === (file !== undefined))
    throw new UsageError('Expected either a JSON file, or flags with changes; see logsiren config set --help')
  if (rule !== undefined && file !== undefined)
    throw new UsageError('Expected either a JSON file, or --rule with the changes of that rule, got both')
  if (rule !== undefined && (members['rules'] !== undefined || unset.includes('rules')))
    throw new UsageError('Expected either --rule, for one rule, or --rules, for all of them, got both')
  if (rule === undefined && members['match'] !== undefined)
    throw new UsageError('Expected --match together with --rule, which says whose conditions these are')
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
    const { configJsonSchema } = await import('../../config/document/json-schema.js')
    parts.terminal.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`)
  })
}

function settingsOf({ json, yes, dryRun }: Flags): ConfigSettings {
  return { json: json === true, yes: yes === true, dryRun: dryRun === true }
}

async function getConfig({ config }: Control, { json }: { readonly json: boolean }, terminal: Terminal): Promise<void> {
  const { stdout } = terminal
  const stored = checked(await config.read())
  if (json) {
    stdout.write(jsonOf(stored))
    return
  }
  if (stored.kind === 'missing') stdout.write('No config is stored: every process uses the options in its code.\n\n')
  stdout.write(configTable(stored, columnsOf(terminal)))
  const note = noteOn(stored)
  if (note !== undefined) stdout.write(`\n${note}\n`)
}

/** What is stored alone, without its secrets. */
function jsonOf(stored: ValidConfig): string {
  const shown = stored.kind === 'missing' ? {} : withoutSecrets(stored.stored.document)
  return `${JSON.stringify(shown, null, 2)}\n`
}

function noteOn(stored: ValidConfig): string | undefined {
  return stored.kind === 'missing' ? undefined : alertingNote(stored.stored.document)
}

async function setConfig(
  { config }: Control,
  change: Change,
  settings: ConfigSettings,
  terminal: Terminal,
): Promise<void> {
  const { members, unset, rule, file } = change
  const given = file === undefined ? undefined : await readDocument(file, terminal)
  const write = (isDryRun: boolean, precondition?: Precondition): Promise<StoredConfig> => {
    const options = { isDryRun, precondition, fills: false }
    const writing =
      file !== undefined
        ? config.replace(given, options)
        : rule === undefined
          ? config.patch(members, unset, options)
          : config.patchRule(rule, members, unset, options)
    return writing.catch((error: unknown) => {
      throw asUsage(error)
    })
  }
  const before = await config.read()
  if (file === undefined) checkRule(checked(before, INVALID), rule)
  const after = checked(await write(true))
  const diff = diffOf(before, after, columnsOf(terminal))
  const isReplacing = before.kind === 'invalid'
  if (!settings.json) {
    if (isReplacing) terminal.stdout.write(`${lossOf(before)}\n`)
    terminal.stdout.write(diff === '' ? 'Nothing changes.\n' : diff)
    for (const note of [noteOn(after), missingSecretsNote(given ?? members, after)])
      if (note !== undefined) terminal.stdout.write(`${note}\n`)
  } else if (settings.dryRun) terminal.stdout.write(jsonOf(after))
  if (settings.dryRun) return
  if (diff === '' && !isReplacing && before.kind === after.kind) {
    if (settings.json) terminal.stdout.write(jsonOf(after))
    return
  }
  if (!(await isAgreed('Write this?', settings, terminal))) throw new Error('nothing was written')
  const written = checked(await write(false, sameAs(before)))
  if (settings.json) terminal.stdout.write(jsonOf(written))
  else terminal.stdout.write('Written. Every process follows within 15 seconds.\n')
}

/**
 * Says of which secrets what is given only knows that there were some, while none is stored: what `config get --json` prints has no secret in
 * it, so that one stays where it is stored, and goes nowhere else.
 */
function missingSecretsNote(given: unknown, after: ValidConfig): string | undefined {
  const stored = after.kind === 'missing' ? { secret_set: false } : withoutSecrets(after.stored.document)
  const isMissing = (one: unknown, kept: { readonly secret_set: boolean } | undefined): boolean =>
    Object(one).secret_set === true && kept?.secret_set !== true
  const flags = [
    ...(isMissing(given, stored) ? ['--secret'] : []),
    ...listOf(Object(given).rules).flatMap((rule) => {
      const kept = stored.rules?.find(({ name }) => name === Object(rule).name)
      return kept !== undefined && isMissing(rule, kept) ? [`--rule ${kept.name} --secret`] : []
    }),
  ]
  if (flags.length === 0) return undefined
  const commands = flags.map((flag) => `config set ${flag}`).join(', ')
  return `secret_set is true in what is given, but no such secret is stored; give it again: ${commands}`
}

/** A rule that is changed has to be stored. Rules in code are not to be seen from here. @throws an Error that says why it is not */
function checkRule(stored: ValidConfig, rule: string | undefined): void {
  if (rule === undefined) return
  const rules = stored.kind === 'missing' ? undefined : stored.stored.document.rules
  const names = (rules ?? []).map(({ name }) => name)
  if (names.includes(rule)) return
  const shown = oneLine(rule)
  if (names.length > 0)
    throw new Error(`no rule \`${shown}\` is stored${guess(rule, names)}; stored are: ${names.join(', ')}`)
  throw new Error(
    rule === 'default'
      ? 'the rule `default` is the one without a name, and is changed without --rule'
      : `no rule \`${shown}\` is stored, nor any other: rules that are in code are changed there, or stored as a whole with --rules`,
  )
}

async function deleteConfig({ config }: Control, settings: ConfigSettings, terminal: Terminal): Promise<void> {
  const before = await config.read()
  if (before.kind === 'missing') {
    terminal.stdout.write('There is no config to delete.\n')
    return
  }
  const columns = columnsOf(terminal)
  terminal.stdout.write(before.kind === 'valid' ? configTable(before, columns, 'stored') : `${lossOf(before)}\n`)
  if (!(await isAgreed('Delete this, so that options in code are in force?', settings, terminal)))
    throw new Error('nothing was deleted')
  await config.delete(sameAs(before))
  terminal.stdout.write('Deleted. Every process follows within 15 seconds.\n')
}

/** What goes with a stored config that is not valid. */
function lossOf({ problems, isText }: StoredConfig & { readonly kind: 'invalid' }): string {
  if (!isText) return 'The key holds a value of another type, which another program may need. It would be lost.'
  return `What is stored is not valid, and would be lost: ${problems.map(({ message }) => oneLine(message)).join('; ')}`
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
function checked(stored: StoredConfig, subject = 'the stored config is not valid'): ValidConfig {
  if (stored.kind === 'invalid') throw new ConfigError(stored.problems, subject)
  return stored
}

/** Columns of the terminal, or of a usual one where the output goes elsewhere. */
function columnsOf({ stdout }: Terminal): number {
  return stdout.columns ?? DEFAULT_COLUMNS
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
