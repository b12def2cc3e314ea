// The check of each option, chosen by the kind of its row: one for options in code, one for the config document.
import * as v from 'valibot'
import { MAX_INTEGER } from '../defaults.js'
import { documentOptions, isRuleOption } from '../document-members.js'
import { type OptionName, optionMembers } from '../engine-options.js'
import { toSnakeCase } from '../names.js'
import { type Kinds, type Member, ruleNaming, ruleOptions } from '../rule-members.js'
import { headers } from './headers.js'
import { labels } from './labels.js'
import { links } from './links.js'
import { documentMatch, documentMatches, match, matches } from './match.js'
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
  percent,
  proxy,
  redis,
  ruleName,
  rulesOf,
  secret,
  sharedPath,
  url,
} from './schema.js'
import { template } from './template.js'

/** A check for each kind. Its result has the type that `Kinds` names. */
type Checks = { readonly [kind in keyof Kinds]: (member: Member) => v.GenericSchema<unknown, Kinds[kind]> }

const inCode: Checks = {
  url: () => url,
  secret: () => secret,
  flag: () => flag,
  count: () => integer(1, MAX_INTEGER),
  integer: ({ min = 1, max = MAX_INTEGER }) => integer(min, max),
  percent: () => percent,
  choice: ({ choices = [] }) => choice(choices),
  text: () => name,
  level: () => level,
  paths: () => linePaths,
  groups: () => groupByOf(linePath),
  match: () => match,
  matches: () => matches,
  rules: () => rulesOf(objectOf(ruleEntries, 'a rule')),
  links: () => links,
  labels: () => labels,
  template: () => template,
  headers: () => headers,
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
  matches: () => documentMatches,
  rules: () => rulesOf(documentRule),
}

/** Checks of these options in code, by their names, for an object's schema. Each option may be left out. */
export function optionEntries(names: readonly OptionName[]): v.ObjectEntries {
  return Object.fromEntries(names.map((name) => [name, optionCheck(optionMembers[name])]))
}

/** Checks of these options in a config document, by their snake_case names. Each may be left out, or null. */
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

/** Leaves out members that are null, which mean the same as missing ones: the original service reads them so. */
export function withoutNulls(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value != null))
}
