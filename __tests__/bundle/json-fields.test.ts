import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { archiveOf } from '../support/charts/archives.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { storeChart } from '../support/charts/stored-chart.ts'
import { runCli } from '../support/program.ts'
import { useRegistries } from '../support/registry/servers.ts'
import { useWorkspace } from '../support/workspace.ts'

const COMMANDS = readFileSync(join(import.meta.dirname, '../../docs/command.md'), 'utf8')
const workspace = useWorkspace()
const startRegistry = useRegistries()

let name: string
let reference: string

beforeEach(async () => {
  const registry = await startRegistry()
  await storeChart(registry, 'charts/demo:1.2.3', archiveOf())
  name = `oci://${registry.host}/charts/demo`
  reference = `${name}:1.2.3`
})

/** The fields that docs/command.md lists for each result of a command, in its order. */
function documented(command: string): readonly string[] {
  const row = COMMANDS.split('\n').find(
    (line) =>
      /^\| `\w+` \| `(?:results|versions)`/.test(line) && line.startsWith(`| \`${command}\``)
  )
  const [, fields = ''] = row?.split(/one for each [a-z ]+: |each with /) ?? []
  const [ofResults = ''] = fields.split('; `total`')
  return [...ofResults.matchAll(/`(\w+)`/g)].map(([, field = '']) => field)
}

async function json(command: string, ...args: readonly string[]) {
  const { stdout } = await runCli(workspace, [command, ...args, '--plain-http', '--json'])
  return JSON.parse(stdout)
}

describe('docs/command.md lists the fields of the JSON of', () => {
  test('inspect', async () => {
    await workspace.write('chart', chartFiles())
    const { results } = await json('inspect', reference, 'chart')
    const [published, directory] = results.map(Object.keys)
    expect([...published, 'dependencies']).toEqual(documented('inspect'))
    expect(directory).toEqual(documented('inspect'))
  })

  test('list', async () => {
    const { versions, ...rest } = await json('list', name)
    expect(versions.map(Object.keys)).toEqual([documented('list')])
    expect(Object.keys(rest)).toEqual(['schemaVersion', 'otherTags', 'total', 'error'])
  })

  test('verify', async () => {
    const { results } = await json('verify', reference)
    expect(results.map(Object.keys)).toEqual([documented('verify')])
    expect(Object.keys(results[0].problems[0]).toSorted()).toEqual(
      ['code', 'severity', 'message', 'fix'].toSorted()
    )
  })
})
