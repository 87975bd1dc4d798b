import { expect, test } from '@jest/globals'
import { findLeaks } from '../../../src/chart/leaks/find-leaks.ts'

// Put together here, so that nobody who searches this repository for tokens finds one.
const DRAWN = 'q7Rt2Zw9KxB4mN8vLc3HsD6fJg1PyU5aEo0TiXk7WbQz4Vn2MdRh9Sj6Gl3CpFy8uA1eO5tIwZrK'
const drawn = (length: number) => DRAWN.slice(0, length)
const base64 = (text: string) => Buffer.from(text).toString('base64')
const PAIR = base64(`robot:${drawn(20)}`)
const AUTHS = JSON.stringify({ auths: { 'ghcr.io': { auth: PAIR } } })

test.each<[string, string, string, number]>([
  ['values.yaml', `a: 1\ntoken: ghp_${drawn(36)}\n`, 'GitHub token', 2],
  ['values.yaml', `token: "ghs_${drawn(36)}"\n`, 'GitHub token', 1],
  ['values.yaml', `token: github_pat_${drawn(22)}_${drawn(59)}\n`, 'GitHub token', 1],
  ['values.yaml', `token: glpat-${drawn(20)}\n`, 'GitLab token', 1],
  [
    'values.yaml',
    `token: xoxb-${'2947182930174'}-${'5820394817263'}-${drawn(24)}\n`,
    'Slack token',
    1
  ],
  ['values.yaml', `token: hvs.${drawn(24)}\n`, 'Vault token', 1],
  ['values.yaml', `token: npm_${drawn(36)}\n`, 'npm token', 1],
  ['values.yaml', `token: dckr_pat_${drawn(27)}\n`, 'Docker Hub token', 1],
  ['values.yaml', `key: sk_live_${drawn(24)}\n`, 'Stripe key', 1],
  ['templates/x.yaml', `\n\nAWS_SECRET_ACCESS_KEY: "${drawn(40)}"\n`, 'AWS key', 3],
  [
    '.aws/credentials',
    `[default]\naws_access_key_id = AKIA\naws_secret_access_key = ${drawn(40)}\n`,
    'AWS key',
    3
  ],
  ['files/config.json', AUTHS, 'registry login', 1],
  ['.docker/config.json', JSON.stringify(JSON.parse(AUTHS), null, 2), 'registry login', 2],
  ['registry/config.json', `{"auths":{"h":{"identitytoken":"${drawn(30)}"}}}`, 'registry login', 1],
  ['values.yaml', `pull: ${JSON.stringify(AUTHS)}\n`, 'registry login', 1],
  ['values.yaml', `auths:\n  ghcr.io:\n    auth: ${PAIR}\n`, 'registry login', 1],
  [
    'templates/pull.yaml',
    `data:\n  .dockerconfigjson: ${base64(AUTHS)}\n`,
    'registry login in base64',
    2
  ],
  [
    'templates/x.yaml',
    `data:\n  token: ${base64(`ghp_${drawn(36)}`)}\n`,
    'GitHub token in base64',
    2
  ],
  ['templates/x.yaml', `token: "${base64(`glpat-${drawn(20)}\n`)}"\n`, 'GitLab token in base64', 1],
  ['.dockercfg', `{"https://index.docker.io/v1/":{"auth":"${PAIR}"}}`, 'registry login', 1],
  ['.npmrc', `registry=x\n//npm.pkg.github.com/:_authToken=${drawn(30)}\n`, 'npm login', 2],
  ['files/other', `//registry.npmjs.org/:_authToken=${drawn(30)}\n`, 'npm login', 1],
  ['.npmrc', `_authToken = ${drawn(30)}\n`, 'npm login', 1],
  ['charts/sub/.yarnrc.yml', `npmAuthToken: ${drawn(30)}\n`, 'npm login', 1],
  ['.netrc', `machine github.com\n  login x\n  password ${drawn(20)}\n`, 'login in .netrc', 3],
  ['.git-credentials', `https://me:${drawn(20)}@github.com\n`, 'login of git', 1],
  ['.pypirc', `[pypi]\nusername = __token__\npassword = ${drawn(30)}\n`, 'PyPI login', 3],
  ['.env', `APP=x\nexport API_TOKEN=${drawn(20)}\n`, 'secret in an .env file', 2],
  ['ci/prod.env', `DB_PASSWORD="${drawn(12)}"\n`, 'secret in an .env file', 1],
  [
    'repositories.yaml',
    `repositories:\n- name: x\n  password: ${drawn(12)}\n`,
    'login of a chart repository',
    3
  ],
  [
    'kubeconfig',
    `users:\n- user:\n    token: ${drawn(40)}\ncurrent-context: x\n`,
    'kubeconfig with a login',
    4
  ],
  ['gha-creds-0123456789abcdef.json', '{}', 'credentials of a GitHub job', 1]
])('%s with %j holds a login', (path, content, what, line) => {
  const leaks = findLeaks(path, Buffer.from(content))
  const lines = leaks.map(({ at, ...leak }) => [
    leak.kind,
    leak.what,
    content.slice(0, at).split('\n').length
  ])
  expect(lines).toEqual([['login', what, line]])
})

test.each<[string, string]>([
  ['.env', `API_TOKEN=${drawn(20)}`],
  ['.npmrc', `_authToken=${drawn(30)}`],
  ['.pypirc', `password = ${drawn(30)}`],
  ['.my.cnf', `password = ${drawn(30)}`],
  ['.pgpass', `h:5432:db:me:${drawn(30)}`],
  ['.netrc', `machine h login x password ${drawn(20)}`],
  ['.git-credentials', `https://me:${drawn(20)}@github.com`],
  ['.yarnrc.yml', `npmAuthToken: ${drawn(30)}`],
  ['repositories.yaml', `  password: ${drawn(12)}`]
])('the line of a login in %s is right behind blank lines and other line ends', (path, login) => {
  for (const before of ['\n\n', 'A=1\r\n\r\n', '  \n \t\n']) {
    const text = `${before}${login}\n`
    const lines = findLeaks(path, Buffer.from(text)).map(
      ({ at }) => text.slice(0, at).split('\n').length
    )
    expect(lines).toEqual([3])
  }
})

const KUBECONFIG = {
  'current-context': 'x',
  kind: 'Config',
  users: [{ name: 'x', user: { token: drawn(40) } }]
}
const IN_YAML = `kind: Config\ncurrent-context: x\nusers:\n- user:\n    token: ${drawn(40)}\n`
const DOTTED = `//npm.pkg.github.com/:_authToken=${drawn(30)}\n`

test.each<[string, string]>([
  ['values.yaml', `kube: |\n${IN_YAML.replace(/^/gm, '    ')}`],
  ['values.yaml', `kube: '${JSON.stringify(KUBECONFIG)}'\n`],
  ['values.yaml', `kube: ${JSON.stringify(IN_YAML)}\n`],
  ['kubeconfig.json', JSON.stringify(KUBECONFIG, null, 2)],
  ['templates/x.yaml', `value: ${base64(IN_YAML)}\n`],
  ['.kube/config', `users:\n- user:\n    token: ${drawn(40)}\n`],
  ['templates/x.yaml', `.npmrc: ${base64(DOTTED)}\n`],
  ['x.json', `{"auths":{"h":{"auth":"\\n${PAIR.slice(0, 20)}\\r\\n${PAIR.slice(20)}\\n"}}}`],
  ['values.yaml', `secretAccessKey: ${drawn(40)}\n`],
  ['key.json', JSON.stringify({ AccessKey: { SecretAccessKey: drawn(40) } })],
  ['values.yaml', `- name: AWS_SECRET_ACCESS_KEY\n  value: "${drawn(40)}"\n`],
  ['templates/x.yaml', `AWS_SECRET_ACCESS_KEY: ${base64(drawn(40))}\n`],
  ['templates/x.yaml', `AWS_SECRET_ACCESS_KEY: ${base64(`${drawn(40)}\n`)}\n`],
  ['netrc', `machine h login x password ${drawn(20)}\n`],
  ['.gitconfig', `[url "https://x:${drawn(30)}@github.com/"]\n`],
  ['pip.conf', `index-url = https://u:${drawn(20)}@h/simple\n`],
  ['.m2/settings.xml', `<server><password>${drawn(20)}</password></server>\n`],
  ['.terraformrc', `credentials "h" {\n  token = "${drawn(40)}"\n}\n`],
  ['.env', `\ufeffAPI_TOKEN=${drawn(20)}\n`],
  ['.env', `DATABASE_URL=postgres://u:${drawn(16)}@h/db\n`],
  ['.env', `SMTP_PASS=${drawn(16)}\n`],
  ['.env', `SECRET_KEY_BASE=${drawn(50)}\n`],
  ['.envrc', `export API_TOKEN=${drawn(20)}\n`]
])('a login is found in another place or spelling: %s with %j', (path, content) => {
  expect(findLeaks(path, Buffer.from(content)).map(({ kind }) => kind)).toEqual(['login'])
})

test.each<[string, string]>([
  ['values.yaml', `users:\n- name: x\ncurrent-context: x\n`],
  [
    'values.yaml',
    'kube: |\n  users:\n  - user:\n      token: <your token comes here>\n  current-context: x\n'
  ],
  [
    'values.yaml',
    'secretAccessKey: ""\nsecretAccessKeyName: a-name-of-a-secret-with-forty-characters\n'
  ],
  [
    'values.yaml',
    '- name: AWS_SECRET_ACCESS_KEY\n  valueFrom:\n    secretKeyRef:\n      name: x\n'
  ],
  ['.env', 'DATABASE_URL=postgres://user:password@localhost/db\nBYPASS=/usr/local/bin:/usr/bin1\n'],
  ['.gitmodules', '[submodule "a"]\n  url = https://github.com/a/b\n']
])('no login is found in %s with %j', (path, content) => {
  expect(findLeaks(path, Buffer.from(content))).toEqual([])
})
