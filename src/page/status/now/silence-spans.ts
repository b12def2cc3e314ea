// For how long somebody may silence something by the page.

/** Hour of the morning, by the reader's clock, until which a silence may last: by then somebody is at work. */
const MORNING_HOUR = 9

export interface SilenceSpan {
  readonly label: string
  /** Seconds from the moment that was asked for. */
  readonly seconds: number
}

/** The spans that are offered at a moment. */
export function silenceSpans(now: Date): readonly SilenceSpan[] {
  const morning = new Date(now)
  morning.setHours(MORNING_HOUR, 0, 0, 0)
  const isToday = morning > now
  // Not 24 hours more: where the clocks change, a day has 23 or 25.
  if (!isToday) morning.setDate(morning.getDate() + 1)
  return [
    { label: '30 minutes', seconds: 1800 },
    { label: '1 hour', seconds: 3600 },
    {
      label: `until ${isToday ? 'today' : 'tomorrow'}, 09:00`,
      seconds: Math.max(1, Math.ceil((morning.getTime() - now.getTime()) / 1000)),
    },
  ]
}
