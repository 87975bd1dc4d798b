import { mkdir, readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { Markup } from '../../src/action/html.ts'
import { summaryOf, summaryOfFailure } from '../../src/action/summary.ts'
import type { Publication } from '../../src/publish/model/publication.ts'
import { printable } from '../../src/shared/printable.ts'
import { askBrowser, renderMarkdown } from '../support/browser.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { HOSTILE_TEXTS } from '../support/hostile/texts.ts'
import { environmentIn, run } from '../support/program.ts'
import { failedWith, HOSTILE_MARKUP, publicationOf } from '../support/publications.ts'
import { runAction } from '../support/runner/runner.ts'
import { useWorkspace, Workspace } from '../support/workspace.ts'
import { type DockerRegistry, useDockerRegistries } from './docker-registry.ts'

const markup = new Markup(printable)
const page = useWorkspace()
/** All but the one that is too long for a cell. */
const TEXTS = [...HOSTILE_MARKUP, ...HOSTILE_TEXTS.map(({ text }) => text)].filter(
  ({ length }) => length < 200
)

/** What stands in a rendered page: names of all elements, texts of cells and of all else that is shown. */
interface Page {
  readonly elements: readonly string[]
  readonly attributes: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly commands: string
  readonly text: string
}

const PROBE = `
  const all = [...main.querySelectorAll('*')]
  return {
    elements: [...new Set(all.map((element) => element.localName))].sort(),
    attributes: [...new Set(all.flatMap((element) => element.getAttributeNames()))].sort(),
    rows: [...main.querySelectorAll('tr')].map((row) => [...row.cells].map((cell) => cell.textContent)),
    commands: [...main.querySelectorAll('pre')].map((pre) => pre.textContent).join(''),
    text: main.textContent
  }`

async function rendered(markdown: string, workspace: Workspace = page): Promise<Page> {
  const html = await renderMarkdown(workspace, markdown)
  return (await askBrowser(workspace, html, PROBE)) as Page
}

function summary(publications: readonly Publication[]): string {
  return summaryOf(
    { publications, dryRun: false, plainHttpHosts: [], unverifiedHosts: [], seconds: 60 },
    markup
  )
}

/** All that a summary is made of; no image, no link, no script, nothing to fill in. */
const ELEMENTS = [
  'b',
  'br',
  'code',
  'details',
  'div',
  'h3',
  'p',
  'pre',
  'summary',
  'table',
  'tbody',
  'td',
  'th',
  'tr'
]

describe('rendered as GitHub does, in a browser', () => {
  test('60 charts at 2 registries are 120 rows, those that failed first, and 119 commands to pull', async () => {
    const publications = Array.from({ length: 120 }, (_, index) => {
      const place = { name: `chart-${index >> 1}`, target: `registry-${index % 2}.example/charts` }
      return index === 77
        ? failedWith('It exists with different content.', place)
        : publicationOf(place)
    })
    const { rows, text, commands, elements } = await rendered(summary(publications))
    const [head, first, secondHead, ...others] = rows
    expect(head).toEqual(['Chart', 'Version', 'Target', 'Status', 'Digest', 'Size', 'Time'])
    expect(first?.slice(0, 4)).toEqual([
      'chart-38',
      '1.2.3',
      'registry-1.example/charts',
      '❌ failed'
    ])
    expect(secondHead).toEqual(head)
    expect(others).toHaveLength(119)
    expect(others[118]?.[0]).toBe('chart-59')
    expect(text).toContain(
      'Published 119 of 120; 1 failed (chart-38 1.2.3 at registry-1.example/charts)'
    )
    const pulls = commands.match(/^helm pull \\\n {2}oci:\/\/\S+\\\n@sha256:[0-9a-f]{64}$/gm)
    expect(pulls).toHaveLength(119)
    expect(commands.match(/^helm install \S+ oci:\/\/\S+ --version 1\.2\.3$/gm)).toHaveLength(119)
    for (const element of elements) expect(ELEMENTS).toContain(element)
  })

  test('hostile text in every place is shown as text, and is nothing else', async () => {
    const publications = TEXTS.flatMap((text) => {
      const place = { chart: text, name: text, version: text, target: text }
      return [publicationOf({ ...place, warnings: [text] }), failedWith(text, place, text)]
    })
    const { rows, text: shown, elements, attributes } = await rendered(summary(publications))
    for (const element of elements) expect(ELEMENTS).toContain(element)
    for (const attribute of attributes) expect(['align', 'open']).toContain(attribute)
    const cells = rows.filter(([first]) => first !== 'Chart')
    expect(cells).toHaveLength(publications.length)
    const literal = TEXTS.map(printable)
    expect(cells.map(([name]) => name)).toEqual([...literal, ...literal])
    expect(cells.map(([, , target]) => target)).toEqual([...literal, ...literal])
    const isShown = (text: string) => shown.replaceAll('`', '').includes(text.replaceAll('`', ''))
    expect(literal.filter((text) => !isShown(text))).toEqual([])
  })

  test('a run that ended before there were results shows hostile text as text', async () => {
    const summaries = TEXTS.map((text) => {
      return summaryOfFailure([{ message: text, fix: text }], markup)
    })
    const { elements, text: shown } = await rendered(summaries.join('\n\n'))
    for (const element of elements) expect(ELEMENTS).toContain(element)
    const isShown = (text: string) => shown.replaceAll('`', '').includes(text.replaceAll('`', ''))
    expect(TEXTS.map(printable).filter((text) => !isShown(text))).toEqual([])
  })

  test('the same texts without the escaping would be more than text: the browser sees it', async () => {
    const { elements } = await rendered(HOSTILE_MARKUP.join('\n\n'))
    expect(elements).toEqual(expect.arrayContaining(['a', 'img', 'h1', 'li']))
  })
})

describe('the commands of a summary do what they say', () => {
  const workspace = new Workspace()
  const startRegistry = useDockerRegistries()
  let registry: DockerRegistry
  let commands: readonly string[]

  beforeAll(async () => {
    await workspace.open()
    registry = await startRegistry(workspace, { kind: 'none' })
    await workspace.write('chart', chartFiles())
    const inputs = { chart: 'chart', registry: `oci://${registry.host}/a`, 'plain-http': 'true' }
    const result = await runAction(workspace, inputs)
    const { commands: text } = await rendered(result.summary, workspace)
    commands = text.trim().split(/(?<!\\)\n/)
  })

  afterAll(() => workspace.close())

  /** As it is pasted into a shell, with its backslashes, but for the program. */
  function paste(program: string, line: string, more = '') {
    const script = `${line.replace(/^helm/, program)} ${more}`
    const environment = environmentIn(workspace)
    return run('/bin/sh', ['-c', script], { environment, directory: workspace.path() })
  }

  const helms = ['helm', 'helm3'].flatMap((tool) => [
    [tool, 'version', 0] as const,
    [tool, 'digest', 2] as const
  ])

  test.each(helms)('%s pulls the chart by its %s', async (tool, by, first) => {
    const folder = workspace.path(`${tool}-${by}`)
    await mkdir(folder)
    const line = commands[first + 1] ?? ''
    expect(line.includes('@sha256:')).toBe(by === 'digest')
    const result = await paste(toolPath(tool), line, `--destination ${folder}`)
    expect(result).toMatchObject({ code: 0 })
    expect(await readdir(folder)).toHaveLength(1)
  })

  test.each(helms)('%s finds what to install by its %s', async (tool, by, first) => {
    const line = commands[first] ?? ''
    expect(line).toMatch(/^helm install demo /)
    expect(line.includes('@sha256:')).toBe(by === 'digest')
    // There is no cluster: rendering takes the chart on the same way, and helm 3 needs one to install.
    const result = await paste(toolPath(tool), line.replace('helm install', 'helm template'))
    expect(result).toMatchObject({ code: 0 })
    expect(result.stdout).toContain('name: demo')
  })
})
