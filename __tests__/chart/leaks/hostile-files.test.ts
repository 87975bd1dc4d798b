import { expect, test } from '@jest/globals'
import { findLeaks } from '../../../src/chart/leaks/find-leaks.ts'

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
