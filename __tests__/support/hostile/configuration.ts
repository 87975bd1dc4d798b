/** What the programs and addresses in a hostile configuration lead to. */
export interface Trap {
  /** The path of a program that leaves a trace when it runs. */
  readonly program: string
  /** `127.0.0.1:PORT` of a server that counts connections. */
  readonly address: string
}

/** A key of git's configuration that names a program or an address. */
export interface HostileKey {
  readonly key: string
  readonly config: (trap: Trap) => string
  /** A git command that springs the trap where the configuration is heeded. */
  readonly control?: readonly string[]
  /** What the command reads. */
  readonly input?: string
  /** Whether HEAD has to name a commit that is missing. */
  readonly isMissing?: true
}

const FETCH = ['fetch', 'origin']
const LAZY_FETCH = ['cat-file', 'commit', 'HEAD']
const CREDENTIAL = { control: ['credential', 'fill'], input: 'protocol=https\nhost=a.test\n\n' }

const promisor = (url: string) => `[extensions]
	partialClone = origin
[remote "origin"]
	url = ${url}
	promisor = true
`
const remote = (lines: string) => `[remote "origin"]\n\tfetch = +refs/*:refs/x/*\n${lines}`

/** A filter, a diff driver and a merge driver. */
export const HOSTILE_ATTRIBUTES = '*.yaml filter=trap diff=trap merge=trap\n'

export const HOSTILE_KEYS: readonly HostileKey[] = [
  {
    key: 'core.sshCommand, by a lazy fetch',
    config: ({ program }) => `${promisor('ssh://a.test/x')}[core]\n\tsshCommand = ${program}\n`,
    control: LAZY_FETCH,
    isMissing: true
  },
  {
    key: 'ext::, by a lazy fetch',
    config: ({ program }) => `${promisor(`ext::${program}`)}[protocol]\n\tallow = always\n`,
    control: LAZY_FETCH,
    isMissing: true
  },
  {
    key: 'remote.*.uploadpack, by a lazy fetch',
    config: ({ program }) => `${promisor('.')}\tuploadpack = ${program}\n`,
    control: LAZY_FETCH,
    isMissing: true
  },
  {
    key: 'git://, by a lazy fetch',
    config: ({ address }) => promisor(`git://${address}/x`),
    control: LAZY_FETCH,
    isMissing: true
  },
  {
    key: 'http://, by a lazy fetch',
    config: ({ address }) => promisor(`http://${address}/x`),
    control: LAZY_FETCH,
    isMissing: true
  },
  {
    key: 'core.fsmonitor',
    config: ({ program }) => `[core]\n\tfsmonitor = ${program}\n`,
    control: ['status']
  },
  {
    key: 'core.hooksPath',
    config: ({ program }) => `[core]\n\thooksPath = ${program}.hooks\n`,
    control: ['commit', '--allow-empty', '--message=x']
  },
  {
    key: 'hook.*.command',
    config: ({ program }) => `[hook "x"]\n\tevent = pre-commit\n\tcommand = ${program}\n`
  },
  {
    key: 'core.pager and pager.*',
    config: ({ program }) =>
      `[core]\n\tpager = ${program}\n[pager]\n\trev-list = ${program}\n\tcat-file = ${program}\n`
  },
  {
    key: 'core.editor',
    config: ({ program }) => `[core]\n\teditor = ${program}\n`,
    control: ['commit', '--allow-empty']
  },
  {
    key: 'sequence.editor',
    config: ({ program }) => `[sequence]\n\teditor = ${program}\n`,
    control: ['rebase', '--interactive', '--root', '--autostash']
  },
  {
    key: 'core.askPass',
    config: ({ program }) => `[core]\n\taskPass = ${program}\n`,
    ...CREDENTIAL
  },
  {
    key: 'credential.helper',
    config: ({ program }) => `[credential]\n\thelper = ${program}\n`,
    ...CREDENTIAL
  },
  {
    key: 'credential.URL.helper',
    config: ({ program }) => `[credential "https://a.test"]\n\thelper = !${program}\n`,
    ...CREDENTIAL
  },
  {
    key: 'core.gitProxy',
    config: ({ program }) =>
      `[core]\n\tgitProxy = ${program}\n${remote('\turl = git://a.test/x\n')}`,
    control: FETCH
  },
  {
    key: 'core.alternateRefsCommand',
    config: ({ program }) => `[core]\n\talternateRefsCommand = ${program}\n`,
    control: ['rev-list', '--alternate-refs', '--max-count=1']
  },
  {
    key: 'gpg.program, with log.showSignature',
    config: ({ program }) => `[gpg]\n\tprogram = ${program}\n[log]\n\tshowSignature = true\n`,
    control: ['log', '-1']
  },
  {
    key: 'gpg.openpgp.program, with log.showSignature',
    config: ({ program }) =>
      `[gpg "openpgp"]\n\tprogram = ${program}\n[log]\n\tshowSignature = true\n`,
    control: ['log', '-1']
  },
  {
    key: 'gpg.ssh.program and gpg.ssh.defaultKeyCommand',
    config: ({ program }) =>
      `[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tprogram = ${program}\n\tdefaultKeyCommand = ${program}\n[log]\n\tshowSignature = true\n`,
    control: ['commit', '--allow-empty', '--message=x', '--gpg-sign']
  },
  {
    key: 'gpg.x509.program',
    config: ({ program }) => `[gpg]\n\tformat = x509\n[gpg "x509"]\n\tprogram = ${program}\n`,
    control: ['commit', '--allow-empty', '--message=x', '--gpg-sign']
  },
  {
    key: 'diff.external',
    config: ({ program }) => `[diff]\n\texternal = ${program}\n`,
    control: ['diff', 'HEAD']
  },
  {
    key: 'diff.*.command',
    config: ({ program }) => `[diff "trap"]\n\tcommand = ${program}\n`,
    control: ['diff', 'HEAD']
  },
  {
    key: 'diff.*.textconv',
    config: ({ program }) => `[diff "trap"]\n\ttextconv = ${program}\n`,
    control: ['diff', 'HEAD']
  },
  {
    key: 'difftool.*.cmd',
    config: ({ program }) => `[difftool "x"]\n\tcmd = ${program}\n`,
    control: ['difftool', '--no-prompt', '--tool=x', 'HEAD']
  },
  {
    key: 'interactive.diffFilter',
    config: ({ program }) => `[interactive]\n\tdiffFilter = ${program}\n[color]\n\tui = always\n`
  },
  {
    key: 'filter.*.clean',
    config: ({ program }) => `[filter "trap"]\n\tclean = ${program}\n`,
    control: ['add', '.']
  },
  {
    key: 'filter.*.smudge',
    config: ({ program }) => `[filter "trap"]\n\tsmudge = ${program}\n`,
    control: ['checkout', 'HEAD', '--', '.']
  },
  {
    key: 'filter.*.process',
    config: ({ program }) => `[filter "trap"]\n\tprocess = ${program}\n\trequired = true\n`,
    control: ['add', '.']
  },
  {
    key: 'core.attributesFile, with a filter',
    config: ({ program }) =>
      `[core]\n\tattributesFile = ${program}.attributes\n[filter "other"]\n\tclean = ${program}\n`,
    control: ['add', '.']
  },
  {
    key: 'merge.*.driver',
    config: ({ program }) => `[merge "trap"]\n\tdriver = ${program}\n`,
    control: ['merge', 'other']
  },
  {
    key: 'alias.*',
    config: ({ program }) =>
      `[alias]\n\tx = !${program}\n\trev-list = !${program}\n\tcat-file = !${program}\n`,
    control: ['x']
  },
  {
    key: 'remote.*.uploadpack',
    config: ({ program }) => remote(`\turl = .\n\tuploadpack = ${program}\n`),
    control: FETCH
  },
  {
    key: 'remote.*.receivepack',
    config: ({ program }) => remote(`\turl = .\n\treceivepack = ${program}\n`),
    control: ['push', 'origin', 'main']
  },
  {
    key: 'remote.*.vcs',
    config: ({ program }) =>
      `${remote(`\tvcs = ext\n\turl = ${program}\n`)}[protocol]\n\tallow = always\n`,
    control: FETCH
  },
  {
    key: 'protocol.ext.allow',
    config: ({ program }) =>
      `${remote(`\turl = ext::${program}\n`)}[protocol "ext"]\n\tallow = always\n`,
    control: FETCH
  },
  {
    key: 'url.*.insteadOf',
    config: ({ program }) =>
      `${remote('\turl = https://a.test/x\n')}[url "ext::${program} "]\n\tinsteadOf = https://\n[protocol]\n\tallow = always\n`,
    control: FETCH
  },
  {
    key: 'uploadpack.packObjectsHook',
    config: ({ program }) =>
      `[uploadpack]\n\tpackObjectsHook = ${program}\n${remote('\turl = .\n')}`
  },
  {
    key: 'http.proxy',
    config: ({ address }) =>
      `[http]\n\tproxy = http://${address}\n${remote('\turl = http://a.test/x\n')}`,
    control: FETCH
  },
  {
    key: 'remote.*.proxy',
    config: ({ address }) => remote(`\turl = http://a.test/x\n\tproxy = http://${address}\n`),
    control: FETCH
  },
  {
    key: 'fetch.bundleURI',
    config: ({ address }) => `[fetch]\n\tbundleURI = http://${address}/x\n${remote('\turl = .\n')}`
  },
  {
    key: 'submodule.*.update',
    config: ({ program }) =>
      `[submodule "sub"]\n\turl = .\n\tactive = true\n\tupdate = !${program}\n`
  },
  {
    key: 'trailer.*.command',
    config: ({ program }) => `[trailer "x"]\n\tkey = X\n\tcommand = ${program}\n`,
    control: ['interpret-trailers', '--trailer=x=1'],
    input: 'A message\n'
  },
  {
    key: 'trailer.*.cmd',
    config: ({ program }) => `[trailer "x"]\n\tkey = X\n\tcmd = ${program}\n`,
    control: ['interpret-trailers', '--trailer=x=1'],
    input: 'A message\n'
  },
  {
    key: 'browser.*.cmd',
    config: ({ program }) => `[browser "x"]\n\tcmd = ${program}\n`,
    control: ['web--browse', '--browser=x', 'http://a.test/']
  },
  {
    key: 'man.*.cmd',
    config: ({ program }) => `[man]\n\tviewer = x\n[man "x"]\n\tcmd = ${program}\n`,
    control: ['help', '--man', 'git']
  },
  {
    key: 'tar.*.command',
    config: ({ program }) => `[tar "x"]\n\tcommand = ${program}\n`,
    control: ['archive', '--format=x', 'HEAD']
  },
  {
    key: 'imap.tunnel',
    config: ({ program }) => `[imap]\n\ttunnel = ${program}\n\tfolder = x\n`
  },
  {
    key: 'sendemail.toCmd and sendemail.smtpServer',
    config: ({ program }) => `[sendemail]\n\ttoCmd = ${program}\n\tsmtpServer = ${program}\n`
  },
  {
    key: 'core.worktree',
    config: ({ program }) => `[core]\n\tworktree = /\n\tfsmonitor = ${program}\n`,
    control: ['status', '--untracked-files=no']
  }
]
