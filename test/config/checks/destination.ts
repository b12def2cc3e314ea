import t from 'tap'
import {
  isProxyUrl,
  isUsableSecret,
  originOf,
  SECRET_EXPECTATION,
  signingKey,
  URL_EXPECTATION,
  urlFault,
} from '../../../src/config/checks/destination.js'

await t.test('takes http and https URLs, private and loopback ones included', async (t) => {
  for (const url of [
    'https://example.test/hook',
    'http://127.0.0.1:8080/hook',
    'http://localhost',
    'http://[::1]:9000/a?b=c#d',
    'HTTPS://EXAMPLE.TEST/',
    'https://xn--bcher-kva.example/hook',
    `https://example.test/${'a'.repeat(2048 - 'https://example.test/'.length)}`,
  ]) {
    t.equal(urlFault(url), undefined, url.slice(0, 60))
  }
})

await t.test('refuses what is no http or https URL, or too long', async (t) => {
  for (const url of [
    '',
    'example.test/hook',
    '/hook',
    'ftp://example.test/hook',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,x',
    'http://',
    'https://example.test:99999/',
    `https://example.test/${'a'.repeat(2049 - 'https://example.test/'.length)}`,
  ]) {
    t.equal(urlFault(url), URL_EXPECTATION, url.slice(0, 60))
  }
})

await t.test('refuses user info and says what replaces it', async (t) => {
  for (const url of ['https://user@example.test/', 'https://user:pass@example.test/', 'http://:pass@example.test/']) {
    t.match(urlFault(url), /without user info.*`secret`/, url)
  }
})

await t.test('a proxy may have user info, which must be decodable', async (t) => {
  for (const url of ['http://proxy.test:3128', 'https://u:p%40ss@proxy.test', 'http://%C3%A9@[::1]:8080'])
    t.ok(isProxyUrl(url), url)
  for (const url of [
    '',
    'proxy.test:3128',
    'socks5://proxy.test',
    'http://%zz@a.test',
    'http://u:%4@a.test',
    'http://%4:1@a.test',
  ])
    t.notOk(isProxyUrl(url), url)
  t.notOk(isProxyUrl(`http://a.test/${'a'.repeat(2048)}`))
})

await t.test('expectations tell the bound of a URL and the form of a secret', async (t) => {
  t.match(URL_EXPECTATION, /http or https.*2048/)
  t.match(SECRET_EXPECTATION, /whsec_.*24 to 64 bytes/)
})

await t.test('a bearer secret is anything that fits into a header', async (t) => {
  for (const secret of ['', 's3cret', 'with blanks and ~!@#$%^&*()', 'WHSEC_upper case is no prefix']) {
    t.ok(isUsableSecret(secret), secret)
  }
  for (const secret of ['line\nbreak', 'nul\0', 'sécret', 'tab\t', '\u{1f600}']) t.notOk(isUsableSecret(secret), secret)
})

await t.test('a whsec_ secret is the base64 of 24 to 64 bytes', async (t) => {
  const ofLength = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`
  for (const bytes of [24, 25, 26, 32, 64]) t.ok(isUsableSecret(ofLength(bytes)), `${bytes} bytes`)
  for (const bytes of [1, 23, 65, 200]) t.notOk(isUsableSecret(ofLength(bytes)), `${bytes} bytes`)
  for (const secret of [
    'whsec_',
    'whsec_=',
    `${ofLength(32)}!`,
    `${ofLength(32)}\n`,
    'whsec_with-dashes_and_more_of_them',
  ]) {
    t.notOk(isUsableSecret(secret), secret)
  }
})

await t.test('signs with the decoded bytes', async (t) => {
  const key = Buffer.from('0123456789abcdefghijklmn')
  t.strictSame(signingKey(`whsec_${key.toString('base64')}`), key)
})

await t.test('an origin is scheme, host and port; none for a blank URL', async (t) => {
  t.equal(originOf('https://Example.test:443/a/b?c=d'), 'https://example.test')
  t.equal(originOf('http://example.test:8080/'), 'http://example.test:8080')
  t.equal(originOf(''), '')
})
