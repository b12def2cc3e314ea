// The rules of the config: those in code, or a section for each one that is stored.
import { engineOptions } from '../../../config/engine-options.js'
import { isObject, listOf } from '../../../unknown.js'
import { make, say } from '../../dom.js'
import { type Config, choiceField, type Field } from './fields.js'
import { type Held, RULES } from './merge.js'
import { RuleSection, type Unreadable } from './rule-section.js'

const NONE = 'No rule is here: there is one, default, with the settings above.'

export class RuleList {
  readonly element = make('div', { class: 'rules' })
  /** Whether there are rules here, or those in code are in force. */
  readonly choice: Field
  readonly #list = make('div', { class: 'sections' })
  readonly #none = make('p', { class: 'hint' })
  readonly #add = make('button', { type: 'button', class: 'quiet' }, 'Add a rule')
  #sections: readonly RuleSection[] = []

  constructor() {
    const { label, hint = '' } = engineOptions.rules.inDocument ?? { label: RULES }
    this.choice = choiceField({ name: RULES, id: 'field-rules', label, hint, blank: 'as in code' }, [
      ['true', 'those below, in place of those in code'],
    ])
    this.choice.input.addEventListener('change', () => this.#draw())
    this.#add.onclick = () => this.#begin()
    this.element.append(this.choice.element, this.#list, this.#none, make('div', {}, this.#add))
  }

  /** Shows the stored rules. */
  show(rules: unknown): void {
    const stored = listOf(rules).map((rule) => (isObject(rule) ? rule : {}))
    // A section stays with its rule, open where it was open.
    const before = new Map(this.#sections.map((section) => [section.storedName, section]))
    this.#sections = stored.map((rule) => {
      const section = before.get(String(rule['name'])) ?? this.#newSection()
      before.delete(String(rule['name']))
      section.show(rule)
      return section
    })
    this.choice.restore(Array.isArray(rules) ? 'true' : '')
    this.choice.complain('')
    this.#draw()
  }

  held(): Held['rules'] {
    return this.#isHere ? this.#sections.map((section) => section.held()) : undefined
  }

  /** Puts back what was held, over the stored rules that are shown. */
  restore(rules: Held['rules']): void {
    this.choice.restore(rules === undefined ? '' : 'true')
    if (rules !== undefined)
      this.#sections = rules.map((rule) => {
        const found = this.#sections.find(
          ({ storedName }) => storedName !== undefined && storedName === rule.storedName,
        )
        const section = found ?? this.#newSection()
        section.restore(rule)
        return section
      })
    this.#draw()
  }

  /** The rules as they would be written; undefined where those in code are in force. */
  read(unreadable: Unreadable[]): readonly Config[] | undefined {
    return this.#isHere ? this.#sections.map((section) => section.read(unreadable)) : undefined
  }

  /** The field of a member of the rule at this place. */
  fieldAt(index: number, member: string): Field | undefined {
    return this.#sections[index]?.fieldOf(member)
  }

  /** A field of this member, of any rule: it can say what a raw text means. */
  anyFieldOf(member: string): Field | undefined {
    return this.#sections[0]?.fieldOf(member)
  }

  /** Opens the section in which a field stands. */
  reveal(field: Field): void {
    const section = this.#sections.find(({ element }) => element.contains(field.element))
    if (section !== undefined) section.element.open = true
  }

  clearComplaints(): void {
    this.choice.complain('')
    for (const section of this.#sections) section.clearComplaints()
  }

  get #isHere(): boolean {
    return this.choice.raw() === 'true'
  }

  #newSection(): RuleSection {
    const section = new RuleSection(() => this.#remove(section))
    return section
  }

  #begin(): void {
    this.choice.restore('true')
    const section = this.#newSection()
    this.#sections = [...this.#sections, section]
    this.#draw()
    section.begin()
    this.#tell()
  }

  #remove(section: RuleSection): void {
    const at = this.#sections.indexOf(section)
    this.#sections = this.#sections.toSpliced(at, 1)
    this.#draw()
    const next = this.#sections[at] ?? this.#sections[at - 1]
    if (next === undefined) this.#add.focus()
    else next.focus()
    this.#tell()
  }

  /** Says as a field does that something has changed. */
  #tell(): void {
    this.choice.input.dispatchEvent(new Event('change', { bubbles: true }))
  }

  #draw(): void {
    for (const [at, { element }] of this.#sections.entries()) {
      const there = this.#list.children[at]
      if (element !== there) this.#list.insertBefore(element, there ?? null)
    }
    while (this.#list.children.length > this.#sections.length) this.#list.lastElementChild?.remove()
    this.#list.hidden = !this.#isHere
    say(this.#none, this.#isHere && this.#sections.length === 0 ? NONE : '')
  }
}
