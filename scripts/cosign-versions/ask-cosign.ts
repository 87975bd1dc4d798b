// What a version of cosign says about a bundle of ours, and which flags it wants for that.
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf } from '../../src/shared/failure.ts'
import { toolPath } from '../tools.mjs'
import { pemOf, type Signed } from './publish-signed.ts'

const WORKFLOW = 'https://github.com/acme/charts/.github/workflows/release.yml@refs/heads/main'
/** From nothing to all that may be wanted: the first that will do is reported. */
const FLAGS = [[], ['--use-signed-timestamps'], ['--insecure-ignore-tlog']] as const
/** It takes a second, or asks a network that is not there. */
const TIMEOUT_MS = 60_000
const SIGNATURE = ['verify'] as const
const PROVENANCE = ['verify-attestation', '--type', 'slsaprovenance1'] as const

export interface Verdict {
  readonly text: string
  /** Whether what we signed is accepted, and what somebody else signed is not. */
  readonly isRight: boolean
}

/** Who is said to have signed. */
type Who = 'signer' | 'stranger'

export interface Asked {
  /** The name of a tool. */
  readonly cosign: string
  readonly issuer: string
  readonly folder: string
}

/** What it says about the signature, and about the provenance of a certificate. */
export async function verdictsOn(signed: Signed, asked: Asked): Promise<readonly Verdict[]> {
  const commands = signed.key === undefined ? [SIGNATURE, PROVENANCE] : [SIGNATURE]
  return Promise.all(commands.map((command) => verdictOf(command, signed, asked)))
}

async function verdictOf(
  command: readonly string[],
  signed: Signed,
  asked: Asked
): Promise<Verdict> {
  const refusals: string[] = []
  for (const flags of FLAGS) {
    const run = (who: Who) => {
      return ask([...command, ...flags, ...trusting(who, signed, asked)], signed, asked)
    }
    const refusal = await run('signer')
    if (refusal === undefined) {
      const isRight = (await run('stranger')) !== undefined
      const text = isRight ? 'accepted' : 'accepted, and so is what a stranger signed,'
      return { text: [text, ...flags].join(' with '), isRight }
    }
    refusals.push(refusal)
  }
  return { text: `refused: ${refusals[0]}`, isRight: false }
}

/** The flags that say who is trusted: who signed, or somebody else. */
function trusting(who: Who, { key }: Signed, asked: Asked): readonly string[] {
  if (key === undefined) {
    const identity = who === 'signer' ? WORKFLOW : WORKFLOW.replace('acme', 'stranger')
    return ['--certificate-identity', identity, '--certificate-oidc-issuer', asked.issuer]
  }
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const file = join(asked.folder, `${who}.pub`)
  writeFileSync(file, who === 'signer' ? key : pemOf(publicKey))
  return ['--key', file]
}

/** Why it refuses. */
async function ask(
  args: readonly string[],
  { ref, log }: Signed,
  { cosign, folder }: Asked
): Promise<string | undefined> {
  const more = ['--trusted-root', log.trustedRoot, '--allow-http-registry', ref]
  const env = { PATH: process.env['PATH'], HOME: folder }
  try {
    await promisify(execFile)(toolPath(cosign), [...args, ...more], { env, timeout: TIMEOUT_MS })
    return undefined
  } catch (error) {
    const stderr = error instanceof Error ? String(Reflect.get(error, 'stderr')) : ''
    return stderr.split('\n').find((line) => /error/i.test(line)) ?? messageOf(error)
  }
}
