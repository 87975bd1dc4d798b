// Renews the trusted roots that are built in, and prints what is new in them: `npm run renew-roots`. Needs gh and the
// internet. gh verifies both repositories (TUF), from the roots of theirs that it has built in.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { trustedRootsIn } from '../../src/sigstore/trusted-root.ts'
import { type BuiltIn, renewedRoots } from './renewed-roots.ts'

const FOLDER = join(import.meta.dirname, '../../src/sigstore')
const FILES = {
  publicGood: 'public-good-root.json',
  gitHub: 'github-root.json',
  module: 'trusted-root.ts'
} satisfies Record<keyof BuiltIn, string>

const printed = execFileSync('gh', ['attestation', 'trusted-root'], { encoding: 'utf8' })
// What the program could not use is an error here.
await trustedRootsIn(Buffer.from(printed), 'that gh has printed')
const renewed = renewedRoots(printed, kept(), new Date())
if (renewed) {
  for (const [key, file] of entries()) writeFileSync(join(FOLDER, file), renewed[key])
}
const lines = renewed?.changes ?? ['Nothing is new.']
process.stdout.write(lines.map((line) => `- ${line}\n`).join(''))

function kept(): BuiltIn {
  const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8')
  return {
    publicGood: read(FILES.publicGood),
    gitHub: read(FILES.gitHub),
    module: read(FILES.module)
  }
}

function entries(): readonly (readonly [keyof BuiltIn, string])[] {
  return [
    ['publicGood', FILES.publicGood],
    ['gitHub', FILES.gitHub],
    ['module', FILES.module]
  ]
}
