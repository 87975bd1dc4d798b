import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type ArchiveEntry, gzipOf, tarOf } from '../charts/archives.ts'
import { chartFiles } from '../charts/charts.ts'
import { lockOf } from '../dependencies/lock-of.ts'
import { answer, type Pages, redirectTo } from '../network/web-servers.ts'

/** Where the parties of an attack are: URLs of two repositories on different hosts, and hosts of registries. */
export interface Scene {
  readonly repository: string
  readonly stranger: string
  readonly registry: string
}

export interface Attack {
  readonly title: string
  readonly code: number
  /** What the error has to say. */
  readonly says: string | RegExp
  /** The line `dependencies` of Chart.yaml and what follows; alpha 1.0.0 of the repository unless given. */
  readonly declares?: (scene: Scene) => string
  readonly files?: (scene: Scene) => Readonly<Record<string, string>>
  /** What the repository answers. */
  readonly pages?: PagesOf
  /** What the other host answers. */
  readonly elsewhere?: Pages
  /** Whether 1.0.0 is locked. */
  readonly isLocked?: boolean
}

export function dependency(repository: string, more = '', name = 'alpha'): string {
  return `- name: ${name}\n  version: 1.0.0\n  repository: ${JSON.stringify(repository)}\n${more}`
}

/** An archive of a chart, with more entries. */
export function archive(
  { name = 'alpha', version = '1.0.0' }: { readonly name?: string; readonly version?: string } = {},
  ...more: readonly ArchiveEntry[]
): Buffer {
  const body = `apiVersion: v2\nname: ${name}\nversion: ${version}\n`
  return gzipOf(tarOf([{ name: `${name}/Chart.yaml`, body }, ...more]))
}

interface Listed {
  readonly urls?: readonly string[]
  readonly digest?: string
  readonly version?: string
}

export function indexOf({ urls = ['alpha-1.0.0.tgz'], digest, version = '1.0.0' }: Listed = {}) {
  const entry = { apiVersion: 'v2', name: 'alpha', version, urls, digest }
  return JSON.stringify({ apiVersion: 'v1', entries: { alpha: [entry] } })
}

/** The pages of a repository, by those of the others. */
type PagesOf = (scene: Scene) => Pages

/** A repository that is sound but for one archive. */
function withArchive(bytes: Buffer): PagesOf {
  return () => ({ '/charts/index.yaml': indexOf(), '/charts/alpha-1.0.0.tgz': bytes })
}

function withIndex(index: Pages[string]): PagesOf {
  return () => ({ '/charts/index.yaml': index })
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const yamlEntry = '- {version: 1.0.0, urls: [a.tgz]}\n'

const INDEXES: readonly Attack[] = [
  {
    title: 'an index that unpacks to gigabytes',
    code: 6,
    says: /has more than \d+ bytes/,
    pages: withIndex(gzipSync(Buffer.alloc(300 * 1024 * 1024)))
  },
  {
    title: 'an index that is nested deeply',
    code: 6,
    says: 'The index of',
    pages: withIndex(`apiVersion: v1\nentries: ${'['.repeat(200_000)}`)
  },
  {
    title: 'an index in JSON that is nested deeply',
    code: 6,
    says: 'The index of',
    pages: withIndex(`{"entries":{"alpha":${'['.repeat(200_000)}`)
  },
  {
    title: 'an index with millions of entries',
    code: 6,
    says: 'The index of',
    pages: withIndex(
      gzipSync(
        `apiVersion: v1\nentries:\n  alpha:\n  ${yamlEntry}`.padEnd(
          150 * 1024 * 1024,
          `  ${yamlEntry}`
        )
      )
    )
  },
  {
    title: 'an index of anchors that multiply',
    code: 6,
    says: 'The index of',
    pages: withIndex(bomb())
  },
  {
    title: 'a login page in place of an index',
    code: 5,
    says: 'is a web page, such as the page of a login',
    pages: withIndex('<!DOCTYPE html><html><form action="/login"></form></html>')
  },
  {
    title: 'an index that is something else',
    code: 6,
    says: 'The index of',
    pages: withIndex('- 1\n- 2\n')
  },
  { title: 'an index that does not exist', code: 5, says: '404', pages: () => ({}) },
  {
    title: 'an index that needs another login',
    code: 5,
    says: '401',
    pages: withIndex(answer(401, 'no'))
  },
  {
    title: 'an index behind endless redirects',
    code: 6,
    says: 'redirect',
    pages: withIndex(redirectTo('/charts/index.yaml'))
  },
  {
    title: 'an index that redirects to a metadata service',
    code: 6,
    says: '169.254.169.254',
    pages: withIndex(redirectTo('http://169.254.169.254/latest/meta-data/'))
  },
  {
    title: 'an index that redirects to plain http',
    code: 6,
    says: 'http',
    pages: withIndex(redirectTo('http://localhost:1/index.yaml'))
  },
  {
    title: 'an index that another host gives, without the locked version',
    code: 4,
    says: 'does not have alpha 1.0.0 any more, which is locked',
    declares: ({ repository }) =>
      `dependencies:\n${dependency(repository).replace('1.0.0', '">=1.0.0"')}`,
    isLocked: true,
    pages: ({ stranger }) => ({ '/charts/index.yaml': redirectTo(`${stranger}/index.yaml`) }),
    elsewhere: { '/charts/index.yaml': indexOf({ version: '99.0.0' }) }
  }
]

const ARCHIVES: readonly Attack[] = [
  {
    title: 'an archive of another chart',
    code: 4,
    says: 'is another chart',
    pages: withArchive(archive({ name: 'beta' }))
  },
  {
    title: 'an archive of another version',
    code: 4,
    says: 'is another chart',
    pages: withArchive(archive({ version: '1.0.1' }))
  },
  {
    title: 'an archive with another digest than the index has',
    code: 4,
    says: sha256(archive()),
    pages: () => ({
      '/charts/index.yaml': indexOf({ digest: 'a'.repeat(64) }),
      '/charts/alpha-1.0.0.tgz': archive()
    })
  },
  {
    title: 'an archive that redirects to one of the same name elsewhere',
    code: 4,
    says: 'is not the one that the index of',
    pages: ({ stranger }) => ({
      '/charts/index.yaml': indexOf({ digest: sha256(archive()) }),
      '/charts/alpha-1.0.0.tgz': redirectTo(`${stranger}/alpha-1.0.0.tgz`)
    }),
    elsewhere: {
      '/charts/alpha-1.0.0.tgz': archive({}, { name: 'alpha/templates/evil.yaml', body: 'a: b\n' })
    }
  },
  {
    title: 'an archive that leads out of its folder',
    code: 4,
    says: 'was fetched, but cannot be used',
    pages: withArchive(archive({}, { name: 'alpha/../../evil', body: 'x' }))
  },
  {
    title: 'an archive with an absolute path',
    code: 4,
    says: 'was fetched, but cannot be used',
    pages: withArchive(archive({}, { name: 'C:\\evil', body: 'x' }))
  },
  {
    title: 'an archive with links',
    code: 4,
    says: 'holds links',
    pages: withArchive(
      archive(
        {},
        {
          name: 'alpha/templates/passwd',
          header: { type: 'SymbolicLink', linkpath: '/etc/passwd' }
        }
      )
    )
  },
  {
    title: 'an archive that unpacks to gigabytes',
    code: 4,
    says: 'was fetched, but cannot be used',
    pages: withArchive(
      archive({}, { name: 'alpha/values.yaml', body: Buffer.alloc(250 * 1024 * 1024) })
    )
  },
  {
    title: 'an archive that is cut short',
    code: 4,
    says: 'was fetched, but cannot be used',
    pages: withArchive(archive().subarray(0, 90))
  },
  {
    title: 'a web page in place of an archive',
    code: 5,
    says: 'is a web page',
    pages: withArchive(Buffer.from('<html>'))
  },
  {
    title: 'a text in place of an archive',
    code: 4,
    says: 'its bytes are not gzip',
    pages: withArchive(Buffer.from('hello'))
  },
  {
    title: 'an archive elsewhere that needs a login',
    code: 5,
    says: 'registry-auth',
    pages: ({ stranger }) => ({
      '/charts/index.yaml': indexOf({ urls: [`${stranger}/private.tgz`] })
    }),
    elsewhere: { '/charts/private.tgz': answer(404) }
  },
  {
    title: 'an index that names a file of this machine',
    code: 4,
    says: 'cannot be used',
    pages: withIndex(indexOf({ urls: ['file:///etc/passwd'] }))
  },
  {
    title: 'an index that names a metadata service',
    code: 6,
    says: '169.254.169.254',
    pages: withIndex(indexOf({ urls: ['http://169.254.169.254/a.tgz'] }))
  }
]

const DECLARATIONS: readonly Attack[] = [
  {
    title: 'a folder of the machine',
    code: 4,
    says: 'leads out of the work tree',
    declares: () => `dependencies:\n${dependency('file:///etc')}`
  },
  {
    title: 'a folder above',
    code: 4,
    says: 'leads out of the work tree',
    declares: () => `dependencies:\n${dependency('file://../../../..')}`
  },
  {
    title: 'itself',
    code: 4,
    says: 'Charts depend on each other in a circle',
    declares: () => `dependencies:\n${dependency('file://.', '', 'app').replace('1.0.0', '"*"')}`
  },
  {
    title: '10,000 dependencies',
    code: 4,
    says: '10000 dependencies',
    declares: ({ repository }) => {
      const list = Array.from({ length: 10_000 }, (_, index) =>
        dependency(repository, '', `a${index}`)
      )
      return `dependencies:\n${list.join('')}`
    }
  },
  {
    title: 'a login in the URL of a repository',
    code: 4,
    says: 'holds a login',
    declares: ({ repository }) => {
      return `dependencies:\n${dependency(repository.replace('://', '://ci:LOGIN@'))}`
    }
  },
  {
    title: 'a metadata service',
    code: 6,
    says: '169.254.169.254',
    declares: () => `dependencies:\n${dependency('http://169.254.169.254/latest')}`
  },
  {
    title: 'blanks around a URL',
    code: 4,
    says: 'blanks around',
    declares: ({ repository }) => `dependencies:\n${dependency(` ${repository}`)}`
  },
  {
    title: 'an unknown key',
    code: 4,
    says: '`repostitory`',
    declares: ({ repository }) =>
      `dependencies:\n${dependency(repository).replace('repository', 'repostitory')}`
  },
  {
    title: 'a .helmignore that hides charts/',
    code: 4,
    says: '.helmignore',
    files: () => ({ '.helmignore': 'charts/\n' }),
    pages: withArchive(archive())
  },
  {
    title: 'a .helmignore that hides archives',
    code: 4,
    says: '.helmignore',
    files: () => ({ '.helmignore': '# no archives\n*.tgz\n' }),
    pages: withArchive(archive())
  },
  {
    title: 'a tag at the end of a registry',
    code: 4,
    says: 'tag',
    declares: ({ registry }) =>
      `dependencies:\n${dependency(`oci://${registry}/charts/alpha:1.0.0`)}`
  },
  {
    title: 'the name of the chart at the end of a registry',
    code: 4,
    says: 'Leave the name of the chart out of `repository`',
    declares: ({ registry }) => `dependencies:\n${dependency(`oci://${registry}/charts/alpha`)}`
  },
  {
    title: 'a name that leads elsewhere',
    code: 4,
    says: 'no usable version of the chart ../../alpha',
    declares: ({ repository }) => `dependencies:\n${dependency(repository, '', '../../alpha')}`,
    pages: withIndex(indexOf({ urls: ['x'] }).replaceAll('"alpha"', '"../../alpha"'))
  },
  {
    title: 'a name for a registry that leads elsewhere',
    code: 4,
    says: 'alpha',
    declares: ({ registry }) =>
      `dependencies:\n${dependency(`oci://${registry}/charts`, '', '"../../alpha"')}`
  },
  {
    title: 'a version with a workflow command',
    code: 4,
    says: 'is neither a version nor a range',
    declares: ({ repository }) => {
      return `dependencies:\n${dependency(repository).replace('1.0.0', '"1.0.0\\n::error::gotcha"')}`
    },
    pages: withIndex(indexOf())
  },
  {
    title: 'a protocol that needs a plugin',
    code: 4,
    says: 'needs a plugin of Helm',
    declares: () => `dependencies:\n${dependency('s3://bucket/charts')}`
  },
  {
    title: 'a name of a repository that nobody knows',
    code: 4,
    says: '--repositories',
    declares: () => `dependencies:\n${dependency('@internal')}`
  }
]

/** A text that yields billions of values where aliases are followed. */
function bomb(): string {
  const levels = Array.from({ length: 30 }, (_, level) => {
    const before = level === 0 ? '"x"' : `*a${level - 1}`
    return `a${level}: &a${level} [${Array(10).fill(before).join(', ')}]\n`
  })
  return `apiVersion: v1\n${levels.join('')}entries:\n  alpha: *a29\n`
}

export const ATTACKS: readonly Attack[] = [...INDEXES, ...ARCHIVES, ...DECLARATIONS]

/** Files of the chart that depends on what is hostile; locked as far as that is needed. */
export function victim(attack: Attack, scene: Scene): Readonly<Record<string, string>> {
  const { declares = ({ repository }) => `dependencies:\n${dependency(repository)}` } = attack
  const files = chartFiles({ name: 'app', version: '1.0.0', extra: declares(scene) })
  const lock = attack.isLocked === true && { 'Chart.lock': lockOf(files, ['1.0.0'], new Map()) }
  return { ...files, ...lock, ...attack.files?.(scene) }
}
