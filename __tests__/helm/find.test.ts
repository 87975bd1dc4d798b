import { chmod, readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { type FindHelmOptions, findHelm } from '../../src/helm/find.ts'
import { type HelmVersion, parseHelmVersion } from '../../src/helm/helm-version.ts'
import { SecretRegistry } from '../../src/shared/secret-registry.ts'
import { RecordingLogger } from '../support/log.ts'
import { useWorkspace } from '../support/workspace.ts'

const workspace = useWorkspace()

/** Puts a program named helm on PATH that prints `output` for every call. */
async function helmPrinting(output: string): Promise<string> {
  const folder = await workspace.write('bin', {
    helm: `#!/bin/sh\n/usr/bin/env > "${workspace.path('env')}"\n${output}\n`
  })
  await chmod(`${folder}/helm`, 0o755)
  return folder
}

function version(text: string): HelmVersion | undefined {
  return parseHelmVersion(text)
}

function optionsWith(PATH: string, more: Partial<FindHelmOptions> = {}): FindHelmOptions {
  return {
    wanted: undefined,
    sha256: undefined,
    downloadUrl: 'http://127.0.0.1:1',
    environment: { PATH, HOME: '/home/ci', SECRET_TOKEN: 'x' },
    ca: undefined,
    timeoutMs: 10_000,
    secrets: new SecretRegistry(() => undefined),
    folder: workspace.path('tmp'),
    signal: new AbortController().signal,
    logger: new RecordingLogger(),
    ...more
  }
}

test('the helm on PATH is used when it is recent enough', async () => {
  const folder = await helmPrinting('echo v4.3.0+g123')
  const helm = await findHelm(optionsWith(`/nowhere:${folder}`))
  expect(helm).toMatchObject({ path: `${folder}/helm`, version: { text: 'v4.3.0' } })
})

test('it sees the allowed part of the environment, and its own folders', async () => {
  await findHelm(optionsWith(await helmPrinting('echo v4.3.0')))
  const seen = await readFile(workspace.path('env'), 'utf8')
  expect(seen).toContain('HOME=/home/ci\n')
  expect(seen).toContain(`HELM_REGISTRY_CONFIG=${workspace.path('tmp')}/registry.json\n`)
  expect(seen).not.toContain('SECRET_TOKEN')
})

test('relative folders of PATH are not looked into', async () => {
  await helmPrinting('echo v4.3.0')
  const before = process.cwd()
  process.chdir(workspace.path())
  try {
    const found = findHelm(optionsWith('bin:.', { wanted: version('v9.9.9') }))
    await expect(found).rejects.toMatchObject({ kind: 'helm' })
    await expect(readFile(workspace.path('env'))).rejects.toThrow('ENOENT')
  } finally {
    process.chdir(before)
  }
})

test('with `helm-sha256`, the helm on PATH is not run, however recent it is', async () => {
  const folder = await helmPrinting('echo v4.3.0')
  const sha256 = 'a'.repeat(64)
  const found = findHelm(optionsWith(folder, { sha256, timeoutMs: 100 }))
  await expect(found).rejects.toMatchObject({ kind: 'helm' })
  await expect(readFile(workspace.path('env'))).rejects.toThrow('ENOENT')
})

test('a version that lacks security fixes is refused when it is asked for by name', async () => {
  const folder = await helmPrinting('echo v3.12.0')
  const found = findHelm(optionsWith(folder, { wanted: version('v3.12.0') }))
  await expect(found).rejects.toMatchObject({
    kind: 'helm',
    message: expect.stringContaining('does not have all security fixes')
  })
})

test('a version whose checksum is not known is refused', async () => {
  const found = findHelm(optionsWith('', { wanted: version('v4.9.9') }))
  await expect(found).rejects.toMatchObject({
    kind: 'helm',
    fix: expect.stringContaining('helm-sha256')
  })
})

test('a helm that prints no version is told', async () => {
  const found = findHelm(optionsWith(await helmPrinting('echo broken >&2; exit 1')))
  await expect(found).rejects.toMatchObject({
    kind: 'helm',
    message: expect.stringContaining('"broken"')
  })
})
