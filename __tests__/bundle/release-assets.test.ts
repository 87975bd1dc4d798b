import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { makeRelease } from '../../scripts/release/assets.ts'
import { VERSION } from '../../src/shared/version.ts'
import { environmentIn, run } from '../support/program.ts'
import { useTemplate, useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()
useTemplate(workspace, (template) => makeRelease(`v${VERSION}`, template.path('release')))

const asset = (name: string) => workspace.path('release/assets', name)
const sumOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const start = (file: string, args: readonly string[], directory: string) =>
  run(file, args, {
    directory,
    environment: { ...environmentIn(workspace), PATH: process.env['PATH'] ?? '' }
  })

test('a release has the program, its SBOM, and checksums that sha256sum verifies', async () => {
  const files = ['SHA256SUMS', 'publish-helm-chart.cdx.json', 'publish-helm-chart.tar.gz']
  expect(readdirSync(workspace.path('release/assets')).toSorted()).toEqual(files)
  const { code } = await start(
    'sha256sum',
    ['--check', '--strict', 'SHA256SUMS'],
    workspace.path('release/assets')
  )
  expect(code).toBe(0)
})

test('the program of a release runs where it is unpacked', async () => {
  await start('tar', ['-xzf', asset('publish-helm-chart.tar.gz')], workspace.path())
  const folder = workspace.path('publish-helm-chart')
  expect(readdirSync(folder)).toEqual(
    expect.arrayContaining(['LICENSE', 'licenses.txt', 'openpgp.cjs'])
  )
  const { code, stdout } = await start(join(folder, 'cli.cjs'), ['version'], folder)
  expect({ code, stdout }).toEqual({ code: 0, stdout: `publish-helm-chart ${VERSION}\n` })
})

test('a release that is made again has the same archive and the same npm package', async () => {
  await makeRelease(`v${VERSION}`, workspace.path('again'))
  for (const name of [
    'assets/publish-helm-chart.tar.gz',
    `npm/publish-helm-chart-${VERSION}.tgz`
  ]) {
    expect(sumOf(workspace.path('again', name))).toBe(sumOf(workspace.path('release', name)))
  }
})

test('the npm package installs without any other package, and has the command', async () => {
  const tarball = workspace.path(`release/npm/publish-helm-chart-${VERSION}.tgz`)
  const folder = await workspace.write('user', { 'package.json': '{}' })
  const installed = await start('npm', ['install', '--offline', '--silent', tarball], folder)
  expect(installed.code).toBe(0)
  expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(
    ['publish-helm-chart']
  )
  const { stdout } = await start('npx', ['--offline', 'publish-helm-chart', 'version'], folder)
  expect(stdout).toBe(`publish-helm-chart ${VERSION}\n`)
})

test('a tag that is not the version of the package is not released', async () => {
  await expect(makeRelease('v99.0.0', workspace.path('other'))).rejects.toThrow(
    `has ${VERSION}, not 99.0.0`
  )
})
