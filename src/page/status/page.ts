// The status page: signs in, then shows what the endpoint says every two seconds, for as long as somebody looks.
import type { Status } from '../../control/status.js'
import { byId, say } from '../dom.js'
import { type Api, openApi, problemOf } from './api.js'
import { ConfigForm } from './config/config-form.js'
import { dismiss } from './config/review.js'
import { RecentAlerts } from './lately/recent.js'
import { Totals } from './lately/totals.js'
import { Rows } from './now/rows.js'
import { offerRules, offerTestAlerts } from './trying/test-alert.js'
import { offerTrials } from './trying/trial.js'

const POLL_MS = 2000
const LAST_POLL_MS = 30_000
/** Every so many looks it is seen whether somebody else has written the config. */
const LOOKS_PER_CONFIG = 3

const signedOut = byId('signed-out', HTMLElement)
const signedIn = byId('signed-in', HTMLElement)
const token = byId('token', HTMLInputElement)
const problem = byId('sign-in-problem', HTMLElement)
const health = byId('health', HTMLElement)
const parts = byId('parts', HTMLElement)
const signInButton = byId('sign-in-button', HTMLButtonElement)
const signOutButton = byId('sign-out', HTMLButtonElement)
const rows = new Rows()
const recent = new RecentAlerts()
const totals = new Totals()

/** Ends what was begun with the last sign-in. */
let leave = (): void => {}

byId('sign-in', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  if (signInButton.ariaDisabled === 'true') return
  signInButton.ariaDisabled = 'true'
  void signIn(token.value).finally(() => {
    signInButton.ariaDisabled = null
  })
})
signOutButton.addEventListener('click', () => signOut(''))
say(problem, '')
byId('plain', HTMLElement).hidden = isSecureContext
token.focus()

async function signIn(given: string): Promise<void> {
  say(problem, '')
  const api = openApi(given)
  const form = new ConfigForm(api, offerRules)
  try {
    await form.load()
  } catch (error) {
    const { status, detail } = problemOf(error)
    say(problem, status === 401 ? 'This token is not the right one' : detail, 'bad')
    token.select()
    return
  }
  token.value = ''
  signedOut.hidden = true
  signedIn.hidden = false
  signOutButton.hidden = false
  parts.hidden = false
  offerTestAlerts(api)
  offerTrials(api, () => form.read())
  const stop = follow(api, form)
  leave = () => {
    stop()
    api.close()
  }
  // What had the focus is gone: whoever goes on by the keyboard, or listens, begins at what there is.
  byId('live-title', HTMLElement).focus()
}

function signOut(reason: string): void {
  leave()
  dismiss()
  rows.clear()
  recent.clear()
  totals.clear()
  // What was typed and shown goes with the token.
  for (const id of ['config', 'config-notice', 'trial', 'test-outcome', 'test-rule'])
    byId(id, HTMLElement).replaceChildren()
  byId('lines', HTMLTextAreaElement).value = ''
  signedOut.hidden = false
  signedIn.hidden = true
  signOutButton.hidden = true
  parts.hidden = true
  say(health, '')
  say(problem, reason, 'bad')
  token.focus()
}

/** Looks again and again, more rarely while nothing answers; returns what ends it. */
function follow(api: Api, form: ConfigForm): () => void {
  let waitMs = POLL_MS
  let looks = 0
  let isOver = false
  let answeredAt: Date | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = async (): Promise<void> => {
    timer = undefined
    if (document.hidden || isOver) return
    try {
      const { body } = await api.get('/status')
      if (isOver) return
      const status = body as Status
      rows.update(status.rows, status.now)
      recent.update(status.recent)
      totals.update(status.totals)
      looks += 1
      if (looks % LOOKS_PER_CONFIG === 0) await form.follow()
      waitMs = POLL_MS
      answeredAt = new Date()
      signedIn.classList.remove('stale')
      say(health, 'Live', 'good')
    } catch (error) {
      const { status, detail } = problemOf(error)
      if (status === 401) return signOut('Signed out: the token is no longer the right one')
      waitMs = Math.min(2 * waitMs, LAST_POLL_MS)
      if (isOver) return
      const text = status === 503 ? 'Redis is away' : detail
      const shown = answeredAt === undefined ? '' : `; shown is what was at ${answeredAt.toLocaleTimeString()}`
      signedIn.classList.add('stale')
      say(health, `${text}; trying again${shown}`, 'bad')
    }
    if (!isOver) timer = setTimeout(() => void look(), waitMs)
  }
  const onVisible = (): void => {
    if (!document.hidden && timer === undefined) void look()
  }
  document.addEventListener('visibilitychange', onVisible)
  void look()
  return () => {
    isOver = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', onVisible)
  }
}
