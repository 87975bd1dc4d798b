import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { gunzip } from '../../src/chart/tar/gzip.ts'
import { readTar } from '../../src/chart/tar/tar.ts'
import { openTree } from '../../src/directory/open-tree.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { Random } from '../support/charts/random.ts'
import { seedFor } from '../support/charts/seed.ts'
import { sourceOptions } from '../support/charts/sources.ts'
import { environmentIn, run } from '../support/program.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
/** Of each helm. */
const TREES = 60
const NAMES = ['a', 'b', 'c.md', '.x', 'd d', 'é', 'templates', 'x.yaml', 'A']
const RULES = [
  'a',
  '/a',
  'a/',
  '*.md',
  '.x',
  '[ab]',
  'a/b',
  '!a',
  '!*',
  '# a',
  '',
  'é',
  '?',
  'templates/a',
  '/*/b',
  'd d',
  '\\a',
  '[^a]',
  '*/',
  'b\r'
]

test.each([
  ['helm 4', toolPath('helm')],
  ['helm 3', toolPath('helm3')]
])(
  'the files that are found in a chart directory are those that %s packages',
  async (title, helm) => {
    const random = new Random(seedFor(title))
    let compared = 0
    for (let count = 0; count < TREES; count++) {
      const chart = await drawChart(random, String(count))
      const packaged = await packagedFiles(helm, chart, String(count))
      const found = await openTree(chart, sourceOptions()).catch(() => undefined)
      const files = found?.files.map(({ path }) => path)
      // What helm refuses for other reasons, such as a Chart.yaml that is left out, is found later.
      if (packaged === undefined || files === undefined) {
        expect([chart, packaged]).toEqual([chart, undefined])
        continue
      }
      expect([chart, files.toSorted()]).toEqual([chart, packaged.toSorted()])
      compared += 1
    }
    expect(compared).toBeGreaterThan(TREES / 4)
  },
  300_000
)

async function drawChart(random: Random, name: string): Promise<string> {
  const path = () => Array.from({ length: 1 + random.below(3) }, () => random.pick(NAMES)).join('/')
  const own = Object.keys(chartFiles())
  const drawn = new Set<string>(own)
  for (let count = 0; count < 12; count++) {
    const next = path()
    const isFree = [...drawn].every(
      (other) => !`${other}/`.startsWith(`${next}/`) && !`${next}/`.startsWith(`${other}/`)
    )
    if (isFree) drawn.add(next)
  }
  const rules = Array.from({ length: random.below(4) }, () => random.pick(RULES)).join('\n')
  const all = [...drawn].filter((file) => !own.includes(file))
  const links = all.filter(() => random.below(5) === 0)
  const files = all.filter((file) => !links.includes(file))
  const chart = await workspace.write(name, {
    ...chartFiles(),
    ...(rules === '' ? {} : { '.helmignore': rules }),
    ...Object.fromEntries(files.map((file) => [file, file]))
  })
  await workspace.write(`${name}-beside`, { 'folder/y': '' })
  for (const link of links)
    await addLink(random, chart, { link, targets: [...files, ...files.map(dirname)] })
  return chart
}

async function addLink(
  random: Random,
  chart: string,
  { link, targets }: { readonly link: string; readonly targets: readonly string[] }
): Promise<void> {
  const beside = relative(dirname(`${chart}/${link}`), `${chart}-beside/folder`)
  const inside = relative(
    dirname(`${chart}/${link}`),
    `${chart}/${random.pick([...targets, 'values.yaml'])}`
  )
  await mkdir(dirname(`${chart}/${link}`), { recursive: true })
  const target = random.pick([beside, inside, inside, 'nowhere'])
  await symlink(target || '.', `${chart}/${link}`)
}

/** What helm packages; undefined where it refuses the chart. */
async function packagedFiles(
  helm: string,
  chart: string,
  name: string
): Promise<readonly string[] | undefined> {
  const out = workspace.path(`${name}-out`)
  const { code } = await run(helm, ['package', chart, '--destination', out], {
    environment: environmentIn(workspace)
  })
  if (code !== 0) return undefined
  const [archive = ''] = await readdir(out)
  const unzipped = gunzip(await readFile(`${out}/${archive}`), 2 ** 24)
  if (!('member' in unzipped)) throw new Error('helm wrote no archive')
  const read = readTar(unzipped.member.body)
  if (!('tar' in read)) throw new Error('helm wrote no tar file')
  return read.tar.entries.map((entry) => entry.name.slice(entry.name.indexOf('/') + 1))
}
