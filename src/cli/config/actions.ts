// What the commands of `logsiren config` do: show what is stored, write it after it was shown what will change, delete it.
import { readFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'
import { alertingNote } from '../../config/document/alerting.js'
import { withoutSecrets } from '../../config/document/writing.js'
import type { Control } from '../../control/control.js'
import { INVALID, type Precondition, type StoredConfig } from '../../control/stored-config.js'
import { ConfigError } from '../../errors.js'
import { oneLine } from '../../text.js'
import { listOf } from '../../unknown.js'
import { columnsOf, confirm, guess, isInteractive, type Terminal } from '../terminal.js'
import { asUsage, UsageError } from '../usage-error.js'
import { diffOf } from './diff.js'
import { configTable } from './view.js'

export interface ConfigSettings {
  readonly json: boolean
  /** Write or delete without asking. */
  readonly yes: boolean
  readonly dryRun: boolean
}

export interface Change {
  /** Members of the document, or of the rule. */
  readonly members: Readonly<Record<string, unknown>>
  readonly unset: readonly string[]
  /** The rule that is changed; undefined for what stands beside the rules. */
  readonly rule?: string | undefined
  /** The file of a whole config, in place of changes. */
  readonly file?: string | undefined
}

type ValidConfig = Exclude<StoredConfig, { readonly kind: 'invalid' }>

export async function getConfig(
  { config }: Control,
  { json }: { readonly json: boolean },
  terminal: Terminal,
): Promise<void> {
  const { stdout } = terminal
  const stored = checked(await config.read())
  if (json) {
    stdout.write(jsonOf(stored))
    return
  }
  if (stored.kind === 'missing') stdout.write('No config is stored: every process uses the options in its code.\n\n')
  stdout.write(configTable(stored, columnsOf(terminal.stdout)))
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

export async function setConfig(
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
  const diff = diffOf(before, after, columnsOf(terminal.stdout))
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
 * Says of which secrets and headers what is given only knows that there were some, while none are stored: what `config get --json` prints has
 * none in it, so that they stay where they are stored, and go nowhere else.
 */
function missingSecretsNote(given: unknown, after: ValidConfig): string | undefined {
  const stored = withoutSecrets(after.kind === 'missing' ? {} : after.stored.document)
  const missing = [
    ...missingMarks(given, stored).map((flag) => `config set ${flag}`),
    ...listOf(Object(given).rules).flatMap((rule) => {
      const kept = stored.rules?.find(({ name }) => name === Object(rule).name)
      return kept === undefined ? [] : missingMarks(rule, kept).map((flag) => `config set --rule ${kept.name} ${flag}`)
    }),
  ]
  if (missing.length === 0) return undefined
  return `secret_set or headers_set is in what is given, but no such secret is stored; give it again: ${missing.join(', ')}`
}

/** The flags for what is marked in what is given, and not in what is stored. */
function missingMarks(given: unknown, kept: ReturnType<typeof withoutSecrets>): string[] {
  const { secret_set: isSecretSet, headers_set: headersSet } = Object(given)
  return [
    ...(isSecretSet === true && !kept.secret_set ? ['--secret'] : []),
    ...(listOf(headersSet).length > 0 && kept.headers_set.length === 0 ? ['--headers'] : []),
  ]
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

export async function deleteConfig({ config }: Control, settings: ConfigSettings, terminal: Terminal): Promise<void> {
  const before = await config.read()
  if (before.kind === 'missing') {
    terminal.stdout.write('There is no config to delete.\n')
    return
  }
  const columns = columnsOf(terminal.stdout)
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
