// The check of each option, by the kind of its row, as code writes the option and as the config document does.
import * as v from 'valibot'
import { MAX_INTEGER } from '../defaults.js'
import { documentOptions, isRuleOption } from '../document-members.js'
import { type OptionName, optionMembers } from '../engine-options.js'
import { toSnakeCase } from '../names.js'
import { type Kinds, type Member, ruleNaming, ruleOptions } from '../rule-members.js'
import { documentMatch, match } from './match.js'
import {
  choice,
  documentInteger,
  fields,
  flag,
  groupByOf,
  integer,
  level,
  linePath,
  linePaths,
  name,
  objectOf,
  origins,
  proxy,
  redis,
  ruleName,
  rulesOf,
  secret,
  sharedPath,
  url,
} from './schema.js'

/** A check for each kind, that gives what the kind promises. */
type Checks = { readonly [kind in keyof Kinds]: (member: Member) => v.GenericSchema<unknown, Kinds[kind]> }

const inCode: Checks = {
  url: () => url,
  secret: () => secret,
  flag: () => flag,
  count: () => integer(1, MAX_INTEGER),
  integer: ({ min = 1, max = MAX_INTEGER }) => integer(min, max),
  choice: ({ choices = [] }) => choice(choices),
  text: () => name,
  level: () => level,
  paths: () => linePaths,
  groups: () => groupByOf(linePath),
  match: () => match,
  rules: () => rulesOf(objectOf(ruleEntries, 'a rule')),
  fields: () => fields,
  redis: () => redis,
  origins: () => origins,
  proxy: () => proxy,
}

const inDocument: Checks = {
  ...inCode,
  count: () => documentInteger,
  groups: () => groupByOf(sharedPath),
  match: () => documentMatch,
  rules: () => rulesOf(documentRule),
}

/** A check for each of these options, as an object has them: any may be left out. */
export function optionEntries(names: readonly OptionName[]): v.ObjectEntries {
  return Object.fromEntries(names.map((name) => [name, optionCheck(optionMembers[name])]))
}

/** The same by the names of the config document, where null is left out, too. */
export function documentEntries(names: readonly OptionName[]): v.ObjectEntries {
  return Object.fromEntries(names.map((name) => [toSnakeCase(name), documentCheck(optionMembers[name])]))
}

function optionCheck(member: Member): v.GenericSchema {
  return v.optional(inCode[member.kind](member))
}

function documentCheck(member: Member): v.GenericSchema {
  return v.nullish(inDocument[member.kind](member))
}

const ruleEntries = { name: ruleName, match: optionCheck(ruleNaming.match), ...optionEntries(ruleOptions) }

const documentRule = v.pipe(
  v.object(
    {
      name: ruleName,
      match: documentCheck(ruleNaming.match),
      ...documentEntries(documentOptions.filter(isRuleOption)),
    },
    'a rule',
  ),
  v.metadata({ required: ['name'] }),
  v.transform((members): object => withoutNulls(members)),
)

/** Null stands for a member that is left out, as the original service reads it. */
export function withoutNulls(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value != null))
}
