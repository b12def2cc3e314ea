import type { LookupAddress } from 'node:dns'
import t from 'tap'
import { AddressError, guardedLookup, isAllowedAddress } from '../../src/deliver/address-guard.js'

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

t.test('judges what a name resolves to, in the shape that was asked for', async (t) => {
  const ask = (hostname: string, allowPrivate: boolean, all: boolean): Promise<unknown> =>
    new Promise((resolve) =>
      guardedLookup({ allowPrivate })(hostname, { all }, (error, addresses, family) =>
        resolve(error ?? (all ? addresses : [addresses, family])),
      ),
    )
  t.match(await ask('localhost', false, true), new AddressError())
  const all = (await ask('localhost', true, true)) as LookupAddress[]
  t.ok(all.some(({ address }) => address === '127.0.0.1' || address === '::1'))
  t.match(await ask('localhost', true, false), [/^(127\.0\.0\.1|::1)$/, /4|6/])
  t.match(await ask('no-such-host.invalid', true, true), { code: /ENOTFOUND|EAI_AGAIN/ })
})
