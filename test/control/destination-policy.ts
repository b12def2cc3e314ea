import t from 'tap'
import { destinationProblems } from '../../src/control/destination-policy.js'

const anywhere = { allowedOrigins: undefined, allowPrivate: true }

t.test('says of each destination why it may not be called', async (t) => {
  const document = {
    url: 'http://169.254.169.254/canary',
    rules: [{ name: 'x' }, { name: 'y', url: 'http://[fe80::1]/' }],
  }
  const problems = destinationProblems(document, anywhere)
  t.strictSame(
    problems.map(({ path }) => path),
    ['url', 'rules.1.url'],
  )
  t.match(problems[0]?.message, /^Expected `url` to be at an address that is allowed, got a link-local/)
  t.notMatch(JSON.stringify(problems), /canary/)
  t.strictSame(destinationProblems({ url: '' }, anywhere), [])
  t.strictSame(
    destinationProblems({ url: 'http://127.0.0.1:9/', rules: [{ name: 'x', url: 'https://a.test/' }] }, anywhere),
    [],
  )
})

t.test('holds to what code restricts it to', async (t) => {
  const pathsOf = (url: string, policy: object): string[] =>
    destinationProblems({ url }, { ...anywhere, ...policy }).map(({ path }) => path)
  t.strictSame(pathsOf('http://10.0.0.1/', { allowPrivate: false }), ['url'])
  t.strictSame(pathsOf('http://0x7f.1/', { allowPrivate: false }), ['url'], 'however it is written')
  t.strictSame(pathsOf('https://1.1.1.1/', { allowPrivate: false }), [])
  t.strictSame(pathsOf('https://internal.test/', { allowPrivate: false }), [], 'a name is judged when connecting')
  t.strictSame(pathsOf('https://a.test/x', { allowedOrigins: ['https://a.test'] }), [])
  t.strictSame(pathsOf('https://b.test/x', { allowedOrigins: ['https://a.test'] }), ['url'])
})
