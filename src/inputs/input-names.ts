/** The inputs that are no secrets, in the order of action.yml; the command's flags bear the same names. */
export const INPUT_NAMES = [
  'chart',
  'if-no-charts-found',
  'registry',
  'username',
  'registry-config',
  'token-hosts',
  'ca',
  'client-cert',
  'insecure-skip-tls-verify',
  'plain-http',
  'version',
  'app-version',
  'tags',
  'if-exists',
  'require-genuine',
  'annotations',
  'destination',
  'oci-layout',
  'dry-run',
  'concurrency',
  'helm-version',
  'helm-sha256',
  'helm-download-url',
  'source-date-epoch',
  'timeout',
  'allow-outside-files',
  'allow-untrusted-checkout'
] as const

export type InputName = (typeof INPUT_NAMES)[number]
