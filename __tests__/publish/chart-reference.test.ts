import { expect, test } from '@jest/globals'
import { EMPTY_METADATA } from '../../src/chart/metadata.ts'
import { referenceText } from '../../src/oci/reference.ts'
import { chartReference, repeatedName } from '../../src/publish/chart-reference.ts'

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

test('a name or version that cannot stand in a reference is refused, both at once: exit code 4', () => {
  const metadata = { ...EMPTY_METADATA, name: 'MyChart', version: `1.0.0-${'a'.repeat(123)}` }
  expect(() => chartReference(TARGET, metadata)).toThrow(
    expect.objectContaining({
      exitCode: 4,
      message: expect.stringMatching(
        /"acme\/charts\/MyChart" is not an OCI repository name.* is not an OCI tag/
      )
    })
  )
})

test('a target that ends in the name of the chart is remarked on', () => {
  expect(repeatedName({ host: 'h', path: 'charts/web' }, 'web')).toContain('h/charts/web/web')
  expect(repeatedName({ host: 'h', path: 'web' }, 'web')).toContain('h/web/web')
  expect(repeatedName({ host: 'h', path: 'charts/myweb' }, 'web')).toBeUndefined()
})
