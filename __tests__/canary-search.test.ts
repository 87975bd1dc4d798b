import { mkdir, symlink } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { awkwardCanary, keyCanary, partOf, tokenCanary } from './support/canary/canaries.ts'
import { CanarySearch } from './support/canary/search.ts'
import { archiveOf } from './support/charts/archives.ts'
import { useWorkspace } from './support/workspace.ts'

const canary = awkwardCanary('planted')
const { value } = canary
const search = new CanarySearch([awkwardCanary('other'), canary, tokenCanary('a token')])
const workspace = useWorkspace()

const bytes = Buffer.from(value)
const lower = (text: string) => text.replace(/%../g, (code) => code.toLowerCase())
const everyCharacter = (write: (code: number) => string) => [...bytes].map(write).join('')

describe('the search finds a planted canary', () => {
  test.each<[string, string | Buffer]>([
    ['as it is', value],
    ['in UTF-16LE', Buffer.from(value, 'utf16le')],
    ['in hexadecimal', bytes.toString('hex')],
    ['in hexadecimal of upper case', bytes.toString('hex').toUpperCase()],
    ['in a URL', encodeURIComponent(value)],
    ['in a URL with lower-case escapes', lower(encodeURIComponent(value))],
    ['in a URL that escapes all', everyCharacter((code) => `%${code.toString(16)}`)],
    ['before the host of a URL', Object.assign(new URL('http://h'), { password: value }).href],
    ['in a form', new URLSearchParams({ a: value }).toString()],
    ['in JSON', JSON.stringify({ value })],
    ['in JSON within JSON', JSON.stringify(JSON.stringify({ value }))],
    ['in JSON as Go writes it', JSON.stringify(value).replace(/&/g, '\\u0026')],
    ['in JSON that escapes all', everyCharacter((code) => `\\u00${code.toString(16)}`)],
    ['in HTML', value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;')],
    ['in HTML that escapes all', everyCharacter((code) => `&#${code};`)],
    [
      'in HTML that escapes all in hexadecimal',
      everyCharacter((code) => `&#x${code.toString(16)};`)
    ],
    ['in a shell', `'${value.replaceAll("'", "'\\''")}'`],
    ['cut off in the middle', value.slice(0, value.length / 2 + 4)],
    ['cut off at its beginning', value.slice(value.length / 2 - 4)],
    ['zipped', gzipSync(`a text with ${value} in it`)],
    ['in an archive', archiveOf({ name: 'demo/values.yaml', body: `password: ${value}` })]
  ])('%s', (_, content) => {
    expect(search.in(content)).toEqual(['planted'])
  })

  test.each(['', 'u', 'us', 'ci:'])('in base64 behind "%s"', (before) => {
    for (const encoding of ['base64', 'base64url'] as const) {
      for (const after of ['', '\n', ':x', 'yz ']) {
        const text = Buffer.from(before + value + after).toString(encoding)
        expect(search.in(`Basic ${text}, and more`)).toEqual(['planted'])
      }
    }
  })

  test('in files, folders, archives, names and links of a folder', async () => {
    const mark = canary.marks[0] ?? ''
    await workspace.write('tree', {
      'deep/er/file.txt': `it is ${value}`,
      'chart.tgz': archiveOf({ name: 'demo/values.yaml', body: value }),
      [`named-${mark}.txt`]: 'nothing',
      'innocent.txt': 'nothing'
    })
    await mkdir(workspace.path(`tree/${mark}`))
    await symlink(`/nowhere/${mark}`, workspace.path('tree/link'))
    expect(await search.inTree(workspace.path('tree'))).toEqual(
      [
        `${mark}: planted`,
        'chart.tgz: planted',
        'deep/er/file.txt: planted',
        'link: planted',
        `named-${mark}.txt: planted`
      ].sort()
    )
  })
})

test('the search finds nothing where nothing was planted', () => {
  const stranger = awkwardCanary('planted').value
  expect(search.in(`${stranger} ${Buffer.from(stranger).toString('base64')}`)).toEqual([])
})

test('every line of a key is a canary by itself', () => {
  const lines = ['MIGHAgEAMBMGByqGSM49AgEG', 'pMXcho8LMzQHsY8NBVNWvGd9', 'YCXd43Sx9Rig0hi7qShRANCA']
  const pem = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----'].join('\n')
  expect(partOf(pem, 0)).toBe(lines.join('\n'))
  const [first = ''] = lines
  expect(partOf(pem, 3, first.length + 2).trim()).toBe(
    `${first.slice(3)}\n${lines[1]?.slice(0, 2)}`
  )
  const key = new CanarySearch([keyCanary('key', pem, lines[1] ?? '')])
  expect(key.in(`a line of it: ${lines[1]}`)).toEqual(['key'])
})
