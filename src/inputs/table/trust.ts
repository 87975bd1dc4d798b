import { type InputSpec, TO_PACKAGE, TO_PUBLISH } from './spec.ts'

export const TRUST = {
  'gpg-private-key': {
    group: 'Trust',
    kind: 'secret',
    isBinary: true,
    knownTo: TO_PACKAGE,
    description: [
      'PGP key to sign archives with, as `helm package --sign` does: armored, or base64 of the armored or binary key. The',
      'provenance (`.prov`) is pushed with the chart, and saved with its archive. Signing the same archive again results in',
      'the same bytes (RSA, Ed25519). The key is never written to a file.'
    ],
    flag: { value: 'FILE', help: 'sign archives with the PGP key in this file' }
  },
  'gpg-passphrase': {
    group: 'Trust',
    kind: 'secret',
    hasVariable: true,
    knownTo: TO_PACKAGE,
    description: ['Passphrase of `gpg-private-key`, if it is protected.'],
    flag: {
      name: 'gpg-passphrase-file',
      value: 'FILE',
      help: 'read the passphrase of that key from a file'
    }
  },
  'gpg-key-id': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_PACKAGE,
    description: [
      'Key of `gpg-private-key` to sign with, if it has several: a fingerprint, an id of 16 digits, or a part of a user ID.'
    ],
    flag: { value: 'ID', help: 'key of that file to sign with' }
  },
  'artifacthub-repo': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_PUBLISH,
    description: [
      'File for Artifact Hub (`artifacthub-repo.yml`), pushed to the tag `artifacthub.io` of each chart before its version,',
      'if its content differs. `{{name}}` in the path is replaced by the name of the chart.'
    ],
    flag: { value: 'FILE', help: 'artifacthub-repo.yml to push to the tag artifacthub.io' }
  },
  'require-public': {
    group: 'Trust',
    kind: 'switch',
    default: 'false',
    knownTo: TO_PUBLISH,
    description: [
      'Require that everybody can pull the published charts: after the push, the manifest and the archive are requested',
      'without a login. If this fails, the exit code is 5, but the chart stays published.'
    ],
    flag: { help: 'require that everybody can pull the published charts' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
