import { chmod, readdir } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { archiveOf, CHART_YAML, gzipOf, tarOf } from '../support/charts/archives.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { expectInertAction, expectInertCommand, expectTold } from '../support/hostile/inert.ts'
import { asFileName, asYaml, HOSTILE_TEXTS, type HostileText } from '../support/hostile/texts.ts'
import { environmentIn } from '../support/program.ts'
import { runAction, runCommandStep } from '../support/runner/runner.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

/** Chart.yaml with a text in every field that may have any. */
function metadataWith(text: string, required = 'name: demo\nversion: 1.2.3\n'): string {
  const value = asYaml(text)
  return `apiVersion: v2\n${required}description: ${value}\nappVersion: ${value}\nhome: ${value}\nicon: ${value}
keywords: [${value}]\nsources: [${value}]\nannotations: { ${asYaml(text.slice(0, 200))}: ${value} }
maintainers: [{ name: ${value}, email: ${value}, url: ${value} }]\n`
}

/** Writes one thing for each hostile text into the folder `charts`; the names begin with a number. */
async function writeEach(
  content: (text: string, hostile: HostileText) => Readonly<Record<string, string | Buffer>>
): Promise<void> {
  for (const hostile of HOSTILE_TEXTS) {
    await workspace.write('charts', content(hostile.text, hostile))
  }
}

function fileName({ marker, text }: HostileText): string {
  return `${marker.slice(-2)} ${asFileName(text)}`
}

describe('archives', () => {
  test('fields, names of files and paths of archives that are sound', async () => {
    await writeEach((text, hostile) => {
      const required = `name: ${hostile.marker}\nversion: 1.2.3\n`
      const entries = [
        { name: 'demo/Chart.yaml', body: metadataWith(text, required) },
        { name: `demo/templates/${asFileName(text)}`, body: text }
      ]
      return { [`${fileName(hostile)}.tgz`]: gzipOf(tarOf(entries)) }
    })
    const action = await runAction(workspace, { chart: 'charts/*', 'require-genuine': 'false' })
    expectInertAction(action)
    expectTold(action)
    expect(action.code).toBe(0)
    for (const more of ['--debug', '--json']) {
      const args = ['package', 'charts/*', '--require-genuine=false', more]
      const command = await runCommandStep(workspace, args)
      expectInertCommand(command)
      expectTold(command)
    }
  })

  test('values and names of entries that are refused', async () => {
    await writeEach((text, { marker }) => {
      const name = `demo/${asFileName(text)}`
      const yamls = [
        metadataWith('', `name: demo\nversion: ${asYaml(text)}\n`),
        metadataWith('', `name: ${asYaml(text)}/x\nversion: 1.2.3\n`),
        `${CHART_YAML}type: ${asYaml(text)}\n`,
        `${CHART_YAML}dependencies: [{ name: a, alias: ${asYaml(text)} }]\n`,
        `${CHART_YAML}dependencies: ${asYaml(text)}\n`,
        `${CHART_YAML}${text}: {[\n`
      ]
      const archives = [
        ...yamls.map((body) => gzipOf(tarOf([{ name: 'demo/Chart.yaml', body }]))),
        archiveOf({ name, body: 'a' }, { name, body: 'b' }),
        archiveOf({ name: `${name}\\c` }),
        archiveOf({ name: 'demo/a', header: { type: 'SymbolicLink', linkpath: asFileName(text) } }),
        Buffer.from(text)
      ]
      return Object.fromEntries(archives.map((bytes, kind) => [`${marker}-${kind}.tgz`, bytes]))
    })
    const action = await runAction(workspace, { chart: 'charts/*' })
    expectInertAction(action)
    expectTold(action)
    expect(action.code).toBe(4)
    const files = (await readdir(workspace.path('charts'))).map((name) => `charts/${name}`)
    for (const more of [[], ['--json']]) {
      const command = await runCommandStep(workspace, ['inspect', ...files, ...more])
      expectInertCommand(command)
      expectTold(command)
      expect(command.code).toBe(4)
    }
  })
})

describe('entries of `chart`', () => {
  const included = JSON.stringify(HOSTILE_TEXTS.map(({ text }) => text))

  test.each([
    ['that are paths, patterns and URLs', included],
    ['that exclude', JSON.stringify(['demo.tgz', ...HOSTILE_TEXTS.map(({ text }) => `!${text}`)])]
  ])('%s', async (_, chart) => {
    await workspace.write('.', { 'demo.tgz': archiveOf() })
    const action = await runAction(workspace, { chart })
    expectInertAction(action)
    const command = await runCommandStep(workspace, ['package', chart.replaceAll('\0', '')])
    expectInertCommand(command)
    expect(action.code).toBe(command.code)
    const isShown = HOSTILE_TEXTS.filter(({ marker }) => action.stdout.includes(marker))
    expect(isShown.length).toBeGreaterThan(HOSTILE_TEXTS.length / 2)
  })

  test('names of files that stand for a chart, or that a pattern matches', async () => {
    await writeEach((text, hostile) => {
      const folder = fileName(hostile)
      return { [`${folder}/Chart.yaml`]: CHART_YAML, [`${folder}/${asFileName(text)}`]: '' }
    })
    const files = HOSTILE_TEXTS.map((hostile) => {
      return `charts/${fileName(hostile)}/${asFileName(hostile.text)}`
    })
    for (const chart of [JSON.stringify(files), 'charts/*/*', files.join('\n')]) {
      const inputs = { chart, version: 'x', 'if-no-charts-found': 'warn' }
      expectInertAction(await runAction(workspace, inputs))
    }
  })
})

describe('helm', () => {
  /** A helm that prints the file `said` of a chart to both streams and ends with that code. */
  async function talkingHelm(exitCode: number): Promise<Readonly<Record<string, string>>> {
    await workspace.write('.', { 'made.tgz': archiveOf() })
    const script = `#!/bin/sh
[ "$1" = version ] && { echo v4.3.0; exit; }
cat "$2/said"; cat "$2/said" >&2
for each in "$@"; do case $each in --destination=*) cp "${workspace.path('made.tgz')}" "\${each#*=}/demo-1.2.3.tgz" ;; esac; done
exit ${exitCode}\n`
    await workspace.write('bin', { helm: script })
    await chmod(workspace.path('bin/helm'), 0o755)
    return { PATH: `${workspace.path('bin')}:${environmentIn(workspace)['PATH']}` }
  }

  test.each([
    ['remarks', 0],
    ['reasons to refuse a chart', 1]
  ])('its %s, and paths of charts', async (_, exitCode) => {
    await writeEach((text, hostile) => ({
      [`${fileName(hostile)}/Chart.yaml`]: CHART_YAML,
      [`${fileName(hostile)}/said`]: text
    }))
    const environment = await talkingHelm(exitCode)
    const inputs = { chart: 'charts/*', 'source-date-epoch': '0' }
    const action = await runAction(workspace, inputs, { environment, debug: true })
    expectInertAction(action)
    expectTold(action)
    const args = ['package', 'charts/*', '--source-date-epoch=0']
    const command = await runCommandStep(workspace, [...args, '--json'], { environment })
    expectInertCommand(command)
    expectTold(command)
  })

  test('the version that it says', async () => {
    const said = HOSTILE_TEXTS.map(({ text }) => text).join('\n')
    await workspace.write('bin', {
      helm: `#!/bin/sh\ncat "${workspace.path('bin/said')}"\ncat "${workspace.path('bin/said')}" >&2\n`,
      said
    })
    await chmod(workspace.path('bin/helm'), 0o755)
    await workspace.write('chart', chartFiles())
    const environment = { PATH: `${workspace.path('bin')}:${environmentIn(workspace)['PATH']}` }
    expectInertAction(await runAction(workspace, { chart: 'chart' }, { environment }))
    const command = await runCommandStep(workspace, ['package', 'chart', '--json'], { environment })
    expectInertCommand(command)
  })

  test('charts that a real one packages, and refuses', async () => {
    for (const [index, { text, marker }] of HOSTILE_TEXTS.entries()) {
      const isBroken = index % 8 === 7
      // A quarter of them, for a real helm takes its time.
      if (index % 8 < 6) continue
      await workspace.write(`charts/${marker}`, {
        'Chart.yaml': metadataWith(text, `name: ${marker}\nversion: 1.2.3\n`),
        [asFileName(text)]: text,
        'values.yaml': isBroken ? `${asYaml(text)}: {[\n${text}` : ''
      })
    }
    const action = await runAction(workspace, { chart: 'charts/*', destination: 'out' })
    expectInertAction(action)
    const command = await runCommandStep(workspace, ['package', 'charts/*', '--json'])
    expectInertCommand(command)
    expect([action.code, command.code]).toEqual([4, 4])
  })
})

describe('inputs', () => {
  const NAMES = [
    'chart',
    'registry',
    'version',
    'tags',
    'annotations',
    'if-exists',
    'timeout'
  ] as const

  test.each(NAMES)('%s', async (name) => {
    // Nobody can put a NUL into a variable or an argument.
    const said = HOSTILE_TEXTS.map(({ text }) => text.replaceAll('\0', '').slice(0, 200)).join('\n')
    await workspace.write('chart', chartFiles())
    const action = await runAction(workspace, { chart: 'chart', [name]: said })
    expectInertAction(action)
    const args = name === 'chart' ? [said] : ['chart', `--${name}=${said}`]
    const command = await runCommandStep(workspace, ['publish', ...args, '--json'])
    expectInertCommand(command)
    expect([action.code, command.code]).toEqual([2, 2])
  })

  test('commands and flags that are not there', async () => {
    const said = HOSTILE_TEXTS.map(({ text }) => text.replaceAll('\0', '').slice(0, 200))
    for (const args of [
      [said.join(' ')],
      ['help', ...said],
      ['publish', ...said.map((text) => `--${text}`)]
    ]) {
      expectInertCommand(await runCommandStep(workspace, args))
    }
  })
})
