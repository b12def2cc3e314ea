// The tables of all formats: how each makes a body, and how its receiver says that it has accepted one.
import type { Format } from '../../config/options.js'
import { toAlertmanager } from './alertmanager.js'
import type { Formatter } from './body.js'
import { toCloudEvents } from './cloudevents.js'
import { toDiscord } from './discord.js'
import { toGoogleChat } from './googlechat.js'
import { toJson } from './json.js'
import { toPagerDuty } from './pagerduty.js'
import { isAcceptedBySlack, toSlack } from './slack.js'
import { isAcceptedByTeams, toTeams } from './teams.js'
import { toTemplate } from './template.js'

/** The function that makes the body, for each format. */
export const formatters: Readonly<Record<Format, Formatter>> = {
  json: toJson,
  slack: toSlack,
  discord: toDiscord,
  teams: toTeams,
  pagerduty: toPagerDuty,
  googlechat: toGoogleChat,
  cloudevents: toCloudEvents,
  alertmanager: toAlertmanager,
  template: toTemplate,
}

/** Whether the body of a 2xx answer says that a receiver at this url has accepted the alert. The status says it where a format has no rule. */
export function acceptanceOf(format: Format, url: string): (text: string) => boolean {
  if (format === 'slack') return isAcceptedBySlack
  if (format === 'teams') return (text) => isAcceptedByTeams(text, url)
  return () => true
}
