// The form of the stored config. Problems are shown at their fields, and changes are reviewed before they are written.

import { byId, make, say } from '../../dom.js'
import { type Api, type Problem, problemOf } from '../api.js'
import { Conflict } from './conflict.js'
import type { Config, Field } from './fields.js'
import { configFields } from './member-fields.js'
import { ask, diff } from './review.js'
import { look, type Stored } from './stored.js'

/** A changed form is checked once it has not changed again for this long. */
const CHECK_AFTER_MS = 250

export class ConfigForm {
  readonly #api: Api
  readonly #onLoad: (config: Config) => void
  readonly #form = byId('config', HTMLFormElement)
  readonly #notice = byId('config-notice', HTMLElement)
  readonly #outcome = make('p', { class: 'outcome', role: 'status' })
  readonly #conflict = new Conflict(() => this.#guard(this.#merge()))
  readonly #fields: readonly Field[]
  readonly #drop = make('button', { type: 'button', class: 'quiet' }, 'Delete the stored config')
  #stored: Config = {}
  /** What the review compares with: the stored config, nothing where none is stored. */
  #before: Config = {}
  #etag = ''
  /** What each field held when the stored config was shown: another text is an edit. */
  #shown = new Map<Field, string>()
  /** Goes up with each request about the form, and when the form is filled anew: an answer to an older request is not shown. */
  #question = 0

  constructor(api: Api, onLoad: (config: Config) => void) {
    this.#api = api
    this.#onLoad = onLoad
    this.#fields = configFields()
    const save = make('button', { type: 'submit' }, 'Review changes')
    this.#form.replaceChildren(
      ...this.#fields.map(({ element }) => element),
      this.#conflict.element,
      this.#outcome,
      make('div', { class: 'actions' }, save, this.#drop),
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
    await this.#look()
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
    // Members that have no field here keep their values.
    const names = ['secret_set', ...this.#fields.map(({ name }) => name)]
    const given: Record<string, unknown> = Object.fromEntries(
      Object.entries(this.#stored).filter(([name]) => !names.includes(name)),
    )
    let isReadable = true
    for (const { name, read, complain, input } of this.#fields) {
      try {
        const value = read()
        if (takesFocus) complain('')
        if (value !== undefined) given[name] = value
      } catch (error) {
        complain(error instanceof Error ? error.message : String(error))
        if (isReadable && takesFocus) input.focus()
        isReadable = false
      }
    }
    return isReadable ? given : undefined
  }

  async #look(): Promise<void> {
    const stored = await look(this.#api, '')
    if (stored !== undefined) this.#show(stored)
  }

  #edited(): readonly Field[] {
    return this.#fields.filter((field) => field.raw() !== this.#shown.get(field))
  }

  /** Says while somebody edits what the endpoint would refuse, without taking the focus away. */
  async #check(): Promise<void> {
    const given = this.read(false)
    if (given === undefined || this.#edited().length === 0) return
    this.#question += 1
    const question = this.#question
    try {
      await this.#api.send('PUT', '?dryRun=1', given)
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
    const { body } = await this.#api.send('PUT', '?dryRun=1', given, headers)
    const changes = diff(this.#before, body as Config, given)
    if (changes === undefined) {
      say(this.#outcome, 'Nothing would change')
      return
    }
    if (!(await ask('Write this config?', changes, 'Write it'))) return
    const written = await this.#api.send('PUT', '', given, headers)
    this.#show({ kind: 'valid', config: written.body as Config, etag: written.etag, notice: '' })
    say(this.#outcome, 'Written. Every process follows within 15 seconds.', 'good')
  }

  async #delete(): Promise<void> {
    this.#question += 1
    say(this.#outcome, '')
    const text = make('p', {}, 'Without it, every process uses the options in its code.')
    if (!(await ask('Delete the stored config?', text, 'Delete it'))) return
    await this.#api.send('DELETE', '', undefined, this.#etag === '' ? {} : { 'If-Match': this.#etag })
    await this.load()
    say(this.#outcome, 'Deleted. Every process follows within 15 seconds.', 'good')
  }

  /** Loads the stored config, and puts the edits that were made here on top. */
  async #merge(): Promise<void> {
    const mine = this.#edited().map((field) => ({ field, raw: field.raw(), before: this.#shown.get(field) }))
    await this.#look()
    const both = mine.filter(({ field, before }) => field.raw() !== before).map(({ field }) => field.name)
    for (const { field, raw } of mine) field.restore(raw)
    const kept = `Their config is loaded, and your edits are kept (${mine.map(({ field }) => field.name).join(', ')}).`
    say(this.#outcome, both.length === 0 ? kept : `${kept} You both changed ${both.join(', ')}: check the review.`)
    mine[0]?.field.input.focus()
  }

  #show({ kind, config, etag, notice }: Stored): void {
    say(this.#notice, notice, kind === 'invalid' ? 'bad' : '')
    this.#before = kind === 'missing' ? {} : config
    this.#drop.hidden = kind === 'missing'
    this.#question += 1
    this.#stored = config
    this.#etag = etag
    for (const { show, complain } of this.#fields) {
      show(config)
      complain('')
    }
    this.#shown = new Map(this.#fields.map((field) => [field, field.raw()]))
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

  /** Shows each problem at its field, others below the form. `takesFocus` moves the reader to the first such field. */
  #complain({ detail, errors }: Pick<Problem, 'detail' | 'errors'>, takesFocus: boolean): void {
    const others: string[] = []
    const found = new Map<Field, string[]>()
    for (const { pointer, detail: text } of errors) {
      const [, member = '', ...rest] = pointer.replace(/^#/, '').split('/')
      const at = this.#fields.find(({ name }) => name === member)
      if (at === undefined) others.push(text)
      else found.set(at, [...(found.get(at) ?? []), rest.length === 0 ? text : `${rest.join('.')}: ${text}`])
    }
    for (const field of this.#fields) field.complain(found.get(field)?.join('\n') ?? '')
    if (takesFocus) [...found.keys()][0]?.input.focus()
    const text = errors.length === 0 ? detail : ['Nothing was written', ...others].join(': ')
    say(this.#outcome, takesFocus || others.length > 0 ? text : '', 'bad')
  }
}
