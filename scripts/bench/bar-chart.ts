/** Groups of bars: in each group one bar of every series, in the same order. */
export interface BarChart {
  readonly title: string
  /** Behind the numbers of the axis. */
  readonly unit: string
  readonly groups: readonly string[]
  /** One value for each group. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

const WIDTH = 760
const HEIGHT = 400
/** Where the bars are. */
const PLOT = { left: 60, right: WIDTH - 20, top: 110, bottom: HEIGHT - 50 }
const BAR_GAP = 4
/** Share of a group's width that its bars take. */
const GROUP_FILL = 0.8

/**
 * An SVG image for light and dark pages: it has a background of its own, and each colour has at least
 * three times the contrast of it (WCAG 2.2, 1.4.11).
 */
export function barChart(chart: BarChart): string {
  const { step, top } = axisOf(Math.max(...chart.series.flatMap(({ values }) => values)))
  const y = (value: number) => PLOT.bottom - (value / top) * (PLOT.bottom - PLOT.top)
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step)
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    `<title>${escaped(chart.title)}</title>`,
    `<desc>${escaped(descriptionOf(chart))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    `<text class="title" x="20" y="34">${escaped(chart.title)}</text>`,
    ...legend(chart),
    ...ticks.map((value) => gridLine(y(value), `${decimal(value)} ${chart.unit}`)),
    ...chart.groups.flatMap((name, index) => group({ chart, name, index, y })),
    '</svg>'
  ]
  return `${parts.join('\n')}\n`
}

/** The end of the axis and the distance of its lines: at most six, at 1, 2 or 5 times a power of ten. */
export function axisOf(highest: number): { readonly step: number; readonly top: number } {
  if (!(highest > 0)) return { step: 1, top: 1 }
  const power = 10 ** Math.floor(Math.log10(highest / 5))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => highest / one <= 5)
  if (step === undefined) throw new Error(`there is no axis for ${highest}`)
  return { step, top: Math.ceil(highest / step) * step }
}

interface Group {
  readonly chart: BarChart
  readonly name: string
  readonly index: number
  readonly y: (value: number) => number
}

function group({ chart, name, index, y }: Group): readonly string[] {
  const width = (PLOT.right - PLOT.left) / chart.groups.length
  const left = PLOT.left + index * width
  const slot = (width * GROUP_FILL) / chart.series.length
  const bars = chart.series.flatMap(({ values }, place) => {
    const value = values[index] ?? 0
    const x = left + (width * (1 - GROUP_FILL)) / 2 + place * slot
    const size = `x="${round(x)}" y="${round(y(value))}" width="${round(slot - BAR_GAP)}"`
    const middle = round(x + (slot - BAR_GAP) / 2)
    return [
      `<rect class="s${place}" ${size} height="${round(PLOT.bottom - y(value))}" rx="2"/>`,
      `<text class="value" x="${middle}" y="${round(y(value) - 5)}">${value.toFixed(2)}</text>`
    ]
  })
  const middle = round(left + width / 2)
  return [
    ...bars,
    `<text class="group" x="${middle}" y="${PLOT.bottom + 24}">${escaped(name)}</text>`
  ]
}

function legend({ series }: BarChart): readonly string[] {
  return series.flatMap(({ name }, index) => {
    const [x, y] = [20 + (index % 2) * 340, 50 + Math.floor(index / 2) * 20]
    return [
      `<rect class="s${index}" x="${x}" y="${y}" width="12" height="12" rx="2"/>`,
      `<text class="name" x="${x + 20}" y="${y + 11}">${escaped(name)}</text>`
    ]
  })
}

function gridLine(y: number, label: string): string {
  const line = `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${round(y)}" y2="${round(y)}"/>`
  return `${line}<text class="tick" x="${PLOT.left - 8}" y="${round(y + 4)}">${escaped(label)}</text>`
}

function descriptionOf({ groups, series, unit }: BarChart): string {
  const texts = series.map(({ name, values }) => {
    const pairs = groups.map((one, index) => `${one} ${decimal(values[index] ?? 0)} ${unit}`)
    return `${name}: ${pairs.join(', ')}`
  })
  return texts.join('; ')
}

function decimal(value: number): string {
  return String(Number(value.toFixed(2)))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.value { font-size: 11px; text-anchor: middle }
.group { text-anchor: middle }
.tick { text-anchor: end }
.page { fill: #ffffff; stroke: #d1d9e0 }
.grid { stroke: #d1d9e0 }
.s0 { fill: #0969da }
.s1 { fill: #9a6700 }
.s2 { fill: #8250df }
.s3 { fill: #1a7f37 }
.s4 { fill: #6e7781 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.page { fill: #0d1117; stroke: #3d444d }
.grid { stroke: #3d444d }
.s0 { fill: #4493f8 }
.s1 { fill: #d29922 }
.s2 { fill: #ab7df8 }
.s3 { fill: #3fb950 }
.s4 { fill: #9198a1 }
}
`
