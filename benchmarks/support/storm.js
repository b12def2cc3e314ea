/** Observes records of so many kinds at this pace until it is stopped; returns the stop, which says how many there were. */
export function storm(evaluator, perSecond, kinds = 1) {
  const tables = ['orders', 'carts', 'users', 'prices', 'stock', 'offers', 'mails', 'audits', 'tokens', 'images']
  const records = Array.from({ length: kinds }, (_, i) => ({
    statusCode: 503,
    errorMessage: kinds === 1 ? 'db timeout' : `db timeout after ${i * 7} ms, table ${tables[i % tables.length]}`,
    model: 'storm',
    clientIp: '203.0.113.9',
  }))
  const startMs = performance.now()
  let observed = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startMs) * perSecond) / 1000)
    for (; observed < due; observed += 1) evaluator.observe(records[observed % kinds])
  }, 10)
  return () => {
    clearInterval(timer)
    return observed
  }
}
