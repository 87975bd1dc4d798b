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

const BEGIN = '-----BEGIN PRIVATE KEY-----'
const ENCODED = Buffer.from(`${BEGIN}\n`).toString('base64')

/** What patterns could try again and again: a few of these took minutes, in which no signal ends the process. */
test.each<[string, string]>([
  ...[' ', '\n', '\\', '"', '" ', '&#0', '&#x0', '%', '+ ', "',", '0', 'a '].flatMap(
    (part) =>
      [
        [`a title, then many ${JSON.stringify(part)}`, `${BEGIN}"a${part.repeat(60_000)}b`],
        [`base64, then many ${JSON.stringify(part)}`, `${ENCODED}${part.repeat(90_000)}b`],
        [
          `a kubeconfig with many ${JSON.stringify(part)}`,
          `users:\ncurrent-context${part.repeat(60_000)}b`
        ],
        [`a login of Docker with many ${JSON.stringify(part)}`, `"auths"${part.repeat(16_000)}auth`]
      ] satisfies readonly [string, string][]
  )
])(
  'a file made to take long does not: %s',
  (_, content) => {
    expect(findLeaks('files/any', Buffer.from(content.repeat(5)))).toEqual([])
  },
  2000
)
