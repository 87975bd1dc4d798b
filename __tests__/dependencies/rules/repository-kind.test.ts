import { describe, expect, test } from '@jest/globals'
import { repositoryKind, repositoryText } from '../../../src/dependencies/rules/repository-kind.ts'
import { HOSTILE_MARKUP } from '../../support/publications.ts'

describe('the text of a repository says where a chart is from', () => {
  test.each([
    ['', { kind: 'vendored' }],
    ['file://charts/lib', { kind: 'vendored' }],
    ['file://./charts/lib/', { kind: 'vendored' }],
    ['file://charts/group/lib', { kind: 'local', path: 'charts/group/lib' }],
    ['file://charts', { kind: 'local', path: 'charts' }],
    ['file://charts/..', { kind: 'local', path: 'charts/..' }],
    ['file://charts/./', { kind: 'local', path: 'charts/./' }],
    ['file://../lib', { kind: 'local', path: '../lib' }],
    ['file:///srv/lib', { kind: 'local', path: '/srv/lib' }],
    ['@stable', { kind: 'named', name: 'stable' }],
    ['alias:stable', { kind: 'named', name: 'stable' }],
    ['s3://bucket/charts', { kind: 'plugin', scheme: 's3' }],
    ['gs://bucket/charts', { kind: 'plugin', scheme: 'gs' }],
    ['git+https://github.com/o/r@charts?ref=v1', { kind: 'plugin', scheme: 'git+https' }]
  ])('%j: %j', (text, expected) => {
    expect(repositoryKind(text)).toEqual(expected)
  })

  test.each([
    ['https://charts.example.com', 'https://charts.example.com/'],
    ['http://charts.example.com:8080/a/', 'http://charts.example.com:8080/a/'],
    ['HTTPS://Charts.Example.com/A', 'https://charts.example.com/A'],
    ['https://charts.example.com/a?key=b', 'https://charts.example.com/a?key=b'],
    ['https://charts.example.com/@scope/a', 'https://charts.example.com/@scope/a']
  ])('%s is a repository with an index', (text, href) => {
    const kind = repositoryKind(text)
    expect(kind).toMatchObject({ kind: 'classic' })
    expect(kind.kind === 'classic' && kind.url.href).toBe(href)
  })

  test.each([
    ['oci://ghcr.io', { host: 'ghcr.io', path: '' }],
    ['oci://ghcr.io/acme/charts', { host: 'ghcr.io', path: 'acme/charts' }],
    ['oci://GHCR.io:443/acme', { host: 'ghcr.io:443', path: 'acme' }],
    ['oci://[::1]:5000/acme', { host: '[::1]:5000', path: 'acme' }]
  ])('%s is a registry', (text, target) => {
    expect(repositoryKind(text)).toEqual({ kind: 'oci', target })
  })
})

describe('a mistake is named with what resolves it', () => {
  test.each([
    [' https://charts.example.com', 'it has spaces around it', 'Remove the spaces'],
    ['oci://ghcr.io/acme\n', 'it has spaces around it', 'Remove the spaces'],
    ['\u00a0', 'it has spaces around it', 'Remove the spaces'],
    ['stable', 'it is not a URL', '`@stable`'],
    ['../lib', 'it is not a URL', 'Write a URL'],
    ['//charts.example.com', 'it is not a URL', 'Write a URL'],
    ['https://', 'it is not a URL', 'https://host/path'],
    ['https:charts.example.com', 'it is not a URL', 'https://host/path'],
    ['https:/charts.example.com', 'it is not a URL', 'https://host/path'],
    ['https://charts.example.com\\a', 'it is not a URL', 'https://host/path'],
    ['https://charts.example.com/a\u0000b', 'it is not a URL', 'https://host/path'],
    ['https://charts.exam\nple.com', 'it is not a URL', 'https://host/path'],
    ['https://me:secret@charts.example.com', 'it contains a login', '`registry-auth`'],
    ['https://me@charts.example.com', 'it contains a login', '`registry-auth`'],
    ['oci://me:secret@ghcr.io/acme', 'it contains a login', '`registry-auth`'],
    ['oci://ghcr.io/acme/', 'it ends in a slash', 'oci://ghcr.io/acme.'],
    ['oci://ghcr.io//', 'it ends in a slash', 'oci://ghcr.io.'],
    ['oci://ghcr.io/Acme', 'names of OCI repositories are lower case', 'oci://ghcr.io/acme.'],
    ['oci://ghcr.io/acme:1.0.0', 'it is not an OCI repository', 'Leave ":1.0.0" out'],
    [
      `oci://ghcr.io/acme@sha256:${'a'.repeat(64)}`,
      'it is not an OCI repository',
      'Leave "@sha256:'
    ],
    ['oci://', 'it is not an OCI repository', 'oci://host'],
    ['oci:ghcr.io/acme', 'it is not an OCI repository', 'oci://host'],
    ['OCI://ghcr.io/acme', 'it is not an OCI repository', 'oci://host'],
    ['oci://ghcr.io/a b', 'it is not an OCI repository', 'lower-case letters'],
    ['oci://ghcr.io/../etc', 'it is not an OCI repository', 'lower-case letters'],
    ['oci://ghcr.io?x=1', 'it is not an OCI repository', 'oci://host'],
    ['file:../lib', 'it names no folder', 'file://../name'],
    ['file://', 'it names no folder', 'file://../name'],
    ['FILE://../lib', 'it names no folder', 'file://../name']
  ])('%j: %s', (text, why, fix) => {
    const kind = repositoryKind(text)
    expect(kind).toMatchObject({ kind: 'unusable', why, fix: expect.stringContaining(fix) })
    expect(JSON.stringify(kind)).not.toContain('secret')
  })
})

test.each([
  ...HOSTILE_MARKUP,
  `https://${'a'.repeat(100_000)}`,
  `oci://${'a/'.repeat(50_000)}`,
  '@',
  ':',
  'a:'.repeat(50_000)
])('any text has a kind (%#)', (text) => {
  expect(repositoryKind(text).kind).toMatch(/^[a-z]+$/)
})

test.each([
  ['https://charts.example.com/a', 'https://charts.example.com/a'],
  ['https://charts.example.com/@scope/a', 'https://charts.example.com/@scope/a'],
  ['https://me:secret@charts.example.com/a', 'https://***@charts.example.com/a'],
  ['https://me:s/ecret@charts.example.com/a', 'https://***@charts.example.com/a'],
  ['oci://me:12/secret@ghcr.io/acme', 'oci://***@ghcr.io/acme'],
  ['https://charts.example.com/a?key=secret', 'https://charts.example.com/a'],
  ['https://charts.example.com/a#secret\nsecret', 'https://charts.example.com/a'],
  ['@stable', '@stable'],
  ['', '']
])('for messages, %j is %j', (text, shown) => {
  expect(repositoryText(text)).toBe(shown)
})
