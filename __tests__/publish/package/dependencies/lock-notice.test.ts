import { describe, expect, test } from '@jest/globals'
import { readChartDirectory } from '../../../../src/directory/chart-directory.ts'
import { lockNotice } from '../../../../src/publish/package/dependencies/new-lock.ts'
import {
  archivesOf,
  type ProvidedChart
} from '../../../../src/publish/package/dependencies/provided-chart.ts'
import { sourceOptions } from '../../../support/charts/sources.ts'
import { useWorkspace } from '../../../support/workspace.ts'

const workspace = useWorkspace()

/** A chart without a lock that needs lib from a registry. */
async function chart() {
  const path = await workspace.write('app', {
    'Chart.yaml':
      'apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- {name: lib, version: ~1.0, repository: "oci://registry.example/charts"}\n'
  })
  return readChartDirectory(path, sourceOptions({ mode: 'build' }))
}

async function provided(more: Partial<ProvidedChart> = {}) {
  const directory = await chart()
  const [wanted] = directory.plan.wanted
  if (!wanted) throw new Error('lib is to be fetched')
  const one: ProvidedChart = {
    ...{ wanted, name: 'lib', version: '1.0.3', fileName: 'lib-1.0.3.tgz', path: '/tmp/lib.tgz' },
    ...{ digest: 'sha256:0', origin: 'fetched', isResolvedAgain: false, isCheckedOut: false },
    ...more
  }
  return { directory, one }
}

const LOCK = { name: 'Chart.lock', text: '' }

describe('the notice that no lock decides', () => {
  test('names the versions that were taken', async () => {
    const { directory, one } = await provided()
    expect(lockNotice(directory, [one], LOCK)).toContain(
      'newest matching versions were used: lib ~1.0 → 1.0.3.'
    )
  })

  test('says when there is a lock that is ignored', async () => {
    const { one } = await provided()
    await workspace.write('app', { 'Chart.lock': 'dependencies: []' })
    const path = workspace.path('app')
    const directory = await readChartDirectory(path, sourceOptions({ mode: 'update' }))
    expect(lockNotice(directory, [one], LOCK)).toContain(
      ' has a Chart.lock that `dependencies: update` ignores, so'
    )
  })

  test('does not name charts of the run: the commit has them, and no registry that could be locked', async () => {
    const { directory, one } = await provided({ isCheckedOut: true })
    expect(lockNotice(directory, [one], LOCK)).toBeUndefined()
  })
})

test('an archive whose name no file can have is refused, with the name cut', async () => {
  const { one } = await provided({ fileName: `lib-1.0.0-${'a'.repeat(250)}.tgz` })
  expect(() => archivesOf([one])).toThrow(
    /"lib-1\.0\.0-a+… \(\d+ more characters\)", is longer than a file may have/
  )
})
