// Writes the commit of the action that workflows and documents use: node scripts/pins.ts [COMMIT VERSION]
// It is kept in pin.json alone. A commit cannot hold its own name, so the release workflow proposes the new one in a pull
// request after the release.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Pin {
  readonly commit: string
  /** The release that the commit belongs to. */
  readonly version: string
}

const ROOT = join(import.meta.dirname, '..')
const PIN_FILE = join(ROOT, 'scripts/pin.json')
const FOLDERS = ['.github/workflows', 'examples', 'docs']

/** `uses:` of the action or of the shared workflow, at any ref. */
const USES =
  /(publish-helm-chart\/publish-helm-chart(?:\/\.github\/workflows\/publish\.yml)?@)[\w.-]+(?: # v[\w.-]+)?/g

if (process.argv[1] === import.meta.filename) {
  const [commit, version] = process.argv.slice(2)
  if (commit !== undefined) writePin(pinOf(commit, version ?? ''))
  for (const file of filesWithPins()) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    writeFileSync(join(ROOT, file), withPin(text, readPin()))
  }
}

/** `text` with the action, and the shared workflow, at the commit of `pin`. */
export function withPin(text: string, { commit, version }: Pin): string {
  return text.replace(USES, (_, action) => `${action}${commit} # ${version}`)
}

/**
 * A pin from what the release workflow has.
 * @throws when it is not a full commit, or not a version such as v1.2.3
 */
export function pinOf(commit: string, version: string): Pin {
  if (!/^[0-9a-f]{40}$/.test(commit)) throw new Error(`"${commit}" is not a full commit`)
  if (!/^v\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version)) throw new Error(`"${version}" is not a version`)
  return { commit, version }
}

export function readPin(): Pin {
  return JSON.parse(readFileSync(PIN_FILE, 'utf8'))
}

/** Files that may use the action, by their paths from the root. */
export function filesWithPins(): readonly string[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name}`
    )
  )
  return ['README.md', ...inFolders.filter((path) => /\.(?:md|ya?ml)$/.test(path))]
}

function writePin(pin: Pin): void {
  writeFileSync(PIN_FILE, `${JSON.stringify(pin, undefined, 2)}\n`)
}
