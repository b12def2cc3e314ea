import t from 'tap'
import { webhookHeaders } from '../../src/deliver/headers.js'

const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', sentAtMs: 1_614_265_330_999 }

t.test('signs as the published vector of Standard Webhooks says', (t) => {
  const headers = webhookHeaders({ ...message, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }, 'application/json')
  t.match(headers, {
    'webhook-id': message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
  t.notOk(headers['authorization'])
  t.end()
})

t.test('sends any other secret as Bearer, and none where it is blank', (t) => {
  t.equal(webhookHeaders({ ...message, secret: 'x' }, 'a/b')['authorization'], 'Bearer x')
  t.strictSame(Object.keys(webhookHeaders({ ...message, secret: '' }, 'a/b')), [
    'content-type',
    'user-agent',
    'webhook-id',
    'webhook-timestamp',
  ])
  t.end()
})

t.test('takes further ones, of which only the user agent takes the place of one of ours', (t) => {
  const given = {
    'X-Api-Key': 'k',
    'User-Agent': 'mine',
    'Content-Type': 'text/plain',
    'webhook-id': 'other',
    Authorization: 'Bearer theirs',
  }
  t.match(webhookHeaders({ ...message, secret: 'x' }, 'a/b', given), {
    'x-api-key': 'k',
    'user-agent': 'mine',
    'content-type': 'a/b',
    'webhook-id': message.id,
    authorization: 'Bearer x',
  })
  t.equal(webhookHeaders({ ...message, secret: '' }, 'a/b', given)['authorization'], 'Bearer theirs')
  t.end()
})
