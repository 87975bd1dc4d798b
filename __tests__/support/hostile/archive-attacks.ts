import { answer, redirectTo } from '../network/web-servers.ts'
import { type Attack, archive, indexOf, sha256, withArchive, withIndex } from './attack.ts'

export const ARCHIVES: readonly Attack[] = [
  {
    title: 'an archive of another chart',
    code: 4,
    says: 'has the wrong content',
    pages: withArchive(archive({ name: 'beta' }))
  },
  {
    title: 'an archive of another version',
    code: 4,
    says: 'has the wrong content',
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
    says: 'does not match the index of',
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
    says: 'was fetched, but is not valid',
    pages: withArchive(archive({}, { name: 'alpha/../../evil', body: 'x' }))
  },
  {
    title: 'an archive with an absolute path',
    code: 4,
    says: 'was fetched, but is not valid',
    pages: withArchive(archive({}, { name: 'C:\\evil', body: 'x' }))
  },
  {
    title: 'an archive with links',
    code: 4,
    says: 'contains links',
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
    says: 'was fetched, but is not valid',
    pages: withArchive(
      archive({}, { name: 'alpha/values.yaml', body: Buffer.alloc(250 * 1024 * 1024) })
    )
  },
  {
    title: 'an archive that is cut short',
    code: 4,
    says: 'was fetched, but is not valid',
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
    says: 'it is not a gzip file',
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
