import { expect, test } from '@jest/globals'
import { parseNoProxy } from '../../src/http/proxy.ts'

test.each([
  ['example.com', 'example.com', '443', true],
  ['example.com', 'registry.example.com', '443', true],
  ['example.com', 'badexample.com', '443', false],
  ['Example.COM', 'REGISTRY.example.com', '443', true],
  ['.example.com', 'registry.example.com', '443', true],
  // As in Go: with the dot, what is below it alone.
  ['.example.com', 'example.com', '443', false],
  ['*.example.com', 'registry.example.com', '443', true],
  ['*.example.com', 'example.com', '443', false],
  ['example.com:5000', 'example.com', '5000', true],
  ['example.com:5000', 'example.com', '443', false],
  ['other.org, example.com', 'example.com', '443', true],
  ['other.org example.com', 'example.com', '443', true],
  ['*', 'anything.test', '80', true],
  ['10.0.0.0/8', '10.1.2.3', '443', true],
  ['10.0.0.0/8', '11.1.2.3', '443', false],
  ['10.0.0.0/8', 'ten.example.com', '443', false],
  ['192.168.1.1', '192.168.1.1', '443', true],
  ['192.168.1.1:80', '192.168.1.1', '443', false],
  ['fd00::/8', '[fd12::1]', '443', true],
  ['fd00::/8', '[fe80::1]', '443', false],
  ['fd12::1', '[fd12:0::1]', '443', true],
  ['[fd12::1]:5000', '[fd12::1]', '5000', true],
  ['[fd12::1]:5000', '[fd12::1]', '443', false],
  ['10.0.0.0/99', '10.0.0.1', '443', false],
  ['', 'localhost', '5000', true],
  ['', '127.0.0.1', '5000', true],
  ['', '127.8.8.8', '5000', true],
  ['', '[::1]', '5000', true],
  ['', 'localhost.example.com', '5000', false],
  ['', 'example.com', '443', false]
])('NO_PROXY "%s" and %s:%s: %s', (text, hostname, port, exempt) => {
  expect(parseNoProxy(text)(hostname, port)).toBe(exempt)
})
