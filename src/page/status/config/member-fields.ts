// The field of each member that the config may have, made of the member's row in the tables of options.
import { MAX_INTEGER } from '../../../config/defaults.js'
import { documentOptions } from '../../../config/document-members.js'
import { optionMembers } from '../../../config/engine-options.js'
import { toSnakeCase } from '../../../config/names.js'
import type { FormTexts, Kinds, Member } from '../../../config/rule-members.js'
import { checkField, choiceField, type Field, listField, numberField, rulesField, textField } from './fields.js'
import { secretField } from './secret-field.js'

const BLANK = 'as in code'

type MakeField = (name: string, texts: FormTexts, member: Member) => Field

const yesOrNo: MakeField = (name, texts) =>
  choiceField(name, texts, [
    ['', texts.blank ?? BLANK],
    ['true', 'yes'],
    ['false', 'no'],
  ])

/** How a field is made for each kind of option. No member of the config is of another kind. */
const fieldsByKind: { readonly [kind in keyof Kinds]?: MakeField } = {
  url: (name, texts) => textField(name, texts, 'url'),
  secret: (name, texts) => secretField(name, texts),
  // `enabled` switches all alerts. Where it is not stored they are off, so it needs no third choice.
  flag: (name, texts, member) => (name === 'enabled' ? checkField(name, texts) : yesOrNo(name, texts, member)),
  count: (name, texts) => numberField(name, texts, 1, MAX_INTEGER),
  integer: (name, texts, { min = 1, max = MAX_INTEGER }) => numberField(name, texts, min, max),
  choice: (name, texts, { choices = [] }) => {
    const named = choices.map((choice) => [JSON.stringify(choice), choice] as const)
    return choiceField(name, texts, [['', texts.blank ?? BLANK], ...named])
  },
  text: (name, texts) => textField(name, texts),
  paths: listField,
  groups: listField,
  rules: rulesField,
}

/** All fields, in the order of the form. */
export function configFields(): readonly Field[] {
  return documentOptions.flatMap((option) => {
    const member = optionMembers[option]
    const makeField = fieldsByKind[member.kind]
    if (member.inDocument === undefined || makeField === undefined) return []
    return [makeField(toSnakeCase(option), member.inDocument, member)]
  })
}
