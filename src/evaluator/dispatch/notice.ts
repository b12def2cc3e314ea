// From a claim to what is told: an alert, or that it is over.
import { type Draft, readDraft } from '../../alert/draft.js'
import type { Alert, Resolution } from '../../alert/payload.js'
import { toSample } from '../../alert/sample.js'
import type { RuleSettings } from '../../config/settings.js'
import { toLogRecord } from '../../record/log-record.js'
import type { Series } from '../../rule/series.js'
import type { Claim } from '../../store/store.js'

/** What a claim is to tell; by little, where another hand has changed its draft beyond use. */
export function newsOf({ rule }: Series, { facts, id, count, draft }: Claim): Alert | Resolution {
  const base = { ...(readDraft(draft) ?? blankDraft(rule)), id, rule: rule.name, count }
  return facts.kind === 'firing' ? { ...base, facts } : { ...base, facts }
}

/** Telling little beats telling nothing. */
function blankDraft(rule: RuleSettings): Draft {
  return { threshold: rule.threshold, window_seconds: rule.windowMs / 1000, sample: toSample(toLogRecord({})) }
}

export function isAlert(news: Alert | Resolution): news is Alert {
  return news.facts.kind === 'firing'
}

/** In words, for warnings. */
export function nameOf(news: Alert | Resolution): string {
  return isAlert(news) ? 'an alert' : 'the end of an alert'
}
