import { INPUT_NAMES, type InputName } from '../inputs/input-names.ts'

/** A flag of a command. `value` names what follows it; without one it is a switch. */
export interface Flag {
  readonly name: string
  readonly value?: string
  /** Whether it may be repeated. */
  readonly isList?: boolean
  /** What a switch may have behind `=` in place of true and false. */
  readonly instead?: string
  readonly help: string
}

/** The flags of the inputs that are secrets: argument lists can be seen, so they name files. */
const SECRET_FLAGS: readonly Flag[] = [
  { name: 'password-stdin', help: 'read the password from standard input' },
  { name: 'password-file', value: 'FILE', help: 'read the password from a file' },
  { name: 'identity-token-file', value: 'FILE', help: 'read an identity token from a file' },
  { name: 'registry-auth-file', value: 'FILE', help: 'YAML file: host to credentials' },
  { name: 'client-key', value: 'FILE', help: 'PEM key of the client certificate' },
  {
    name: 'client-key-passphrase-file',
    value: 'FILE',
    help: 'read the passphrase of that key from a file'
  }
]

const INPUT_FLAGS: Readonly<Record<Exclude<InputName, 'chart'>, Omit<Flag, 'name'>>> = {
  registry: {
    value: 'oci://HOST/PATH',
    isList: true,
    help: "where to publish; the chart's name is added; may be repeated"
  },
  username: { value: 'NAME', help: 'user of the registry' },
  'registry-config': {
    value: 'FILE|none',
    help: "use the logins in this file, not the user's own; none: use neither"
  },
  'token-hosts': { value: 'HOST,…', help: 'token services that may get the password; no others' },
  ca: {
    value: 'FILE',
    help: 'PEM certificates to trust beside those that are trusted anyway'
  },
  'client-cert': { value: 'FILE', help: 'PEM certificate to show to the registry' },
  'insecure-skip-tls-verify': {
    instead: 'HOST',
    isList: true,
    help: 'do not verify the certificate of the registry; with several, =HOST for each, repeated'
  },
  'plain-http': {
    instead: 'HOST',
    isList: true,
    help: 'speak http, not https, with the registry; with several, =HOST for each, repeated'
  },
  version: {
    value: 'VERSION',
    help: 'version instead of the one in Chart.yaml, or a Git tag that names it'
  },
  'app-version': { value: 'VERSION', help: 'appVersion instead of the one in Chart.yaml' },
  tags: { value: 'TAG', isList: true, help: 'more tags, such as latest or {{major}}.{{minor}}' },
  'if-exists': { value: 'fail|skip|overwrite', help: 'what to do with other content' },
  'require-genuine': {
    help: 'refuse archives that lack a mark of helm package (default); =false warns instead'
  },
  annotations: {
    value: 'KEY=VALUE|auto',
    isList: true,
    help: 'more annotations of the manifest; auto: source and commit, as the CI tells them'
  },
  destination: { value: 'FOLDER', help: 'save the archives there, as the registries have them' },
  'oci-layout': { value: 'FOLDER', help: 'add the charts to the OCI image layout there' },
  'dry-run': { help: 'say what would be published, and push nothing' },
  concurrency: { value: 'COUNT', help: 'charts to package and push side by side; 4 unless given' },
  'helm-version': { value: 'VERSION', help: 'package with this version of helm' },
  'helm-sha256': { value: 'HEX', help: 'checksum of the download of that version' },
  'helm-download-url': { value: 'URL', help: 'mirror of https://get.helm.sh' },
  'if-no-charts-found': {
    value: 'error|warn|ignore',
    help: 'what to do when CHART is empty or matches no chart'
  },
  'allow-outside-files': { help: 'follow links of a chart that lead out of the work tree' },
  'allow-untrusted-checkout': {
    help: 'package the code of a pull request in a run that has secrets'
  },
  'source-date-epoch': {
    value: 'SECONDS',
    help: "time to stamp into the archive; the commit's unless given"
  },
  timeout: {
    value: 'DURATION',
    help: 'for one chart at its registry, and for a download of helm: 90s, 10m, or seconds (default 5m)'
  }
}

/** Flags in the order of the help text: those of the inputs, then those that only the command has. */
export const FLAGS: readonly Flag[] = [
  ...INPUT_NAMES.flatMap((name) => (name === 'chart' ? [] : [{ name, ...INPUT_FLAGS[name] }])),
  ...SECRET_FLAGS,
  { name: 'json', help: 'print the result as one JSON object' },
  { name: 'debug', help: 'log every request' }
]

const LOGIN_FLAGS = [
  'username',
  'registry-config',
  'token-hosts',
  'ca',
  'client-cert',
  'insecure-skip-tls-verify',
  'plain-http',
  'timeout',
  ...SECRET_FLAGS.map(({ name }) => name)
]
const REGISTRY_FLAGS = ['registry', ...LOGIN_FLAGS, 'if-exists', 'dry-run']

/** The flags that `package` knows: it has nothing to do with a registry, but may download helm. */
const DOWNLOAD_FLAGS = ['ca', 'timeout']
export const PACKAGE_FLAGS = FLAGS.filter(({ name }) => {
  return DOWNLOAD_FLAGS.includes(name) || !REGISTRY_FLAGS.includes(name)
})

const ANYWHERE = ['json', 'debug']

/** The flags of `inspect`: how to reach a registry, and what to make of what is found. */
export const INSPECT_FLAGS: readonly Flag[] = [
  ...FLAGS.filter(({ name }) => LOGIN_FLAGS.includes(name)),
  {
    name: 'require-genuine',
    help: 'report what publish would refuse as an error (default); =false makes it a warning'
  },
  ...FLAGS.filter(({ name }) => ANYWHERE.includes(name))
]
