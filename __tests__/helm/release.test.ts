import { describe, expect, test } from '@jest/globals'
import { KNOWN_VERSIONS } from '../../src/helm/helm-version.ts'
import { chooseRelease } from '../../src/helm/release.ts'
import releases from '../../src/helm/releases.json' with { type: 'json' }

const [version] = KNOWN_VERSIONS
if (!version) throw new Error('no version of helm is built in')
const WANTED = { version, sha256: undefined, downloadUrl: 'https://get.helm.sh/' }

describe('the archive of helm', () => {
  test.each([
    ['linux', 'x64', 'linux-amd64.tar.gz', 'helm.tar.gz'],
    ['linux', 'arm64', 'linux-arm64.tar.gz', 'helm.tar.gz'],
    ['linux', 'ia32', 'linux-386.tar.gz', 'helm.tar.gz'],
    ['darwin', 'arm64', 'darwin-arm64.tar.gz', 'helm.tar.gz'],
    ['darwin', 'x64', 'darwin-amd64.tar.gz', 'helm.tar.gz'],
    ['win32', 'x64', 'windows-amd64.zip', 'helm.zip']
  ] as const)(
    'for %s on %s ends with %s, and is saved as %s',
    (platform, arch, ending, fileName) => {
      const release = chooseRelease(WANTED, { platform, arch })
      expect(release.url.href).toBe(`https://get.helm.sh/helm-${version.text}-${ending}`)
      expect(release).toMatchObject({ fileName, platform: ending.split('.')[0] })
      expect(release.sha256).toMatch(/^[0-9a-f]{64}$/)
    }
  )

  test('for a machine without a checksum is refused, with the input that gives one', () => {
    const machine = { platform: 'freebsd', arch: 'riscv64' } as const
    expect(() => chooseRelease(WANTED, machine)).toThrow('freebsd-riscv64 cannot be verified')
    const sha256 = 'AB'.repeat(32)
    expect(chooseRelease({ ...WANTED, sha256 }, machine).sha256).toBe(sha256.toLowerCase())
  })

  test('of every version that is built in has a checksum for the platforms of hosted runners', () => {
    const hosted = ['linux-amd64', 'linux-arm64', 'darwin-amd64', 'darwin-arm64', 'windows-amd64']
    for (const checksums of Object.values(releases.sha256)) {
      expect(Object.keys(checksums)).toEqual(expect.arrayContaining(hosted))
    }
  })
})
