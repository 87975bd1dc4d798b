import { describe, expect, test } from '@jest/globals'
import { addressScope } from '../../src/http/private-address.ts'

/** As parseRealm and the lookup have it: the host of a parsed URL. */
function nearness(host: string) {
  return addressScope(new URL(`https://${host}/`).hostname)
}

describe.each([
  [
    'loopback',
    [
      '127.0.0.1',
      '127.255.255.254',
      '2130706433',
      '0x7f.1',
      '017700000001',
      '[::1]',
      '[::ffff:127.0.0.1]'
    ]
  ],
  [
    'loopback',
    [
      '[::127.0.0.1]',
      '[::ffff:0:7f00:1]',
      '[64:ff9b::127.0.0.1]',
      '[64:ff9b:1::7f00:1]',
      '[2002:7f00:1::1]'
    ]
  ],
  ['loopback', ['[2001:0:7f00:1::1]', 'localhost', 'a.localhost', 'LOCALHOST.']],
  [
    'metadata',
    [
      '169.254.169.254',
      '169.254.170.2',
      '169.254.0.23',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192'
    ]
  ],
  [
    'metadata',
    ['0xa9fea9fe', '0251.0376.0251.0376', '[::ffff:169.254.169.254]', '[2002:a9fe:a9fe::]']
  ],
  [
    'metadata',
    ['[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::a9fe:a9fe]', '[::ffff:a83f:8110]', '[::c000:c0]']
  ],
  [
    'metadata',
    ['[fd00:ec2::254]', '[fd00:0ec2::0023]', '[fd20:ce::254]', '[fd00:42::42]', '[fe80::a9fe:a9fe]']
  ],
  [
    'metadata',
    ['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal']
  ],
  ['link-local', ['169.254.1.1', '[fe80::1]', '[febf::1]', '[::ffff:169.254.1.1]']],
  [
    'private',
    ['0.0.0.0', '10.0.0.1', '100.64.0.1', '100.127.255.255', '172.16.0.1', '172.31.255.255']
  ],
  [
    'private',
    ['192.168.0.1', '192.0.0.1', '192.0.2.1', '198.51.100.1', '203.0.113.1', '192.88.99.1']
  ],
  [
    'private',
    ['198.18.0.1', '198.19.255.255', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255']
  ],
  [
    'private',
    ['[::]', '[::2]', '[100::1]', '[100:0:0:1::1]', '[2001::1]', '[2001:2::1]', '[2001:1ff::1]']
  ],
  [
    'private',
    ['[2001:db8::1]', '[3fff::1]', '[2002:808:808::1]', '[64:ff9b:1::808:808]', '[5f00::1]']
  ],
  [
    'private',
    ['[fc00::1]', '[fd12:3456::1]', '[fec0::1]', '[ff02::1]', '[4000::1]', '[64:ff9b::10.0.0.1]']
  ]
] as const)('%s', (expected, hosts) => {
  test.each(hosts)('is %s', (host) => {
    expect(nearness(host)).toBe(expected)
  })
})

test.each([
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.1',
  '126.255.255.255',
  '128.0.0.1',
  '168.63.129.17',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.1',
  '192.0.1.1',
  '192.0.3.1',
  '198.17.255.255',
  '198.20.0.1',
  '203.0.112.1',
  '223.255.255.255',
  '[2000::1]',
  '[2001:200::1]',
  '[2003::1]',
  '[2606:4700::1111]',
  '[3ffe::1]',
  '[::ffff:1.1.1.1]',
  '[::ffff:0:101:101]',
  '[64:ff9b::101:101]',
  'registry.example.com',
  'localhost.example.com',
  'metadata.example.com',
  '10.example.com'
])('%s is public', (host) => {
  expect(nearness(host)).toBeUndefined()
})
