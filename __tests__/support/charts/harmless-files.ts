import { createHash } from 'node:crypto'

const sha = (text: string) => createHash('sha256').update(text).digest('hex')
const BASE64 = Array.from({ length: 40 }, (_, at) =>
  createHash('sha512').update(String(at)).digest('base64').replaceAll('=', '')
).join('')
const CERTIFICATE = `-----BEGIN CERTIFICATE-----\n${BASE64.replace(/.{64}/g, '$&\n').slice(0, 1200)}\n-----END CERTIFICATE-----\n`

/**
 * Files of charts that look like secrets and are none: what 763 public charts have in values.yaml, READMEs, templates and
 * tests, in our own words. By path, since some names alone raise suspicion.
 */
export const HARMLESS_FILES: readonly (readonly [string, string])[] = [
  // Titles without a key in lists, strings and encodings.
  [
    'values.yaml',
    '- -----BEGIN RSA PRIVATE KEY-----\n- MIIEpAIBAAK...\n- -----END RSA PRIVATE KEY-----\n'
  ],
  [
    'values.json',
    '["-----BEGIN RSA PRIVATE KEY-----","MIIEpAIBAAK...","-----END RSA PRIVATE KEY-----"]'
  ],
  [
    'values.yaml',
    'url: https://h/?key=-----BEGIN%20PRIVATE%20KEY-----%0A...%0A-----END%20PRIVATE%20KEY-----\n'
  ],
  [
    'values.yaml',
    `key: "${Buffer.from('-----BEGIN RSA PRIVATE KEY-----\n...\n').toString('base64')}"\n`
  ],
  ['values.yaml', 'key: MIIEvQIBADANBgkqhkiG9w0BAQEFAASC...\n'],
  ['values.yaml', 'key: MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n'],
  ['values.yaml', 'store: /u3+7QAAAAIAAAAA\n'],
  [
    'values.yaml',
    `token: ${Buffer.from('ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx').toString('base64')}\n`
  ],
  // Comments of values.yaml: titles without a key.
  [
    'values.yaml',
    '## key: |\n##   -----BEGIN RSA PRIVATE KEY-----\n##   ...\n##   -----END RSA PRIVATE KEY-----\n'
  ],
  ['values.yaml', '# tls:\n#   key: |-\n#     -----BEGIN PRIVATE KEY-----\n#     ...\n'],
  ['values.yaml', 'tls:\n  # -----BEGIN RSA PRIVATE KEY-----\n  key: ""\n'],
  ['values.yaml', '  ## ssl.key: -----BEGIN RSA PRIVATE KEY-----\\nMIIEpAIBAAK...\n'],
  [
    'values.yaml',
    '  #   -----BEGIN RSA PRIVATE KEY-----\n  #   MIIEogIBAAKCAQEA...\n  #   -----END RSA PRIVATE KEY-----\n'
  ],
  [
    'values.yaml',
    'key: |\n  -----BEGIN EC PRIVATE KEY-----\n  <your key>\n  -----END EC PRIVATE KEY-----\n'
  ],
  [
    'values.yaml',
    'key: |\n  -----BEGIN PRIVATE KEY-----\n  REDACTED\n  -----END PRIVATE KEY-----\n'
  ],
  [
    'values.yaml',
    `key: |\n  -----BEGIN PRIVATE KEY-----\n  ${'x'.repeat(64)}\n  ${'x'.repeat(64)}\n  -----END PRIVATE KEY-----\n`
  ],
  [
    'values.yaml',
    `key: |\n  -----BEGIN OPENSSH PRIVATE KEY-----\n  ${'A'.repeat(70)}\n  ${'B'.repeat(70)}\n  ${'C'.repeat(70)}\n  -----END OPENSSH PRIVATE KEY-----\n`
  ],
  [
    'values.yaml',
    'key: "-----BEGIN RSA PRIVATE KEY-----\\n[...]\\n-----END RSA PRIVATE KEY-----\\n"\n'
  ],
  [
    'values.yaml',
    'key: "-----BEGIN PRIVATE KEY-----\\nYOUR_PRIVATE_KEY\\n-----END PRIVATE KEY-----"\n'
  ],
  [
    'values.yaml',
    'sshKey: |-\n  -----BEGIN OPENSSH PRIVATE KEY-----\n  b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n  ...\n  -----END OPENSSH PRIVATE KEY-----\n'
  ],
  [
    'values.yaml',
    '# Paste the key here:\n# -----BEGIN RSA PRIVATE KEY-----\n# the base64 of your key, line by line, comes here\n# -----END RSA PRIVATE KEY-----\n'
  ],
  [
    'values.yaml',
    'key: |\n  -----BEGIN PGP PRIVATE KEY BLOCK-----\n  Comment: put your own key here\n  -----END PGP PRIVATE KEY BLOCK-----\n'
  ],
  [
    'values.yaml',
    'key: -----BEGIN MATRIX PRIVATE KEY-----\nKey-ID: ed25519:xxxxxx\n\nthis is where the seed goes\n-----END MATRIX PRIVATE KEY-----\n'
  ],
  [
    'values.yaml',
    'key: |\n  -----BEGIN RSA PRIVATE KEY-----\n  dummydummydummydummydummydummydummydummydummydummydummydummydumm\n  -----END RSA PRIVATE KEY-----\n'
  ],
  [
    'values.yaml',
    'key: |\n  -----BEGIN NEBULA ED25519 PRIVATE KEY-----\n  PutTheKeyThatNebulaCertHasMadeForYouHereOnOneLineWithoutBlanksPlease\n  -----END NEBULA ED25519 PRIVATE KEY-----\n'
  ],
  [
    'values.yaml',
    'tls:\n  crt: "-----BEGIN CERTIFICATE-----"\n  key: "-----BEGIN PRIVATE KEY-----"\n'
  ],
  [
    'values.yaml',
    'tls.key: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQouLi4KLS0tLS1FTkQgUlNBIFBSSVZBVEUgS0VZLS0tLS0K\n'
  ],
  ['values.yaml', 'tls.key: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo...\n'],
  ['values.yaml', `caBundle: |\n${CERTIFICATE.replace(/^/gm, '  ')}`],
  ['values.yaml', `tls.crt: ${Buffer.from(CERTIFICATE).toString('base64')}\n`],
  ['values.yaml', `## -----BEGIN RSA PRIVATE KEY-----\n${CERTIFICATE}`],
  [
    'values.yaml',
    '# Example: -----BEGIN ENCRYPTED PRIVATE KEY----- with the passphrase in keyPassphrase\n'
  ],
  // Prose and tables.
  ['README.md', '| `tls.key` | Begins with `-----BEGIN PRIVATE KEY-----` | `""` |\n'],
  [
    'README.md',
    'Create it:\n\n```\n$ cat key.pem\n-----BEGIN PRIVATE KEY-----\n(lines of base64)\n-----END PRIVATE KEY-----\n```\n'
  ],
  [
    'README.md',
    '    -----BEGIN RSA PRIVATE KEY-----\n    <snip>\n    -----END RSA PRIVATE KEY-----\n'
  ],
  [
    'README.md',
    'The key must have the title -----BEGIN RSA PRIVATE KEY----- and no passphrase. PRIVATE KEY files end with .pem.\n'
  ],
  [
    'README.md',
    '```\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAtruncatedForReadability\n…\n-----END RSA PRIVATE KEY-----\n```\n'
  ],
  [
    'CHANGELOG.md',
    '- fix: accept `-----BEGIN EC PRIVATE KEY-----` and `-----BEGIN PRIVATE KEY-----` alike\n'
  ],
  ['templates/NOTES.txt', 'Set {{ .Values.key }} to your -----BEGIN PRIVATE KEY----- file.\n'],
  // Templates that make or pass on keys.
  [
    'templates/secret.yaml',
    '{{- $key := genPrivateKey "rsa" }}\ndata:\n  tls.key: {{ $key | b64enc }}\n'
  ],
  [
    'templates/secret.yaml',
    'stringData:\n  key: |\n    -----BEGIN RSA PRIVATE KEY-----\n    {{ .Values.key | nindent 4 }}\n    -----END RSA PRIVATE KEY-----\n'
  ],
  [
    'templates/_helpers.tpl',
    '{{- if not (contains "-----BEGIN RSA PRIVATE KEY-----" .Values.key) }}{{ fail "no key" }}{{- end }}\n'
  ],
  [
    'templates/_helpers.tpl',
    '{{- printf "-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----" .Values.key }}\n'
  ],
  [
    'templates/job.yaml',
    'command: ["sh", "-c", "openssl genrsa 2048 | grep -q \'BEGIN PRIVATE KEY\'"]\n'
  ],
  [
    'templates/pull-secret.yaml',
    '{{- printf "{\\"auths\\":{\\"%s\\":{\\"username\\":\\"%s\\",\\"password\\":\\"%s\\",\\"auth\\":\\"%s\\"}}}" .host .user .password (printf "%s:%s" .user .password | b64enc) | b64enc }}\n'
  ],
  [
    'templates/pull-secret.yaml',
    '.dockerconfigjson: {{ dict "auths" (dict .Values.registry (dict "auth" $auth)) | toJson | b64enc }}\n'
  ],
  [
    'templates/tests/test.yaml',
    'env:\n  - name: GITHUB_TOKEN\n    valueFrom: { secretKeyRef: { name: github, key: token } }\n'
  ],
  // Schemas, dashboards, CRDs.
  [
    'values.schema.json',
    '{"properties":{"key":{"type":"string","description":"-----BEGIN PRIVATE KEY----- in PEM","pattern":"^-----BEGIN ([A-Z]+ )?PRIVATE KEY-----"}}}\n'
  ],
  [
    'values.schema.json',
    '{"properties":{"auths":{"type":"object","properties":{"auth":{"type":"string"},"password":{"type":"string"}}}}}\n'
  ],
  [
    'crds/secrets.yaml',
    'description: |-\n  PrivateKey is PEM, "-----BEGIN PRIVATE KEY-----".\n  kty is the type of the key: {"kty": "RSA", "n": "...", "e": "AQAB", "d": "..."}\n'
  ],
  [
    'files/jwks.json',
    `{"keys":[{"kty":"RSA","kid":"1","n":"${BASE64.slice(0, 342).replaceAll('+', '-').replaceAll('/', '_')}","e":"AQAB"}]}\n`
  ],
  [
    'files/dashboard.json',
    JSON.stringify({ panels: [{ image: `data:image/png;base64,${BASE64}` }] })
  ],
  ['files/logo.svg', `<svg><image href="data:image/png;base64,${BASE64}"/></svg>`],
  ['files/ca.pem', CERTIFICATE],
  ['files/ca-bundle.pem', CERTIFICATE.repeat(5)],
  [
    'files/public.pem',
    `-----BEGIN PUBLIC KEY-----\n${BASE64.slice(0, 360).replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`
  ],
  ['files/request.pem', CERTIFICATE.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST')],
  [
    'files/release.asc',
    `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${BASE64.slice(0, 640).replace(/.{64}/g, '$&\n')}\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n`
  ],
  [
    'files/authorized_keys',
    `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${BASE64.slice(0, 43)} me@host\nssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ${BASE64.slice(0, 500)} you@host\n`
  ],
  [
    'files/known_hosts',
    `github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${BASE64.slice(50, 93)}\n`
  ],
  [
    'files/dhparam.pem',
    `-----BEGIN DH PARAMETERS-----\n${BASE64.slice(0, 400).replace(/.{64}/g, '$&\n')}\n-----END DH PARAMETERS-----\n`
  ],
  [
    'templates/sealed.yaml',
    `kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgB${BASE64.slice(0, 700)}\n`
  ],
  [
    'secrets.enc.yaml',
    `password: ENC[AES256_GCM,data:${BASE64.slice(0, 20)},iv:${BASE64.slice(20, 63)}=,tag:${BASE64.slice(70, 92)}==,type:str]\nsops:\n  age:\n    - recipient: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n      enc: |\n        -----BEGIN AGE ENCRYPTED FILE-----\n        ${BASE64.slice(0, 64)}\n        -----END AGE ENCRYPTED FILE-----\n`
  ],
  // Hashes and identifiers.
  [
    'values.yaml',
    'adminPasswordHash: "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"\n'
  ],
  ['values.yaml', `image: ghcr.io/acme/app@sha256:${sha('image')}\nchecksum: ${sha('config')}\n`],
  ['files/.htpasswd', 'admin:$apr1$Zr1Qb9zL$w8kDZ0yQ1mF5l2v4bq0rJ/\n'],
  ['values.yaml', 'jwtSecret: ""\napiKey: changeme\ntoken: YOUR_TOKEN\npassword: Harbor12345\n'],
  ['package-lock.json', `{"integrity":"sha512-${BASE64.slice(0, 86)}=="}`],
  // Tokens that are placeholders.
  ['README.md', 'export GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n'],
  ['README.md', 'token: ghp_1234567890abcdefghijklmnopqrstuvwxyz\n'],
  ['README.md', 'token: ghp_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 or github_pat_...\n'],
  ['README.md', 'gitlab: glpat-xxxxxxxxxxxxxxxxxxxx, glpat-YOUR-TOKEN-COMES-HERE1\n'],
  ['README.md', 'slack: xoxb-1234567890-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx\n'],
  ['README.md', 'vault: hvs.EXAMPLE-token-of-the-documentation-1\n'],
  [
    'README.md',
    'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n'
  ],
  [
    'values.yaml',
    'aws_secret_access_key: ""\naws:\n  aws_secret_access_key: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n'
  ],
  [
    'README.md',
    'age: AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ\n'
  ],
  ['README.md', 'age-keygen prints AGE-SECRET-KEY-1... and the public key age1...\n'],
  // Login files without a login.
  [
    '.npmrc',
    `//registry.npmjs.org/:_authToken=\${NPM_TOKEN}\nregistry=https://registry.npmjs.org/\n`
  ],
  ['.npmrc', '//npm.pkg.github.com/:_authToken=YOUR_TOKEN\n'],
  ['ci/.env.example', 'API_TOKEN=a8Fk3lQ9zX1mB7Vt\nDB_PASSWORD=hunter2hunter2\n'],
  [
    '.env',
    `API_TOKEN=\nDB_PASSWORD=changeme\nSECRET_KEY=\${SECRET_KEY}\nAPP_NAME=a8Fk3lQ9zX1mB7Vt\n`
  ],
  ['.netrc', 'machine api.example.com login me password <password>\n'],
  ['.docker/config.json', '{"credsStore":"desktop","auths":{"ghcr.io":{}}}\n'],
  ['files/config.json', '{"auths":{"registry.example.com":{"auth":"dXNlcjpwYXNzd29yZA=="}}}\n'],
  [
    'values.yaml',
    `dockerconfigjson: ${Buffer.from('{"auths":{"https://index.docker.io/v1/":{"auth":"dXNlcm5hbWU6cGFzc3dvcmQ="}}}').toString('base64')}\n`
  ],
  [
    'values.yaml',
    'imageCredentials: \'{"auths": {"<registry>": {"auth": "<base64 of user:password>"}}}\'\n'
  ],
  ['values.yaml', 'oauths:\n  google:\n    auth: disabled\n    password: ""\n'],
  ['values.yaml', 'auths:\n  - name: github\n    type: oauth\n'],
  [
    'repositories.yaml',
    'apiVersion: ""\nrepositories:\n  - name: stable\n    url: https://charts.example.com\n    username: ""\n    password: ""\n'
  ],
  [
    'files/kubeconfig',
    'kind: Config\nusers:\n  - name: me\n    user:\n      token: <token>\n      exec: { command: aws }\ncurrent-context: me\n'
  ],
  [
    'files/kubeconfig.tpl',
    'users:\n- name: sa\n  user:\n    token: {{ .Values.token }}\n    client-key-data: {{ .Values.key | b64enc }}\ncurrent-context: sa\n'
  ],
  ['.pypirc', '[pypi]\nusername = __token__\npassword = <your token>\n'],
  ['.gitmodules', '[submodule "lib"]\n\turl = https://github.com/acme/lib.git\n'],
  ['.git-credentials.md', 'Git keeps https://user:password@host in ~/.git-credentials.\n'],
  ['files/gha-creds.md', 'The action writes gha-creds-0123456789abcdef.json.\n']
]
