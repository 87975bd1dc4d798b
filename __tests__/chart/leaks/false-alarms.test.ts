import { expect, test } from '@jest/globals'
import { readArchive } from '../../../src/chart/archive.ts'
import { findLeaks } from '../../../src/chart/leaks/find-leaks.ts'
import { archiveOf } from '../../support/charts/archives.ts'
import { HARMLESS_FILES } from '../../support/charts/harmless-files.ts'

test.each(HARMLESS_FILES)('%s raises no alarm: %j', (path, content) => {
  expect(findLeaks(path, Buffer.from(content))).toEqual([])
  expect(findLeaks(path, Buffer.from(content.replaceAll('\n', '\r\n')))).toEqual([])
})

test('all harmless files together raise no alarm, in a chart and in a subchart', () => {
  const files = HARMLESS_FILES.map(([path, body], index) => ({
    name: `demo/${index % 2 === 0 ? 'files' : 'charts/sub/files'}/${index}/${path}`,
    body
  }))
  const subchart = {
    name: 'demo/charts/sub/Chart.yaml',
    body: 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'
  }
  const { problems } = readArchive(archiveOf(...files, subchart))
  const alarms = problems.filter(({ code }) => ['private-key', 'login-file'].includes(code))
  expect(alarms).toEqual([])
})
