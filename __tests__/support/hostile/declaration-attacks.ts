import { type Attack, archive, dependency, indexOf, withArchive, withIndex } from './attack.ts'

export const DECLARATIONS: readonly Attack[] = [
  {
    title: 'a folder of the machine',
    code: 4,
    says: 'is outside of the work tree',
    declares: () => `dependencies:\n${dependency('file:///etc')}`
  },
  {
    title: 'a folder above',
    code: 4,
    says: 'is outside of the work tree',
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
    says: 'contains a login',
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
    says: 'spaces around',
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
