// The status page: signs in, then asks the endpoint every two seconds while the page is visible, and shows the answers.
import type { Status } from '../../control/status.js'
import { byId, say } from '../dom.js'
import { type Api, openApi, problemOf } from './api.js'
import { ConfigForm } from './config/config-form.js'
import { dismiss } from './config/review.js'
import { RecentAlerts } from './lately/recent.js'
import { Totals } from './lately/totals.js'
import { Fleet } from './now/fleet.js'
import { Rows } from './now/rows.js'
import { Silences } from './now/silences.js'
import { offerRules, offerTestAlerts } from './trying/test-alert.js'
import { offerTrials } from './trying/trial.js'

/** From one look at the status to the next. */
const POLL_MS = 2000
/** While nothing answers, the time between two looks doubles up to this. */
const LAST_POLL_MS = 30_000
/** With every third look at the status the page looks at the config too: somebody else may have written it. */
const LOOKS_PER_CONFIG = 3

const signedOut = byId('signed-out', HTMLElement)
const signedIn = byId('signed-in', HTMLElement)
const token = byId('token', HTMLInputElement)
const problem = byId('sign-in-problem', HTMLElement)
const health = byId('health', HTMLElement)
const parts = byId('parts', HTMLElement)
const signInButton = byId('sign-in-button', HTMLButtonElement)
const signOutButton = byId('sign-out', HTMLButtonElement)
const fleet = new Fleet()
const silences = new Silences()
const rows = new Rows((row) => silences.ask(row))
const recent = new RecentAlerts()
const totals = new Totals()

/** Stops the looks and requests that began with the sign-in. */
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
    say(
      problem,
      status === 401 ? 'This token is wrong: enter the one that the endpoint was started with' : detail,
      'bad',
    )
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
  const { stop, lookNow } = follow(api, form)
  silences.offer(api, lookNow)
  leave = () => {
    stop()
    api.close()
  }
  // The form that had the focus is hidden: keyboard and screen reader go on at the first heading.
  byId('live-title', HTMLElement).focus()
}

function signOut(reason: string): void {
  leave()
  dismiss()
  fleet.clear()
  rows.clear()
  silences.clear()
  recent.clear()
  totals.clear()
  // What was typed and shown is for those who are signed in.
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

interface Looks {
  readonly stop: () => void
  /** Looks at once, since something has been changed. */
  readonly lookNow: () => void
}

/** Looks at the status again and again, less often while nothing answers. */
function follow(api: Api, form: ConfigForm): Looks {
  let waitMs = POLL_MS
  let looks = 0
  let isOver = false
  /** Something was changed during a look, which may not have seen it. */
  let isOutdated = false
  let answeredAt: Date | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = async (): Promise<void> => {
    timer = undefined
    if (document.hidden || isOver) return
    try {
      const { body } = await api.get('status')
      if (isOver) return
      const status = body as Status
      fleet.update(status)
      rows.update(status)
      silences.update(status)
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
      if (status === 401) return signOut('Signed out: this token is no longer valid. Sign in with the new one.')
      waitMs = Math.min(2 * waitMs, LAST_POLL_MS)
      if (isOver) return
      const text = status === 503 ? 'Redis does not answer' : detail
      const shown = answeredAt === undefined ? '' : `. Shown is the state of ${answeredAt.toLocaleTimeString()}`
      signedIn.classList.add('stale')
      say(health, `${text}; trying again${shown}`, 'bad')
    }
    if (!isOver) timer = setTimeout(() => void look(), isOutdated ? 0 : waitMs)
    isOutdated = false
  }
  const onVisible = (): void => {
    if (!document.hidden && timer === undefined) void look()
  }
  document.addEventListener('visibilitychange', onVisible)
  void look()
  return {
    stop: () => {
      isOver = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    },
    lookNow: () => {
      isOutdated = timer === undefined
      if (isOutdated) return
      clearTimeout(timer)
      void look()
    },
  }
}
