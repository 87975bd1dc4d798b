import { expect, test } from '@jest/globals'
import { EMPTY_METADATA } from '../../../src/chart/metadata/metadata.ts'
import { referenceText } from '../../../src/oci/spec/reference.ts'
import { chartReference, repeatedName } from '../../../src/publish/model/chart-reference.ts'

const TARGET = { host: 'ghcr.io', path: 'acme/charts' }

test('a chart goes below the target under its name, its version as tag', () => {
  const reference = chartReference(TARGET, { ...EMPTY_METADATA, name: 'web', version: '1.2.3+b.1' })
  expect(reference).toEqual({
    repository: { host: 'ghcr.io', name: 'acme/charts/web' },
    tag: '1.2.3_b.1'
  })
})

test('a target may be the host alone', () => {
  const reference = chartReference(
    { host: 'h', path: '' },
    { ...EMPTY_METADATA, name: 'web', version: '1.0.0' }
  )
  expect(referenceText(reference)).toBe('h/web:1.0.0')
})

test('a path and a name that are too long together are refused: exit code 2', () => {
  const metadata = { ...EMPTY_METADATA, name: 'web', version: '1.0.0' }
  const target = { host: 'h', path: 'a'.repeat(252) }
  expect(() => chartReference(target, metadata)).toThrow(
    expect.objectContaining({ exitCode: 2, fix: 'Use a shorter path in `registry`.' })
  )
})

test('a target that ends in the name of the chart is remarked on', () => {
  expect(repeatedName({ host: 'h', path: 'charts/web' }, 'web')).toContain('h/charts/web/web')
  expect(repeatedName({ host: 'h', path: 'web' }, 'web')).toContain('h/web/web')
  expect(repeatedName({ host: 'h', path: 'charts/myweb' }, 'web')).toBeUndefined()
})
