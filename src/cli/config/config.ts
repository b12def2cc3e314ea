// `logsiren config`: its commands, and what their flags say.
import type { Command } from 'commander'
import { DEFAULT_CONFIG_KEY } from '../../config/defaults.js'
import { documentOptions } from '../../config/document-members.js'
import { controlOptionNames, type OptionName } from '../../config/engine-options.js'
import { renamedConfig, toSnakeCase } from '../../config/names.js'
import { collected, command, type Flags, group, type ProgramParts, withControl } from '../command.js'
import { type FlagText, readJson, readOptions } from '../flags.js'
import { UsageError } from '../usage-error.js'
import { type Change, type ConfigSettings, deleteConfig, getConfig, setConfig } from './actions.js'
import { fallbackOf } from './view.js'

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
