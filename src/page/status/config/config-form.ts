// The form of the stored config. Problems are shown at their fields, and changes are reviewed before they are written.

import { byId, make, say } from '../../dom.js'
import { type Api, type Problem, problemOf } from '../api.js'
import { Conflict } from './conflict.js'
import type { Config, Field } from './fields.js'
import { configFields } from './member-fields.js'
import { type Clash, editedPaths, type Held, merge, RULES } from './merge.js'
import { ask, changes, losses } from './review.js'
import { RuleList } from './rule-list.js'
import { blankTexts, readFields, textsOf, type Unreadable } from './rule-section.js'
import { look, STORED, type Stored } from './stored.js'

/** A changed form is checked once it has not changed again for this long. */
const CHECK_AFTER_MS = 250

export class ConfigForm {
  readonly #api: Api
  readonly #onLoad: (config: Config) => void
  readonly #form = byId('config', HTMLFormElement)
  readonly #notice = byId('config-notice', HTMLElement)
  readonly #outcome = make('p', { class: 'outcome', role: 'status' })
  readonly #conflict = new Conflict(() => this.#guard(this.#merge()))
  readonly #fields = configFields()
  readonly #rules = new RuleList()
  readonly #review = make('button', { type: 'submit' }, 'Review changes')
  readonly #drop = make('button', { type: 'button', class: 'quiet' }, 'Delete the stored config')
  #stored: Config = {}
  /** What the review compares with: the stored config, nothing where none is stored. */
  #before: Config = {}
  #etag = ''
  /** What the form held when the stored config was shown: what differs is an edit. */
  #shown: Held = { texts: {}, rules: undefined }
  /** Goes up with each request about the form, and when the form is filled anew: an answer to an older request is not shown. */
  #question = 0

  constructor(api: Api, onLoad: (config: Config) => void) {
    this.#api = api
    this.#onLoad = onLoad
    this.#form.replaceChildren(
      ...this.#fields.map(({ element }) => element),
      this.#rules.element,
      this.#conflict.element,
      this.#outcome,
      make('div', { class: 'actions' }, this.#review, this.#drop),
    )
    let timer: ReturnType<typeof setTimeout> | undefined
    this.#form.onchange = () => {
      clearTimeout(timer)
      timer = setTimeout(() => void this.#check(), CHECK_AFTER_MS)
    }
    this.#form.onsubmit = (event) => {
      event.preventDefault()
      clearTimeout(timer)
      this.#guard(this.#save())
    }
    this.#drop.onclick = () => this.#guard(this.#delete())
    byId('reload', HTMLButtonElement).onclick = () => this.#guard(this.load())
  }

  /** Shows the stored config, and discards edits. */
  async load(): Promise<void> {
    const stored = await look(this.#api, '')
    if (stored !== undefined) this.#show(stored)
    say(this.#outcome, '')
  }

  /** Looks whether somebody else has written the config. Shows theirs, or only says so where edits would be lost. */
  async follow(): Promise<void> {
    const question = this.#question
    const stored = await look(this.#api, this.#etag)
    if (stored === undefined || question !== this.#question || this.#conflict.isTold) return
    if (this.#edited().length > 0) this.#conflict.tell('Somebody else has changed the config meanwhile.')
    else this.#show(stored)
  }

  /** The config that the form holds now, as it would be written. Undefined where a field cannot be read; the field says why. */
  read(takesFocus = true): Config | undefined {
    const unreadable: Unreadable[] = []
    const { secret_set: _, headers_set: __, rules: ___, ...stored } = this.#stored
    // Members that have no field here keep their values.
    const members = { ...stored, ...readFields(this.#fields, this.#stored, this.#shown.texts, unreadable) }
    const rules = this.#rules.read(unreadable)
    if (takesFocus) this.#clearComplaints()
    for (const { field, text } of unreadable) field.complain(text)
    const [first] = unreadable
    if (first !== undefined && takesFocus) this.#goTo(first.field)
    if (first !== undefined) return undefined
    const given = Object.entries({ ...members, rules }).filter(([, value]) => value !== undefined)
    return Object.fromEntries(given)
  }

  #held(): Held {
    return { texts: textsOf(this.#fields), rules: this.#rules.held() }
  }

  #edited(): readonly string[] {
    return editedPaths(this.#shown, this.#held())
  }

  /** Says while somebody edits what the endpoint would refuse, without taking the focus away. */
  async #check(): Promise<void> {
    const given = this.read(false)
    if (given === undefined || this.#edited().length === 0) return
    this.#question += 1
    const question = this.#question
    try {
      await this.#api.send('PUT', `${STORED}&dryRun=1`, given)
      if (question === this.#question) this.#complain({ detail: '', errors: [] }, false)
    } catch (error) {
      const problem = problemOf(error)
      if (problem.status === 400 && question === this.#question) this.#complain(problem, false)
    }
  }

  async #save(): Promise<void> {
    this.#question += 1
    say(this.#outcome, '')
    const given = this.read()
    if (given === undefined) return
    const headers: Record<string, string> = this.#etag === '' ? {} : { 'If-Match': this.#etag }
    const { body } = await this.#api.send('PUT', `${STORED}&dryRun=1`, given, headers)
    const told = changes(this.#before, body as Config, given, this.#renames())
    if (told === undefined) {
      say(this.#outcome, 'Nothing would change')
      return
    }
    if (!(await ask('Write this config?', told, 'Write it'))) return
    const written = await this.#api.send('PUT', STORED, given, headers)
    this.#show({ kind: 'valid', config: written.body as Config, etag: written.etag, notice: '' })
    say(this.#outcome, 'Written. Every process follows within 15 seconds.', 'good')
  }

  async #delete(): Promise<void> {
    this.#question += 1
    say(this.#outcome, '')
    if (!(await ask('Delete the stored config?', losses(this.#before), 'Delete it'))) return
    await this.#api.send('DELETE', 'config', undefined, this.#etag === '' ? {} : { 'If-Match': this.#etag })
    await this.load()
    say(this.#outcome, 'Deleted. Every process follows within 15 seconds.', 'good')
  }

  /** The names that rules have now, by those that they are stored under. */
  #renames(): ReadonlyMap<string, string> {
    const rules = this.#held().rules ?? []
    return new Map(
      rules.flatMap(({ storedName, texts: { name = '' } }) => (storedName === undefined ? [] : [[storedName, name]])),
    )
  }

  /** Loads the stored config, and puts the edits that were made here on top, member by member. */
  async #merge(): Promise<void> {
    const stored = await look(this.#api, '')
    if (stored === undefined) return
    const [base, mine, edited] = [this.#shown, this.#held(), this.#edited()]
    this.#show(stored)
    const { held, clashes } = merge(base, mine, this.#shown, blankTexts())
    for (const { name, restore } of this.#fields) restore(held.texts[name] ?? '')
    this.#rules.restore(held.rules)
    say(this.#outcome, `Their config is loaded, and your edits are kept (${edited.join(', ')}).`)
    this.#conflict.showClashes(clashes.map((clash) => this.#rowOf(clash)))
    this.#review.focus()
  }

  #rowOf({ path, member, mine, theirs }: Clash): readonly [string, string, string] {
    const field = path.startsWith(`${RULES}.`)
      ? this.#rules.anyFieldOf(member)
      : this.#fields.find(({ name }) => name === member)
    const gone = path === RULES ? 'as in code' : 'removed'
    const tell = (raw: string | undefined): string =>
      raw === undefined ? gone : field === undefined ? raw : field.describe(raw)
    return [path, tell(mine), tell(theirs)]
  }

  #show({ kind, config, etag, notice }: Stored): void {
    say(this.#notice, notice, kind === 'invalid' ? 'bad' : '')
    this.#before = kind === 'missing' ? {} : config
    this.#drop.hidden = kind === 'missing'
    this.#question += 1
    this.#stored = config
    this.#etag = etag
    for (const { show } of this.#fields) show(config)
    this.#rules.show(config['rules'])
    this.#clearComplaints()
    this.#shown = this.#held()
    this.#conflict.clear()
    this.#onLoad(config)
  }

  #guard(work: Promise<void>): void {
    work.catch((error: unknown) => {
      const problem = problemOf(error)
      if (problem.status !== 412) return this.#complain(problem, true)
      this.#conflict.tell('Nothing was written: somebody else has changed the config meanwhile.')
      this.#conflict.offer()
    })
  }

  #clearComplaints(): void {
    for (const { complain } of this.#fields) complain('')
    this.#rules.clearComplaints()
  }

  #goTo(field: Field): void {
    this.#rules.reveal(field)
    field.input.focus()
  }

  /** Shows each problem at its field, others below the form. `takesFocus` moves the reader to the first such field. */
  #complain({ detail, errors }: Pick<Problem, 'detail' | 'errors'>, takesFocus: boolean): void {
    const others: string[] = []
    const found = new Map<Field, string[]>()
    for (const { pointer, detail: text } of errors) {
      const { field, rest, rule } = this.#at(pointer)
      // At its field a problem needs no path to it.
      const short = text.replaceAll(`\`${RULES}.${rule}.`, '`')
      if (field === undefined) others.push(text)
      else found.set(field, [...(found.get(field) ?? []), rest.length === 0 ? short : `${rest.join('.')}: ${short}`])
    }
    this.#clearComplaints()
    for (const [field, texts] of found) field.complain(texts.join('\n'))
    const [first] = found.keys()
    if (takesFocus && first !== undefined) this.#goTo(first)
    const text = errors.length === 0 ? detail : ['Nothing was written', ...others].join(': ')
    say(this.#outcome, takesFocus || others.length > 0 ? text : '', 'bad')
  }

  /** The field that a JSON Pointer leads to, and what of the pointer is left within its value. */
  #at(pointer: string): { readonly field: Field | undefined; readonly rest: readonly string[]; readonly rule: string } {
    const [, member = '', ...rest] = pointer.replace(/^#/, '').split('/')
    if (member !== RULES) return { field: this.#fields.find(({ name }) => name === member), rest, rule: '' }
    const [rule = '', ofRule = 'name', ...inside] = rest
    if (rule === '') return { field: this.#rules.choice, rest: [], rule }
    return { field: this.#rules.fieldAt(Number(rule), ofRule), rest: inside, rule }
  }
}
