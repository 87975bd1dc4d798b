// Writes which release workflows, documents and scripts use: node scripts/pins.ts [COMMIT VERSION SHA256]
// It is kept in pin.json alone. A commit cannot hold its own name, so the release workflow proposes the new one in a pull
// request after the release.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Pin {
  readonly commit: string
  /** The release that the commit belongs to. */
  readonly version: string
  /** Of publish-helm-chart.tar.gz in that release. */
  readonly sha256: string
}

const ROOT = join(import.meta.dirname, '..')
const PIN_FILE = join(ROOT, 'scripts/pin.json')
const FOLDERS = ['.github/workflows', 'examples', 'docs']

/** `uses:` of the action or of the shared workflow, at any ref. */
const USES =
  /(publish-helm-chart\/publish-helm-chart(?:\/\.github\/workflows\/publish\.yml)?@)[\w.-]+(?: # v[\w.-]+)?/g

if (process.argv[1] === import.meta.filename) {
  const [commit, version = '', sha256 = ''] = process.argv.slice(2)
  if (commit !== undefined) writePin(pinOf({ commit, version, sha256 }))
  for (const file of filesWithPins()) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    writeFileSync(join(ROOT, file), withPin(text, readPin()))
  }
}

/** `text` with the action, the shared workflow and the downloaded program as `pin` has them. */
export function withPin(text: string, { commit, version, sha256 }: Pin): string {
  return text
    .replace(USES, (_, action) => `${action}${commit} # ${version}`)
    .replace(/(PUBLISHER_VERSION\W{1,5})v\d[\w.-]*/g, (_, name) => `${name}${version}`)
    .replace(/(PUBLISHER_SHA256\W{1,5})[0-9a-f]{64}/g, (_, name) => `${name}${sha256}`)
}

/**
 * A pin from what the release workflow has.
 * @throws when it is not a full commit, not a version such as v1.2.3, or not a checksum
 */
export function pinOf({ commit, version, sha256 }: Pin): Pin {
  if (!/^[0-9a-f]{40}$/.test(commit)) throw new Error(`"${commit}" is not a full commit`)
  if (!/^v\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version)) throw new Error(`"${version}" is not a version`)
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`"${sha256}" is not a checksum`)
  return { commit, version, sha256 }
}

export function readPin(): Pin {
  return JSON.parse(readFileSync(PIN_FILE, 'utf8'))
}

/** Files that may use a release, by their paths from the root. */
export function filesWithPins(): readonly string[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name}`
    )
  )
  return [
    'README.md',
    'SECURITY.md',
    ...inFolders.filter((path) => /(?:\.(?:md|ya?ml|sh)|Jenkinsfile)$/.test(path))
  ]
}

function writePin(pin: Pin): void {
  writeFileSync(PIN_FILE, `${JSON.stringify(pin, undefined, 2)}\n`)
}
