import { existsSync } from 'node:fs'
import { chmod, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { parseHelmVersion } from '../../../src/helm/helm-version.ts'
import type { PackageOptions } from '../../../src/helm/package.ts'
import { withEarlyRun } from '../../../src/publish/package/early-run.ts'
import { chartFiles } from '../../support/charts/charts.ts'
import { RecordingLogger } from '../../support/log.ts'
import { environmentIn } from '../../support/program.ts'
import { useWorkspace } from '../../support/workspace.ts'

const workspace = useWorkspace()

/** A program that writes its number, and packages until it is killed. */
async function slowHelm(): Promise<string> {
  const file = workspace.path('started')
  const script = `#!/bin/sh\necho $$ > "${file}.new"\nmv "${file}.new" "${file}"\nexec sleep 60\n`
  const folder = await workspace.write('bin', { helm: script })
  await chmod(`${folder}/helm`, 0o755)
  return `${folder}/helm`
}

async function optionsFor(): Promise<PackageOptions> {
  return {
    chart: await workspace.write('chart', chartFiles()),
    version: undefined,
    appVersion: undefined,
    sourceDateEpoch: undefined,
    environment: environmentIn(workspace),
    largestArchiveBytes: 1024,
    folder: await workspace.write('private', { file: '' }),
    signal: new AbortController().signal,
    logger: new RecordingLogger()
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('the helm on PATH is killed, and what it wrote not used, when its version is too old', async () => {
  const version = parseHelmVersion('v4.3.0')
  if (!version) throw new Error('this is a version')
  const helm = { path: '/elsewhere/helm', version }
  const found = async () => {
    const end = Date.now() + 10_000
    while (!existsSync(workspace.path('started')) && Date.now() < end) await pause(10)
    return helm
  }
  const atWork = await withEarlyRun(await slowHelm(), found(), await optionsFor())
  expect(atWork).toEqual({ helm, before: undefined })
  expect(isAlive(Number(await readFile(workspace.path('started'), 'utf8')))).toBe(false)
})
