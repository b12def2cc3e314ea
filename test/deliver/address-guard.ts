import t from 'tap'
import { AddressError, guardedLookup, isAllowedAddress } from '../../src/deliver/address-guard.js'
import { fc } from '../fixtures/properties.js'
import { resolver } from '../fixtures/resolver.js'

t.test('refuses link-local, metadata and other addresses that no receiver has, in every spelling', (t) => {
  const never = [
    '0.0.0.0',
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '224.0.0.1',
    '255.255.255.255',
  ]
  const never6 = ['::', 'fe80::1', 'ff02::1', 'fd00:ec2::254', 'fd20:ce::254']
  const disguised = [
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::a9fe:a9fe',
    '64:ff9b:1::a9fe:a9fe',
    '64:ff9b:1:a9fe:a9:fe00::',
    '::ffff:0:a9fe:a9fe',
    'fd00::5efe:a9fe:a9fe',
    '2001:db8::200:5efe:a9fe:a9fe',
    '::ffff:0.0.0.0',
    'fe80::1%eth0',
    'fe80::5efe:a9fe:a9fe%2',
  ]
  for (const address of [...never, ...never6, ...disguised])
    t.notOk(isAllowedAddress(address, { allowPrivate: true }), address)
  t.end()
})

t.test('allows private addresses unless it is told not to', (t) => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '::1',
    'fc00::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '::7f00:1',
  ]) {
    t.ok(isAllowedAddress(address, { allowPrivate: true }), address)
    t.notOk(isAllowedAddress(address, { allowPrivate: false }), address)
  }
  for (const address of ['1.1.1.1', '172.32.0.1', '2606:4700::1111', '64:ff9b::101:101'])
    t.ok(isAllowedAddress(address, { allowPrivate: false }), address)
  t.end()
})

const byte = fc.nat(255)

/** IPv6 addresses that carry an IPv4 one, by the name of the way they do. */
const carriers: Readonly<Record<string, (ipv4: string) => string>> = {
  itself: (ipv4) => ipv4,
  mapped: (ipv4) => `::ffff:${ipv4}`,
  'mapped, in hex': (ipv4) => `::ffff:${hex(ipv4)}`,
  compatible: (ipv4) => `::${hex(ipv4)}`,
  SIIT: (ipv4) => `::ffff:0:${ipv4}`,
  NAT64: (ipv4) => `64:ff9b::${ipv4}`,
  'NAT64 for local use': (ipv4) => `64:ff9b:1:7::${ipv4}`,
  '6to4': (ipv4) => `2002:${hex(ipv4)}::1`,
  ISATAP: (ipv4) => `2a00:1::5efe:${ipv4}`,
  'global ISATAP': (ipv4) => `2a00:1::200:5efe:${ipv4}`,
}

function hex(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number)
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

const metadata = fc.oneof(
  fc.tuple(byte, byte).map(([c, d]) => `169.254.${c}.${d}`),
  fc.constantFrom('100.100.100.200', '168.63.129.16', '192.0.0.192'),
)
const ordinary = fc.tuple(fc.integer({ min: 11, max: 99 }), fc.nat(168), byte, byte).map((parts) => parts.join('.'))

t.test('refuses any metadata address and no ordinary one, however an IPv6 address carries it', (t) => {
  const policy = { allowPrivate: true }
  for (const [name, carry] of Object.entries(carriers)) {
    fc.assert(fc.property(metadata, (ipv4) => !isAllowedAddress(carry(ipv4), policy)))
    fc.assert(fc.property(ordinary, (ipv4) => isAllowedAddress(carry(ipv4), policy)))
    t.pass(name)
  }
  t.end()
})

t.test('judges what a name resolves to, in the shape that was asked for', async (t) => {
  const ask = (addresses: readonly string[], all: boolean, allowPrivate = true): Promise<unknown> =>
    new Promise((resolve) =>
      guardedLookup({ allowPrivate }, resolver(addresses))('a.test', { all }, (error, found, family) =>
        resolve(error ?? (all ? found : [found, family])),
      ),
    )
  const v4 = { address: '127.0.0.1', family: 4 }
  t.match(await ask(['127.0.0.1'], true, false), new AddressError())
  t.match(await ask(['169.254.169.254', 'fe80::1%lo'], true), new AddressError())
  t.match(await ask([], true), new AddressError())
  t.strictSame(await ask(['169.254.169.254', '127.0.0.1', '::ffff:a9fe:a9fe'], true), [v4])
  t.strictSame(await ask(['169.254.169.254', '127.0.0.1'], false), ['127.0.0.1', 4])
  t.strictSame(await ask(['127.0.0.1', '10.0.0.1', '1.1.1.1'], false, false), ['1.1.1.1', 4])
})

t.test('resolves as Node does', async (t) => {
  const ask = (hostname: string): Promise<unknown> =>
    new Promise((resolve) =>
      guardedLookup({ allowPrivate: true })(hostname, { all: true }, (error, found) => resolve(error ?? found)),
    )
  t.match(await ask('localhost'), [{ address: /^(127\.0\.0\.1|::1)$/ }])
  t.match(await ask('no-such-host.invalid'), { code: /ENOTFOUND|EAI_AGAIN/ })
})
