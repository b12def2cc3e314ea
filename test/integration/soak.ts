// The short form of `npm run soak`: several processes of every kind under load while everything around them fails at random.
import t from 'tap'
import { kinds } from '../fixtures/soak/program.js'
import { soak } from '../fixtures/soak/soak.js'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

t.test(`balances its books after 20 s of everything that can break (SEED=${seed})`, async (t) => {
  const { books, faults } = await soak(t, { seed, seconds: 20, onRedisDown: 'hold', losesData: false, kinds })
  t.comment(faults.map(([what, count]) => `${what} ${count}`).join(', '))
  for (const { name, balance, problems } of books) t.strictSame(problems, [], `${name}: ${balance}`)
})
