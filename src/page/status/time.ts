// Times and spans as people read them.

/** `12 s`, `3 min`, `2 h`, `4 d`: in one unit. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}

/** What is left, to the second while somebody may wait for it. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  return seconds < 120 || seconds >= 3600 ? span(ms) : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** A moment in the reader's own time, without the day where that is today. */
export function clock(iso: string): string {
  const at = new Date(iso)
  const isToday = at.toDateString() === new Date().toDateString()
  return isToday
    ? at.toLocaleTimeString(undefined, { timeStyle: 'medium' })
    : at.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' })
}
