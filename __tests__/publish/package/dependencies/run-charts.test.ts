import { describe, expect, test } from '@jest/globals'
import { repositoryKind } from '../../../../src/dependencies/rules/repository-kind.ts'
import type { WantedDependency } from '../../../../src/directory/charts-plan.ts'
import { RunCharts } from '../../../../src/publish/package/dependencies/run-charts.ts'
import { examineFiles } from '../../../support/dependencies/examine-files.ts'

const TARGETS = [
  { host: 'ghcr.io', path: 'acme/charts' },
  { host: 'registry.example.com:5000', path: '' }
]

function runCharts(...charts: readonly (readonly [name: string, version: string])[]) {
  const all = charts.map(([name, version]) => {
    return { source: { kind: 'directory', path: `${name}-${version}` } as const, name, version }
  })
  return new RunCharts({
    charts: all,
    targets: TARGETS,
    packaged: () => Promise.reject(new Error('not packaged here'))
  })
}

function wanted(repository: string, version = '^1.0.0', locked?: string): WantedDependency {
  const [one] = examineFiles({ dependencies: [{ name: 'lib', version, repository }] }).state.plan
    .wanted
  if (!one) throw new Error(`nothing is wanted of ${repositoryKind(repository).kind}`)
  return { ...one, locked }
}

const TARGET = 'oci://ghcr.io/acme/charts'

describe('a chart of the run is a version of its targets', () => {
  test.each([
    [TARGET, '^1.0.0', undefined],
    [TARGET, '1.2.0', undefined],
    [TARGET, '^1.0.0', '1.2.0'],
    [TARGET, '^1.0.0', '~1.2'],
    ['oci://GHCR.IO/acme/charts', '*', undefined],
    ['oci://registry.example.com:5000', '>=1 <2', undefined]
  ])('for %s %s, locked %s', (repository, range, locked) => {
    const charts = runCharts(['other', '1.2.0'], ['lib', '1.2.0'])
    expect(charts.find(wanted(repository, range, locked))?.version).toBe('1.2.0')
  })

  test.each([
    ['another path', 'oci://ghcr.io/acme', '^1.0.0', undefined],
    ['a path below', 'oci://ghcr.io/acme/charts/more', '^1.0.0', undefined],
    ['another host', 'oci://ghcr.example/acme/charts', '^1.0.0', undefined],
    ['another port', 'oci://registry.example.com', '^1.0.0', undefined],
    ['a classic repository of that host', 'https://ghcr.io/acme/charts', '^1.0.0', undefined],
    ['a folder', 'file://../lib', '^1.0.0', undefined],
    ['another range', TARGET, '^2.0.0', undefined],
    ['another locked version', TARGET, '^1.0.0', '1.1.0'],
    ['a locked version with build metadata', TARGET, '^1.0.0', '1.2.0+b'],
    ['a locked version with `v`, which is another tag', TARGET, '^1.0.0', 'v1.2.0'],
    ['a part of a version, which is a tag', TARGET, '1.2', undefined]
  ])('but not for %s', (_, repository, range, locked) => {
    const charts = runCharts(['lib', '1.2.0'])
    expect(charts.find(wanted(repository, range, locked))).toBeUndefined()
  })

  test('a pre-release only for a range that names one', () => {
    const charts = runCharts(['lib', '1.2.0-rc.1'])
    expect(charts.find(wanted(TARGET))).toBeUndefined()
    expect(charts.find(wanted(TARGET, '>=1.2.0-0'))?.version).toBe('1.2.0-rc.1')
  })

  test('one that is no strict version only by its own text, since no range sees its tag', () => {
    const charts = runCharts(['lib', 'v1.2.0'], ['lib', '1.1'])
    expect(charts.find(wanted(TARGET))).toBeUndefined()
    expect(charts.find(wanted(TARGET, 'v1.2.0'))?.version).toBe('v1.2.0')
    expect(charts.find(wanted(TARGET, '1.1'))?.version).toBe('1.1')
  })

  test('the one whose build metadata are written', () => {
    const charts = runCharts(['lib', '1.2.0+aws'], ['lib', '1.2.0+gcp'])
    expect(charts.find(wanted(TARGET, '1.2.0+gcp'))?.version).toBe('1.2.0+gcp')
    expect(charts.find(wanted(TARGET, '1.2.0'))).toBeUndefined()
  })

  test('the newest in the range, whatever their order', () => {
    const charts = runCharts(
      ['lib', '1.2.0'],
      ['lib', '2.0.0'],
      ['lib', '1.10.0'],
      ['lib', '1.9.0']
    )
    expect(charts.find(wanted(TARGET))?.version).toBe('1.10.0')
  })
})

test('with no target there is none', () => {
  const charts = new RunCharts({
    charts: [{ source: { kind: 'archive', path: 'lib.tgz' }, name: 'lib', version: '1.2.0' }],
    targets: [],
    packaged: () => Promise.reject(new Error('not packaged here'))
  })
  expect(charts.find(wanted(TARGET))).toBeUndefined()
})
