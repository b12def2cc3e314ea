import t from 'tap'
import { formatFor, formats, needsSecret, timeoutFor } from '../../src/config/formats.js'

const guesses: Readonly<Record<string, readonly string[]>> = {
  slack: [
    'https://hooks.slack.com/services/T0/B0/x',
    'https://hooks.slack.com/triggers/T0/1/x',
    'https://hooks.slack-gov.com/services/T0/B0/x',
    'https://HOOKS.SLACK.COM./services/T0/B0/x',
    'https://discord.com/api/webhooks/1/x/slack',
    'https://discord.com/api/webhooks/1/x/slack?wait=true',
  ],
  discord: [
    'https://discord.com/api/webhooks/1/x',
    'https://discordapp.com/api/webhooks/1/x?thread_id=5',
    'https://ptb.discord.com/api/webhooks/1/x',
    'https://canary.discordapp.com/api/v10/webhooks/1/x/',
  ],
  teams: [
    'https://prod-12.westus.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke?api-version=2016-06-01&sig=x',
    'https://default0123.45.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/x/triggers/manual/paths/invoke?api-version=1',
    'https://example.webhook.office.com/webhookb2/x',
  ],
  pagerduty: ['https://events.pagerduty.com/v2/enqueue', 'https://events.eu.pagerduty.com/v2/enqueue'],
  googlechat: ['https://chat.googleapis.com/v1/spaces/S/messages?key=k&token=t'],
  json: [
    '',
    'nonsense',
    'https://example.com/hook',
    'https://slack.com/api/chat.postMessage',
    'https://hooks.slack.com.evil.test/services/x',
    'https://evil-hooks.slack.com.test/',
    'https://myhooks.slack.com/x',
    'https://discord.com/api/webhooks/1/x/github',
    'https://discord.com/channels/1',
    'https://logic.azure.com/',
    'https://api.pagerduty.com/incidents',
    'https://example.com/?https://hooks.slack.com/services/x',
    'https://fonts.googleapis.com/',
  ],
}

t.test('the format is guessed from the hosts that are well known, and from nothing that looks like them', (t) => {
  for (const [format, urls] of Object.entries(guesses)) for (const url of urls) t.equal(formatFor(url), format, url)
  t.ok(Object.keys(guesses).every((format) => formats.some((known) => known === format)))
  t.end()
})

t.test('one format needs a secret', (t) => {
  t.strictSame(formats.filter(needsSecret), ['pagerduty'])
  t.end()
})

t.test('an attempt may take longer where a chat may have posted before it answers', (t) => {
  t.strictSame(
    formats.map((format) => [format, timeoutFor(format)]),
    [
      ['json', 3000],
      ['slack', 10_000],
      ['discord', 10_000],
      ['teams', 10_000],
      ['pagerduty', 3000],
      ['googlechat', 10_000],
      ['cloudevents', 3000],
      ['alertmanager', 3000],
      ['template', 3000],
    ],
  )
  t.end()
})
