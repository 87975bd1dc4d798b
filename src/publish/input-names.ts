/** The inputs that are no secrets, in the order of action.yml; the command's flags bear the same names. */
export const INPUT_NAMES = [
  'chart',
  'registry',
  'username',
  'ca',
  'client-cert',
  'insecure-skip-tls-verify',
  'plain-http',
  'version',
  'app-version',
  'require-genuine',
  'destination',
  'helm-version',
  'helm-sha256',
  'helm-download-url',
  'source-date-epoch',
  'timeout'
] as const

/** The inputs that are masked before anything is printed. */
export const SECRET_INPUT_NAMES = ['password', 'client-key', 'client-key-passphrase'] as const

export type InputName = (typeof INPUT_NAMES)[number]
