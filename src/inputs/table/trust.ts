import { type InputSpec, TO_PACKAGE, TO_PUBLISH } from './spec.ts'

export const TRUST = {
  'gpg-private-key': {
    group: 'Trust',
    kind: 'secret',
    isBinary: true,
    knownTo: TO_PACKAGE,
    description: [
      'PGP key to sign archives with, as `helm package --sign` does, armored, or base64 of the armored or binary key: the',
      'provenance (`.prov`) is pushed with the chart, and saved with its archive. The same key signs the same archive to the',
      'same bytes (RSA, Ed25519). Nothing of it is written to a file.'
    ],
    flag: { value: 'FILE', help: 'sign archives with the PGP key in this file' }
  },
  'gpg-passphrase': {
    group: 'Trust',
    kind: 'secret',
    hasVariable: true,
    knownTo: TO_PACKAGE,
    description: ['Passphrase of `gpg-private-key`, when it is protected.'],
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
      'Which key of `gpg-private-key` signs, where it has several: a fingerprint, an id of 16 digits, or a part of a user ID.'
    ],
    flag: { value: 'ID', help: 'which key of that file signs' }
  },
  'artifacthub-repo': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_PUBLISH,
    description: [
      'File for Artifact Hub (`artifacthub-repo.yml`), pushed to the tag `artifacthub.io` of each chart before its version,',
      'when its content differs. `{{name}}` in the path stands for the name of the chart.'
    ],
    flag: { value: 'FILE', help: 'artifacthub-repo.yml to push to the tag artifacthub.io' }
  },
  'require-public': {
    group: 'Trust',
    kind: 'switch',
    default: 'false',
    knownTo: TO_PUBLISH,
    description: [
      'Require that everybody can pull what was published: after the push, its manifest and its archive are asked for',
      'without a login. If that fails, the exit code is 5, though the chart is published.'
    ],
    flag: { help: 'require that everybody can pull what was published' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
