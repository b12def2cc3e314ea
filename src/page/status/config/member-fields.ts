// The field of each member that the config, or one of its rules, may have, made of the member's row in the tables of options.
import { MAX_INTEGER } from '../../../config/defaults.js'
import { documentOptions, isRuleOption } from '../../../config/document-members.js'
import { optionMembers } from '../../../config/engine-options.js'
import { toSnakeCase } from '../../../config/names.js'
import type { Kinds, Member } from '../../../config/rule-members.js'
import { choiceField, type Field, jsonField, listField, numberField, type Place, textField } from './fields.js'
import { headersField, secretField } from './secret-field.js'
import { urlField } from './url-field.js'

type MakeField = (place: Place, member: Member) => Field

/** How a field is made for each kind of option. The rules have sections of their own, and no member of the config is of a further kind. */
const fieldsByKind: { readonly [kind in keyof Kinds]?: MakeField } = {
  url: urlField,
  secret: secretField,
  flag: (place) =>
    choiceField(place, [
      ['true', 'yes'],
      ['false', 'no'],
    ]),
  count: (place) => numberField(place, 1, MAX_INTEGER),
  integer: (place, { min = 1, max = MAX_INTEGER }) => numberField(place, min, max),
  percent: (place) => numberField(place, 0, 100, 'any'),
  choice: (place, { choices = [] }) =>
    choiceField(
      place,
      choices.map((one) => [JSON.stringify(one), one] as const),
    ),
  text: textField,
  paths: listField,
  groups: listField,
  match: jsonField,
  matches: jsonField,
  links: jsonField,
  labels: jsonField,
  template: jsonField,
  headers: headersField,
}

/** The fields of the config as a whole, in the order of the form. */
export function configFields(): readonly Field[] {
  return optionFields(
    () => true,
    'field',
    ({ blank = 'as in code' }) => blank,
  )
}

/** The fields of one rule; their ids begin with `prefix`. */
export function ruleFields(prefix: string): readonly Field[] {
  const name = textField({
    name: 'name',
    id: `${prefix}-name`,
    label: 'Name',
    hint: 'letters, digits, - and _. Under another name the rule counts anew',
    blank: '',
  })
  const match = jsonField({
    name: 'match',
    id: `${prefix}-match`,
    label: 'Conditions, JSON',
    hint: 'blank: all errors. By path: {"app.area": "payments", "level": {"gte": "error"}}',
    blank: '',
  })
  return [name, match, ...optionFields(isRuleOption, prefix, () => 'as above')]
}

function optionFields(
  isThere: (option: string) => boolean,
  prefix: string,
  blankOf: (texts: { readonly blank?: string }) => string,
): readonly Field[] {
  return documentOptions.filter(isThere).flatMap((option) => {
    const member = optionMembers[option]
    const makeField = fieldsByKind[member.kind]
    if (member.inDocument === undefined || makeField === undefined) return []
    const name = toSnakeCase(option)
    const place = { ...member.inDocument, name, id: `${prefix}-${name}`, blank: blankOf(member.inDocument) }
    return [makeField(place, member)]
  })
}
