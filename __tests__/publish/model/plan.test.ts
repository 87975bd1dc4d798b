import { expect, test } from '@jest/globals'
import { referenceText } from '../../../src/oci/spec/reference.ts'
import { sourceText } from '../../../src/publish/model/chart-source.ts'
import {
  chartReference,
  type NamedChart,
  planCharts,
  planPublications,
  repeatedName
} from '../../../src/publish/model/plan.ts'

const TARGETS = [
  { host: 'one.example', path: 'charts' },
  { host: 'two.example', path: '' }
]

function named(name: string, version: string, path = name): NamedChart {
  return { name, version, source: { kind: 'directory', path } }
}

test('every chart goes to every target, with its tags', () => {
  const charts = [named('a', '1.2.3+b'), named('b', '2.0.0')]
  const plan = planPublications(planCharts(charts, ['{{major}}', 'latest']), TARGETS)
  expect(
    plan.map(({ chart, reference, extraTags }) => {
      const { host, name } = reference.repository
      return [sourceText(chart.source), `${host}/${name}:${reference.tag}`, ...extraTags]
    })
  ).toEqual([
    ['a', 'one.example/charts/a:1.2.3_b', '1', 'latest'],
    ['a', 'two.example/a:1.2.3_b', '1', 'latest'],
    ['b', 'one.example/charts/b:2.0.0', '2', 'latest'],
    ['b', 'two.example/b:2.0.0', '2', 'latest']
  ])
})

test('an extra tag that is the tag of the version is one with it', () => {
  const [first] = planCharts([named('a', '1.2.3')], ['{{version}}'])
  expect(first?.tags).toEqual(['1.2.3'])
})

test('two charts of one name and version are refused', () => {
  const charts = [named('a', '1.2.3', 'x/a'), named('a', '1.2.3', 'y/a')]
  expect(() => planCharts(charts, [])).toThrow(
    '"x/a" and "y/a" would both be published as a:1.2.3.'
  )
})

test('one moving tag for two versions of a chart is refused', () => {
  const charts = [named('a', '1.2.3', 'x'), named('a', '1.3.0', 'y')]
  expect(() => planCharts(charts, ['{{major}}'])).toThrow(
    '"x" and "y" would both be published as a:1.'
  )
})

test('an extra tag that is the version of another chart is refused, with a fix that fits', () => {
  const charts = [named('a', '1.2.3', 'x'), named('a', '1.3.0', 'y')]
  const plan = () => planCharts(charts, ['1.3.0'])
  expect(plan).toThrow('"x" and "y" would both be published as a:1.3.0.')
  expect(plan).toThrow(
    expect.objectContaining({ fix: expect.stringContaining('Leave the tag out of `tags`') })
  )
})

test('a template that is wrong is told once', () => {
  const charts = [named('a', '1.2.3'), named('b', '1.0.0')]
  expect(() => planCharts(charts, ['{{x}}'])).toThrow(
    /^`tags` names "\{\{x\}\}", which is not a part of a version\.$/
  )
})

const CHARTS = { host: 'ghcr.io', path: 'acme/charts' }

test('a chart goes below the target under its name, its version as tag', () => {
  const reference = chartReference(CHARTS, { name: 'web', version: '1.2.3+b.1' })
  expect(reference).toEqual({
    repository: { host: 'ghcr.io', name: 'acme/charts/web' },
    tag: '1.2.3_b.1'
  })
})

test('a target may be the host alone', () => {
  const reference = chartReference({ host: 'h', path: '' }, { name: 'web', version: '1.0.0' })
  expect(referenceText(reference)).toBe('h/web:1.0.0')
})

test('a path and a name that are too long together are refused: exit code 2', () => {
  const metadata = { name: 'web', version: '1.0.0' }
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
