import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { toolPath } from '../../scripts/tools.mjs'
import { readArchive } from '../../src/chart/archive.ts'
import { provenanceText } from '../../src/pgp/provenance-text.ts'
import { signProvenance } from '../../src/pgp/sign-provenance.ts'
import { verifyProvenance } from '../../src/pgp/verify-provenance.ts'
import { chartFiles } from '../support/charts/charts.ts'
import { dearmored, KEYS, signingKey } from '../support/pgp/pgp-keys.ts'
import { environmentIn, run } from '../support/program.ts'
import { Workspace } from '../support/workspace.ts'

const FILE = 'demo-1.2.3.tgz'
const KEYRING = dearmored(KEYS.rsa2048.public)

const workspace = new Workspace()

beforeAll(async () => {
  await workspace.open()
  await workspace.write('chart', chartFiles())
  await helm(toolPath('helm'), ['package', 'chart'])
  const archive = await readFile(workspace.path(FILE))
  const { metadata } = readArchive(archive)
  if (!metadata) throw new Error('the archive has no metadata')
  const text = provenanceText({ metadata, fileName: FILE, digest: digestOf(archive) })
  const key = await signingKey(KEYS.rsa2048.secret)
  const { provenance } = await signProvenance(key, text, new Date('2024-06-01T00:00:00Z'))
  await workspace.write('.', { [`${FILE}.prov`]: provenance, 'keyring.gpg': KEYRING })
})

afterAll(() => workspace.close())

function helm(path: string, args: readonly string[]) {
  return run(path, args, { environment: environmentIn(workspace), directory: workspace.path() })
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

interface Tampered {
  readonly provenance: Buffer
  readonly archive?: Buffer
  readonly fileName?: string
}

type Tampering = (text: string, archive: Buffer) => Tampered

function changed(change: (text: string) => string): Tampering {
  return (text) => ({ provenance: Buffer.from(change(text)) })
}

const otherSign = (sign: string) => (sign === 'A' ? 'B' : 'A')

const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'another word': changed((text) => text.replace('name: demo', 'name: other')),
  'another sum': changed((text) => text.replace(/sha256:./, 'sha256:x')),
  'a line more': changed((text) => text.replace('\n...\n', '\nx: y\n...\n')),
  'another signature': changed((text) =>
    text.replace(/(?<=SIGNATURE-----\n\n.*\n.*\n)./, otherSign)
  ),
  'no signature': changed((text) => text.replace(/-----BEGIN PGP SIGNATURE[\s\S]*/, '')),
  'half a signature': changed((text) => text.slice(0, -200)),
  'a header': changed((text) => text.replace('Hash: ', 'Comment: a\nHash: ')),
  'an unknown hash': changed((text) => text.replace('SHA512', 'SHA512, SHA7')),
  'a first line with more': changed((text) => text.replace('MESSAGE-----', 'MESSAGE----- ')),
  'another message before it': changed((text) => `${text.replaceAll('demo', 'evil')}\n${text}`),
  'a renamed archive': (text) => ({ provenance: Buffer.from(text), fileName: 'demo-1.2.4.tgz' }),
  'another archive': (text, archive) => ({
    provenance: Buffer.from(text),
    archive: Buffer.concat([archive, Buffer.alloc(1)])
  })
}

const ODDITIES: Readonly<Record<string, (text: string) => string>> = {
  'lines that end with CR LF': (text) => text.replaceAll('\n', '\r\n'),
  'blanks at the ends of lines': (text) => text.replace('name: demo', 'name: demo \t'),
  'text before and after it': (text) => `a\n${text}b\n${text.replaceAll('demo', 'evil')}`,
  'no hash header': (text) => text.replace('Hash: SHA512\n', ''),
  'another hash header': (text) => text.replace('SHA512', 'sha1,MD5 , SHA3-256'),
  'no checksum of the armor': (text) => text.replace(/\n=[^\n]{4}\n/, '\n')
}

/** ProtonMail/go-crypto reads the hash header since 1.4, and Helm 4.1 has 1.3. Nothing of that header is signed or used. */
const NOT_READ_BY_HELM_4_1 = ['an unknown hash']

describe.each<[string, string, readonly string[]]>([
  ['helm 4', toolPath('helm'), []],
  ['helm 4.1', toolPath('helm41'), NOT_READ_BY_HELM_4_1],
  ['helm 3', toolPath('helm3'), []]
])('%s', (_, path, notRead) => {
  const refused = Object.entries(TAMPERINGS).filter(([what]) => !notRead.includes(what))
  test.each(refused)('refuses with us: %s', async (_, tamper) => {
    expect(await verdicts(path, tamper)).toEqual({ helm: false, ours: 'invalid' })
  })

  test.each(Object.entries(ODDITIES))('takes with us: %s', async (_, change) => {
    expect(await verdicts(path, changed(change))).toEqual({ helm: true, ours: 'valid' })
  })
})

test.each(NOT_READ_BY_HELM_4_1)('helm 4.1 takes what we refuse: %s', async (what) => {
  const tamper = TAMPERINGS[what] ?? changed((text) => text)
  expect(await verdicts(toolPath('helm41'), tamper)).toEqual({ helm: true, ours: 'invalid' })
})

/** What helm and we say to provenance that somebody has changed after it was signed. */
async function verdicts(path: string, tamper: Tampering) {
  const signed = await readFile(workspace.path(`${FILE}.prov`), 'utf8')
  const original = await readFile(workspace.path(FILE))
  const { fileName = FILE, provenance, archive = original } = tamper(signed, original)
  await workspace.write('tampered', { [fileName]: archive, [`${fileName}.prov`]: provenance })
  const args = ['verify', workspace.path('tampered', fileName), '--keyring=keyring.gpg']
  const { code } = await helm(path, args)
  const verdict = await verifyProvenance({
    provenance,
    archive: { digest: digestOf(archive), fileName },
    keyring: [KEYRING]
  })
  return { helm: code === 0, ours: verdict.kind }
}
