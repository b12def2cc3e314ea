// The table of all formats.
import type { Format } from '../../config/options.js'
import { toAlertmanager } from './alertmanager.js'
import type { Formatter } from './body.js'
import { toCloudEvents } from './cloudevents.js'
import { toDiscord } from './discord.js'
import { toGoogleChat } from './googlechat.js'
import { toJson } from './json.js'
import { toPagerDuty } from './pagerduty.js'
import { toSlack } from './slack.js'
import { toTeams } from './teams.js'

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
}
