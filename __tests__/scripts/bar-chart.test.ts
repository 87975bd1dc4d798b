import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { axisOf, barChart } from '../../scripts/bench/bar-chart.ts'

const CHART = {
  title: 'Seconds <less> & better',
  unit: 's',
  groups: ['0 ms', '50 ms'],
  series: [
    { name: 'ours', values: [0.5, 1] },
    { name: 'a & b', values: [0.25, 2] }
  ]
}

/** All but those of the legend, which are squares. */
const bars = (svg: string) =>
  [
    ...svg.matchAll(
      /<rect class="s(\d)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g
    )
  ]
    .map(([, ...texts]) => {
      const [series = 0, x = 0, y = 0, width = 0, height = 0] = texts.map(Number)
      return { series, x, y, width, height }
    })
    .filter(({ width, height }) => width !== height)

test('each value has a bar of its height, which stands on one line with all others', () => {
  const heights = bars(barChart(CHART))
  const [full] = heights.filter(({ series }) => series === 1).slice(1)
  const bottom = (full?.y ?? 0) + (full?.height ?? 0)
  expect(heights.map(({ series, height }) => [series, height / (full?.height ?? 0)])).toEqual([
    [0, 0.25],
    [1, 0.125],
    [0, 0.5],
    [1, 1]
  ])
  for (const { y, height } of heights) expect(y + height).toBeCloseTo(bottom)
})

test('bars do not overlap, and stay within the image', () => {
  const places = bars(barChart(CHART)).map(({ x, width }) => [x, x + width] as const)
  for (const [index, [left]] of places.entries()) {
    expect(left).toBeGreaterThan(places[index - 1]?.[1] ?? 0)
  }
  expect(places.at(-1)?.[1]).toBeLessThan(760)
})

test('it says in words what it shows, and escapes texts', () => {
  const svg = barChart(CHART)
  expect(svg).toContain('<title>Seconds &lt;less&gt; &amp; better</title>')
  expect(svg).toContain(
    '<desc>ours: 0 ms 0.5 s, 50 ms 1 s; a &amp; b: 0 ms 0.25 s, 50 ms 2 s</desc>'
  )
  expect(
    svg
      .replace(/<style>[^<]*<\/style>/, '')
      .replace(/<\/?[a-z]+( [a-z-]+\d?="[^"<>]*")*\s*\/?>/gi, '')
  ).not.toMatch(/[<>]/)
})

describe('in light and in dark', () => {
  const style = /<style>([^<]*)<\/style>/.exec(barChart(CHART))?.[1] ?? ''
  const [light = '', dark = ''] = style.split('@media (prefers-color-scheme: dark)')
  test.each([
    ['light', light],
    ['dark', dark]
  ])('%s: bars have three times the contrast of the background, texts seven times', (_, css) => {
    const color = (name: string) => new RegExp(`${name} {[^}]*fill: (#[0-9a-f]{6})`).exec(css)?.[1]
    const page = color('\\.page')
    for (const name of ['s0', 's1', 's2', 's3', 's4']) {
      expect(contrast(color(`\\.${name}`), page)).toBeGreaterThanOrEqual(3)
    }
    expect(contrast(color('\ntext'), page)).toBeGreaterThanOrEqual(7)
  })
})

test('the axis ends at or above the highest value, with at most six lines at round numbers', () => {
  expect(axisOf(2.4)).toEqual({ step: 0.5, top: 2.5 })
  expect(axisOf(0)).toEqual({ step: 1, top: 1 })
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (highest) => {
      const { step, top } = axisOf(highest)
      expect(top).toBeGreaterThanOrEqual(highest * 0.999_999)
      expect(top - step).toBeLessThan(highest)
      expect(top / step).toBeLessThanOrEqual(5.000_001)
      expect(String(Number(step.toPrecision(6)))).toMatch(/^(0\.0*)?[125]0*$/)
    })
  )
})

/** Contrast ratio by WCAG 2.2. */
function contrast(one = '', other = ''): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const channel = (from: number) => {
    const value = Number.parseInt(color.slice(from, from + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}
