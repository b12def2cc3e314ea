// The lines of a web service: one for each request, as pino-http writes them, now and then one that failed.

/** The message of an error line that is logged on its own, after all requests. */
export const LAST_ERROR = 'the last error'

/** Logs request number `i`; every `errorEvery`th one failed. */
export function logRequest(logger, i, errorEvery) {
  const req = {
    // One id each: errors of one request count once.
    id: i,
    method: 'GET',
    url: `/api/v1/orders/${100_000 + (i % 900_000)}`,
    headers: { host: 'shop.example.test', 'user-agent': 'shop-app/7.4.1' },
    remoteAddress: '203.0.113.9',
    remotePort: 40_000 + (i % 20_000),
  }
  // Times and sizes run past 500 too, which must not pass for a status.
  const responseTime = i % 700
  if (i % errorEvery === errorEvery - 1) {
    const err = { type: 'Error', message: 'db timeout' }
    logger.error({ req, res: { statusCode: 503 }, err, responseTime }, 'request errored')
  } else {
    logger.info({ req, res: { statusCode: i % 20 === 7 ? 404 : 200 }, responseTime }, 'request completed')
  }
}
