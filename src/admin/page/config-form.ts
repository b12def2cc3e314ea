// The config: a form of what is stored, its problems where they are, and a look at what changes before it is written.
import { type Api, type Problem, problemOf } from './api.js'
import { byId, make, say } from './dom.js'
import { type Config, configFields, type Field } from './fields.js'
import { ask, diff } from './review.js'
import { secretField } from './secret-field.js'

export class ConfigForm {
  readonly #api: Api
  readonly #onLoad: (config: Config) => void
  readonly #form = byId('config', HTMLFormElement)
  readonly #notice = byId('config-notice', HTMLElement)
  readonly #outcome = make('p', { class: 'outcome', role: 'status' })
  readonly #fields: readonly Field[]
  #stored: Config = {}
  #etag = ''
  #isDirty = false

  constructor(api: Api, onLoad: (config: Config) => void) {
    this.#api = api
    this.#onLoad = onLoad
    const [enabled, url, ...others] = configFields()
    this.#fields = [enabled, url, secretField(), ...others].filter((one) => one !== undefined)
    const drop = make('button', { type: 'button', class: 'quiet' }, 'Delete the stored config')
    const save = make('button', { type: 'submit' }, 'Review changes')
    this.#form.replaceChildren(
      ...this.#fields.map(({ element }) => element),
      make('div', { class: 'actions' }, drop, save),
      this.#outcome,
    )
    this.#form.oninput = () => {
      this.#isDirty = true
    }
    this.#form.onsubmit = (event) => {
      event.preventDefault()
      void this.#save().catch((error: unknown) => this.#refuse(problemOf(error)))
    }
    drop.onclick = () => void this.#delete().catch((error: unknown) => this.#refuse(problemOf(error)))
    byId('reload', HTMLButtonElement).onclick = () =>
      void this.load().catch((error: unknown) => this.#refuse(problemOf(error)))
  }

  /** Shows what is stored, in the place of what somebody may have typed. */
  async load(): Promise<void> {
    try {
      const { body, etag } = await this.#api.get('')
      this.#show(body as Config, etag)
      say(this.#notice, '')
    } catch (error) {
      const { status, errors } = problemOf(error)
      if (status !== 409) throw error
      this.#show({}, '')
      say(
        this.#notice,
        `What is stored is not valid, and is not in force: ${errors.map(({ detail }) => detail).join('; ')}`,
        'bad',
      )
    }
  }

  /** Looks whether somebody else has written: shows that, or says so where it would take away what was typed. */
  async follow(): Promise<void> {
    if (this.#etag === '') return
    const answer = await this.#api.get('', { 'If-None-Match': this.#etag })
    if (answer.status === 304 || answer.etag === this.#etag) return
    if (this.#isDirty) say(this.#notice, 'Somebody else has changed the config meanwhile. “Load again” shows theirs.')
    else this.#show(answer.body as Config, answer.etag)
  }

  /** What the form says now, as it would be written; undefined where a field cannot be read, which is said beside it. */
  read(): Config | undefined {
    let isReadable = true
    const entries = this.#fields.map(({ name, read, complain, input }) => {
      try {
        complain('')
        return [name, read()] as const
      } catch (error) {
        complain(error instanceof Error ? error.message : String(error))
        if (isReadable) input.focus()
        isReadable = false
        return [name, undefined] as const
      }
    })
    return isReadable ? Object.fromEntries(entries.filter(([, value]) => value !== undefined)) : undefined
  }

  async #save(): Promise<void> {
    say(this.#outcome, '')
    const given = this.read()
    if (given === undefined) return
    const match = { 'If-Match': this.#etag }
    const headers = this.#etag === '' ? {} : match
    const { body } = await this.#api.send('PUT', '?dryRun=1', given, headers)
    const changes = diff(this.#stored, body as Config, Object.hasOwn(given, 'secret'))
    if (changes === undefined) {
      say(this.#outcome, 'Nothing would change')
      return
    }
    if (!(await ask('Write this config?', changes, 'Write it'))) return
    const written = await this.#api.send('PUT', '', given, headers)
    this.#show(written.body as Config, written.etag)
    say(this.#notice, '')
    say(this.#outcome, 'Written. Every process follows within 15 seconds.', 'good')
  }

  async #delete(): Promise<void> {
    say(this.#outcome, '')
    const text = make('p', {}, 'Without it, every process falls back to its options in code.')
    if (!(await ask('Delete the stored config?', text, 'Delete it'))) return
    await this.#api.send('DELETE', '', undefined, this.#etag === '' ? {} : { 'If-Match': this.#etag })
    await this.load()
    say(this.#outcome, 'Deleted. Every process follows within 15 seconds.', 'good')
  }

  #show(config: Config, etag: string): void {
    this.#stored = config
    this.#etag = etag
    this.#isDirty = false
    for (const { show, complain } of this.#fields) {
      show(config)
      complain('')
    }
    this.#onLoad(config)
  }

  /** Each problem at its field, the first one where the reader is; what belongs to none below the form. */
  #refuse({ status, detail, errors }: Problem): void {
    if (status === 412) {
      say(
        this.#outcome,
        'Nothing was written: somebody else has changed the config meanwhile. “Load again” shows theirs.',
        'bad',
      )
      return
    }
    const others: string[] = []
    let isFirst = true
    for (const { pointer, detail: text } of errors) {
      const [, member = '', ...rest] = pointer.replace(/^#/, '').split('/')
      const at = this.#fields.find(({ name }) => name === member)
      if (at === undefined) {
        others.push(text)
        continue
      }
      at.complain(rest.length === 0 ? text : `${rest.join('.')}: ${text}`)
      if (isFirst) at.input.focus()
      isFirst = false
    }
    say(this.#outcome, errors.length === 0 ? detail : ['Nothing was written', ...others].join(': '), 'bad')
  }
}
