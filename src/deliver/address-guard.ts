// Which addresses a webhook may go to. A check of the URL's name alone could be evaded: the name may resolve to another address
// when the socket connects than when it was checked. So the addresses that the connection itself resolved are checked, and
// literal addresses before connecting, in whatever spelling.
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { BlockList, isIP } from 'node:net'

export interface AddressPolicy {
  /** Whether private and loopback addresses are allowed; `false` leaves global unicast addresses only. */
  readonly allowPrivate: boolean
}

/** The policy refuses the destination's address; the message does not name it. */
export class AddressError extends Error {
  readonly code = 'ERR_LOGSIREN_ADDRESS' as const

  constructor() {
    super('the destination resolves to an address that is not allowed')
  }
}

/** Link-local, unspecified, multicast, broadcast and cloud metadata addresses: refused whatever the options say. */
const never = list(
  [
    '0.0.0.0/8',
    '169.254.0.0/16',
    '224.0.0.0/4',
    '255.255.255.255/32',
    '100.100.100.200/32',
    '168.63.129.16/32',
    '192.0.0.192/32',
  ],
  ['::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128', 'fd00:ec2::23/128', 'fd20:ce::254/128'],
)

const privateAddresses = list(
  [
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '240.0.0.0/4',
  ],
  [
    '::1/128',
    'fc00::/7',
    'fec0::/10',
    '64:ff9b:1::/48',
    '100::/64',
    '2001:2::/48',
    '2001:db8::/32',
    '3fff::/20',
    '5f00::/16',
  ],
)

/** Whether the policy allows an address; it is a literal without brackets. */
export function isAllowedAddress(address: string, policy: AddressPolicy): boolean {
  return [address, ...embeddedAddresses(address)].every((one) => {
    const family = isIP(one) === 6 ? 'ipv6' : 'ipv4'
    return !never.check(one, family) && (policy.allowPrivate || !privateAddresses.check(one, family))
  })
}

/** A `lookup` for `net.connect` that answers with allowed addresses only, and fails where none is left. */
export function guardedLookup(policy: AddressPolicy, resolve: typeof lookup = lookup) {
  return (
    hostname: string,
    options: LookupOptions,
    callback: (error: Error | null, addresses: LookupAddress[] | string, family?: number) => void,
  ): void => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      const allowed = addresses.filter(({ address }) => isAllowedAddress(address, policy))
      const first = allowed[0]
      if (first === undefined) return callback(new AddressError(), [])
      if (options.all) return callback(null, allowed)
      callback(null, first.address, first.family)
    })
  }
}

/** The IPv4 addresses that an IPv6 address embeds. `BlockList` knows mapped ones (`::ffff:a.b.c.d`) itself. */
function embeddedAddresses(address: string): string[] {
  if (isIP(address) !== 6) return []
  const groups = expand(address)
  const starts = (...prefix: number[]): boolean => prefix.every((group, i) => groups[i] === group)
  const bytes = groups.flatMap((group) => [group >> 8, group & 255])
  const at = (...places: number[]): string => places.map((place) => bytes[place]).join('.')
  const last = at(12, 13, 14, 15)
  // 6to4, RFC 3056.
  if (starts(0x2002)) return [at(2, 3, 4, 5)]
  // NAT64, RFC 6052. Its prefixes for local use, RFC 8215, may have any of four lengths, each with the address elsewhere.
  if (starts(0x64, 0xff9b, 1)) return [at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12), last].filter(isNoPadding)
  if (starts(0x64, 0xff9b)) return [last]
  // v4-compatible, RFC 4291, and SIIT, RFC 2765.
  if (starts(0, 0, 0, 0, 0, 0) || starts(0, 0, 0, 0, 0xffff, 0)) return [last].filter(isNoPadding)
  // ISATAP, RFC 5214, under any prefix.
  return groups[5] === 0x5efe && (groups[4] === 0 || groups[4] === 0x200) ? [last] : []
}

/** False for 0.0.0.0/8: where an embedded address could be, that is only padding, as in `::1`. */
function isNoPadding(address: string): boolean {
  return !address.startsWith('0.')
}

/** The eight groups of an IPv6 address, as numbers. */
function expand(address: string): number[] {
  // The URL parser writes every spelling of an address, dotted endings included, in one canonical form.
  const canonical = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1)
  const [left = '', right] = canonical.split('::')
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [head, tail] = [groups(left), groups(right ?? '')]
  return right === undefined ? head : [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function list(ipv4: readonly string[], ipv6: readonly string[]): BlockList {
  const blocked = new BlockList()
  const add = (subnet: string, family: 'ipv4' | 'ipv6'): void => {
    const [net = '', prefix] = subnet.split('/')
    blocked.addSubnet(net, Number(prefix), family)
  }
  for (const subnet of ipv4) add(subnet, 'ipv4')
  for (const subnet of ipv6) add(subnet, 'ipv6')
  return blocked
}
