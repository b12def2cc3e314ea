// The lines of a web service: one for each request, as pino-http writes them, now and then one that failed.
import pino from 'pino'

const userHeaders = { host: 'shop.example.test', 'user-agent': 'shop-app/7.4.1' }

/** What a browser behind two proxies sends along. */
const manyHeaders = {
  ...userHeaders,
  ...Object.fromEntries(
    Array.from({ length: 23 }, (_, i) => [
      `x-forwarded-header-${i + 1}`,
      `${(i + 1) * 7919};q=0.${i % 10}, application/vnd.example.v${i}+json; charset`,
    ]),
  ),
}

/**
 * What request number `i` logs. Every `errorEvery`th one failed. Times and sizes run past 500 too, which must not pass
 * for a status.
 */
export function requestLine(i, { errorEvery, isLong }) {
  const req = {
    // One id each: errors of one request count once.
    id: i,
    method: 'GET',
    url: `/api/v1/orders/${100_000 + (i % 900_000)}`,
    headers: isLong ? manyHeaders : userHeaders,
    remoteAddress: '203.0.113.9',
    remotePort: 40_000 + (i % 20_000),
  }
  const responseTime = i % 700
  if (i % errorEvery === errorEvery - 1) {
    const err = { type: 'Error', message: 'db timeout' }
    return { level: 'error', members: { req, res: { statusCode: 503 }, err, responseTime }, message: 'request errored' }
  }
  const res = { statusCode: i % 20 === 7 ? 404 : 200 }
  return { level: 'info', members: { req, res, responseTime }, message: 'request completed' }
}

/** Of these lines as pino writes them, the newline included. */
export function bytesPerLine(shape) {
  let bytes = 0
  const write = (line) => {
    bytes += Buffer.byteLength(line)
  }
  const logger = pino({}, { write })
  const lines = 10_000
  for (let i = 0; i < lines; i += 1) {
    const { level, members, message } = requestLine(i, shape)
    logger[level](members, message)
  }
  return Math.round(bytes / lines)
}

export function errorsAmong(lines, { errorEvery }) {
  return Math.floor(lines / errorEvery)
}
