/** Observes records at this pace until it is stopped; returns the stop, which says how many there were. */
export function storm(evaluator, perSecond) {
  const record = { statusCode: 503, errorMessage: 'db timeout', model: 'storm', clientIp: '203.0.113.9' }
  const startMs = performance.now()
  let observed = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startMs) * perSecond) / 1000)
    for (; observed < due; observed += 1) evaluator.observe(record)
  }, 10)
  return () => {
    clearInterval(timer)
    return observed
  }
}
