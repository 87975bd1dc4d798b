// Makes what a release consists of, from a built dist/: node scripts/release/assets.ts TAG FOLDER
// FOLDER/assets goes to the release with its checksums, FOLDER/npm to npm, FOLDER/notes.md is the text of the release.
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { create } from 'tar'
import { execute } from '../execute.mjs'
import { publishedPackage } from './npm-package.ts'
import { bundledBom } from './sbom.ts'
import { notesOf, releaseOf } from './version.ts'

const ROOT = join(import.meta.dirname, '../..')
const PROGRAM = 'publish-helm-chart'

if (process.argv[1] === import.meta.filename) {
  const [tag, folder] = process.argv.slice(2)
  if (!tag || !folder) throw new Error('give a tag and a folder')
  await makeRelease(tag, resolve(folder))
}

/** @throws when the tag is not the version of the package, or the changelog does not have that version */
export async function makeRelease(tag: string, folder: string): Promise<void> {
  const { version } = releaseOf(tag)
  const source = JSON.parse(read('package.json'))
  if (source.version !== version)
    throw new Error(`package.json has ${source.version}, not ${version}`)
  const notes = notesOf(read('CHANGELOG.md'), version)
  const [assets, npm] = [join(folder, 'assets'), join(folder, 'npm')]
  for (const path of [assets, npm]) mkdirSync(path, { recursive: true })
  writeFileSync(join(folder, 'notes.md'), notes)
  writeFileSync(join(assets, `${PROGRAM}.tar.gz`), await distArchive(folder))
  writeFileSync(join(assets, `${PROGRAM}.cdx.json`), await sbom())
  await packForNpm({ folder: join(folder, 'package'), npm, source })
  writeFileSync(join(assets, 'SHA256SUMS'), checksums(assets))
}

/** dist/ with the licence. The same files always give the same bytes. */
async function distArchive(folder: string): Promise<Buffer> {
  const program = join(folder, 'dist', PROGRAM)
  cpSync(join(ROOT, 'dist'), program, { recursive: true })
  cpSync(join(ROOT, 'LICENSE'), join(program, 'LICENSE'))
  chmodSync(join(program, 'cli.cjs'), 0o755)
  const files = readdirSync(program).toSorted()
  const options = { cwd: join(folder, 'dist'), portable: true, mtime: new Date(0) }
  const tar = create(
    options,
    files.map((file) => `${PROGRAM}/${file}`)
  )
  return gzipSync(await buffer(tar), { level: 9 })
}

async function sbom(): Promise<string> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only']
  const { stdout } = await execute('npm', args, { cwd: ROOT })
  const bom = bundledBom(JSON.parse(stdout), { licences: read('dist/licenses.txt'), name: PROGRAM })
  return `${JSON.stringify(bom, undefined, 2)}\n`
}

interface NpmPackage {
  readonly folder: string
  readonly npm: string
  readonly source: Readonly<Record<string, unknown>>
}

async function packForNpm({ folder, npm, source }: NpmPackage): Promise<void> {
  mkdirSync(folder)
  for (const name of ['action.yml', 'dist', 'LICENSE', 'README.md']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  }
  const json = JSON.stringify(publishedPackage(source), undefined, 2)
  writeFileSync(join(folder, 'package.json'), `${json}\n`)
  await execute('npm', ['pack', '--silent', '--pack-destination', npm], { cwd: folder })
}

/** As `sha256sum --check` reads it. */
function checksums(folder: string): string {
  const lines = readdirSync(folder)
    .toSorted()
    .map((file) => {
      const sum = createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex')
      return `${sum}  ${file}\n`
    })
  return lines.join('')
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}
