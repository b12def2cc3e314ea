import t from 'tap'
import { chooseProxy, ProxyError, type ProxyVariables } from '../../src/deliver/proxy-choice.js'

function chosen(url: string, variables: ProxyVariables): string | undefined {
  return chooseProxy(new URL(url), 'env', variables)?.href
}

t.test('takes none, the one that is given, or the one of the environment', (t) => {
  const destination = new URL('https://a.test')
  const variables = { HTTPS_PROXY: 'http://env.test', NO_PROXY: '*' }
  t.equal(chooseProxy(destination, false, variables), undefined)
  t.equal(chooseProxy(destination, 'https://u:p@given.test:3128', variables)?.href, 'https://u:p@given.test:3128/')
  t.equal(chosen('https://a.test', { HTTPS_PROXY: 'http://env.test' }), 'http://env.test/')
  t.end()
})

t.test('reads the variable of the destination’s protocol, in small letters first', (t) => {
  const variables = { HTTPS_PROXY: 'http://s.test', HTTP_PROXY: 'http://p.test', http_proxy: ' https://small.test ' }
  t.equal(chosen('https://a.test', variables), 'http://s.test/')
  t.equal(chosen('http://a.test', variables), 'https://small.test/')
  t.equal(chosen('http://a.test', { HTTP_PROXY: 'http://p.test', http_proxy: '' }), 'http://p.test/')
  t.equal(chosen('https://a.test', { HTTP_PROXY: 'http://p.test' }), undefined)
  t.equal(chosen('https://a.test', {}), undefined)
  t.equal(chosen('https://a.test', { HTTPS_PROXY: 'u:p@env.test:3128' }), 'http://u:p@env.test:3128/', 'as curl does')
  t.end()
})

t.test('refuses what is no proxy, without showing it', (t) => {
  for (const text of ['socks5://canary.test', 'http://', 'http://%zz:canary@a.test', ':::']) {
    try {
      t.notOk(chosen('https://a.test', { HTTPS_PROXY: text }), text)
      t.fail(`took ${text}`)
    } catch (error) {
      t.type(error, ProxyError, text)
      t.notMatch(String(error), /canary/)
    }
  }
  t.end()
})

t.test('goes directly where NO_PROXY says so', (t) => {
  const rows: [noProxy: string, url: string, isDirect: boolean][] = [
    ['a.test', 'https://a.test', true],
    ['A.test', 'https://a.TEST', true],
    ['a.test', 'https://b.a.test', true],
    ['.a.test', 'https://b.a.test', true],
    ['*.a.test', 'https://b.a.test', true],
    ['a.test', 'https://ba.test', false],
    ['a.test', 'https://a.test.evil.test', false],
    ['x.test, a.test', 'https://a.test', true],
    ['x.test a.test', 'https://a.test', true],
    ['a.test:443', 'https://a.test', true],
    ['a.test:8443', 'https://a.test', false],
    ['a.test:8443', 'https://a.test:8443', true],
    ['a.test', 'https://a.test:8443', true],
    ['127.0.0.1', 'https://127.0.0.1', true],
    ['::1', 'https://[::1]', true],
    ['[::1]', 'https://[::1]', true],
    ['[::1]:443', 'https://[::1]', true],
    ['[::1]:8443', 'https://[::1]', false],
    ['*', 'https://a.test', true],
    ['x.test,*', 'https://a.test', true],
    ['*:8443', 'https://a.test', false],
    [',', 'https://a.test', false],
    ['.', 'https://a.test', false],
    ['', 'https://a.test', false],
  ]
  for (const [NO_PROXY, url, isDirect] of rows) {
    const proxy = chosen(url, { HTTPS_PROXY: 'http://env.test', NO_PROXY })
    t.equal(proxy, isDirect ? undefined : 'http://env.test/', `${NO_PROXY} for ${url}`)
  }
  t.end()
})
