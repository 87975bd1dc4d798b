import { gzipSync } from 'node:zlib'
import { answer, redirectTo } from '../network/web-servers.ts'
import { type Attack, dependency, indexOf, withIndex } from './attack.ts'

const yamlEntry = '- {version: 1.0.0, urls: [a.tgz]}\n'

export const INDEXES: readonly Attack[] = [
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
    says: 'is a web page, such as a login page',
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
    says: 'no longer has alpha 1.0.0, the locked version',
    declares: ({ repository }) =>
      `dependencies:\n${dependency(repository).replace('1.0.0', '">=1.0.0"')}`,
    isLocked: true,
    pages: ({ stranger }) => ({ '/charts/index.yaml': redirectTo(`${stranger}/index.yaml`) }),
    elsewhere: { '/charts/index.yaml': indexOf({ version: '99.0.0' }) }
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
