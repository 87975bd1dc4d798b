import { Failure } from '../shared/failure.ts'
import { input } from '../shared/input-name.ts'
import { type HelmVersion, KNOWN_VERSIONS, satisfies } from './helm-version.ts'
import releases from './releases.json' with { type: 'json' }

/** An archive that Helm has published for this platform. */
export interface Release {
  readonly version: string
  /** As in Helm's file names: `linux-amd64`. The program is in a folder of that name. */
  readonly platform: string
  /** Of the archive, without a login. */
  readonly url: URL
  /** Of the archive, in lower case. */
  readonly sha256: string
  /** The archive's name on this machine: PowerShell refuses a zip file whose name does not end so. */
  readonly fileName: 'helm.zip' | 'helm.tar.gz'
}

export interface WantedRelease {
  /** Without a patch number, the newest that is built in is taken. */
  readonly version: HelmVersion
  /** SHA-256 of the archive in hexadecimal; undefined takes the one that is built in. */
  readonly sha256: string | undefined
  /** Base of the address, as https://get.helm.sh. */
  readonly downloadUrl: string
}

const CHECKSUMS: Readonly<Record<string, Readonly<Record<string, string>>>> = releases.sha256
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

/** For which machine, as Node names it. */
interface Machine {
  readonly platform: NodeJS.Platform
  readonly arch: string
}

/**
 * The archive of Helm for a machine: .zip for Windows, .tar.gz for all others.
 * @throws Failure helm, when its checksum is not known
 */
export function chooseRelease(
  { version, sha256, downloadUrl }: WantedRelease,
  machine: Machine = process
): Release {
  const isWindows = machine.platform === 'win32'
  const system = isWindows ? 'windows' : machine.platform
  const platform = `${system}-${ARCHITECTURES[machine.arch] ?? machine.arch}`
  const known = KNOWN_VERSIONS.find((candidate) => satisfies(candidate, version))
  const { text } = sha256 === undefined && known ? known : version
  const checksum = sha256 ?? CHECKSUMS[text]?.[platform]
  if (checksum === undefined) throw noChecksum(text, platform)
  const ending = isWindows ? 'zip' : 'tar.gz'
  const url = new URL(`${downloadUrl.replace(/\/+$/, '')}/helm-${text}-${platform}.${ending}`)
  url.username = ''
  url.password = ''
  return {
    version: text,
    platform,
    url,
    sha256: checksum.toLowerCase(),
    fileName: `helm.${ending}`
  }
}

function noChecksum(version: string, platform: string): Failure {
  const versions = KNOWN_VERSIONS.map(({ text }) => text).join(', ')
  const message = `Helm ${version} for ${platform} cannot be verified: its checksum is not built in.`
  const fix = `Set ${input('helm-sha256')} to the checksum that Helm published, or ${input('helm-version')} to one of ${versions}.`
  return new Failure('helm', { message, fix })
}
