import { ATTEST, GITHUB_ATTESTATION, SIGN } from '../../publish/model/trust-request.ts'
import { type InputSpec, TO_PUBLISH } from './spec.ts'

/** Signatures and attestations of Sigstore. */
export const SIGNING = {
  sign: {
    group: 'Trust',
    kind: 'choice',
    choices: SIGN,
    default: 'off',
    knownTo: TO_PUBLISH,
    description: [
      'Sign published charts, as `cosign sign` does, before the version becomes visible: `keyless` with the identity of the',
      'workflow (needs `permissions: id-token: write`), or `key` with `cosign-key`. A version that already exists is signed',
      'unless it has a valid signature of the same signer.'
    ],
    flag: {
      value: 'off|keyless|key',
      help: 'sign the published charts, with the identity of the CI job or with --cosign-key'
    }
  },
  'cosign-key': {
    group: 'Trust',
    kind: 'secret-pem',
    knownTo: TO_PUBLISH,
    description: [
      'Private key for `sign: key`: `cosign.key` of `cosign generate-key-pair`, or PKCS#8 in PEM; PEM text, or the path of',
      'a file.'
    ],
    flag: { value: 'FILE', help: 'private key that signs: cosign.key, or PKCS#8 in PEM' }
  },
  'cosign-password': {
    group: 'Trust',
    kind: 'secret',
    hasVariable: true,
    otherVariable: 'COSIGN_PASSWORD',
    otherVariableWith: 'cosign-key',
    knownTo: TO_PUBLISH,
    description: ['Password of `cosign-key`, if it is encrypted.'],
    flag: {
      name: 'cosign-password-file',
      value: 'FILE',
      help: 'read the password of that key from a file'
    }
  },
  attest: {
    group: 'Trust',
    kind: 'choice',
    choices: ATTEST,
    default: 'off',
    knownTo: TO_PUBLISH,
    description: [
      'Attest published charts: `provenance` states which workflow run created them, in the format of `actions/attest` (SLSA',
      'v1). On GitHub only; needs `permissions: id-token: write`.'
    ],
    flag: { value: 'off|provenance', help: 'attest which GitHub workflow run created it' }
  },
  'github-attestation': {
    group: 'Trust',
    kind: 'choice',
    choices: GITHUB_ATTESTATION,
    default: 'auto',
    knownTo: TO_PUBLISH,
    description: [
      'Whether to also store the provenance at GitHub, where `gh attestation verify` finds it automatically: `auto` stores',
      'it with `attest: provenance` on github.com and ghe.com; needs `permissions: attestations: write`.'
    ],
    flag: { value: 'auto|true|false', help: 'whether to also store the provenance at GitHub' }
  },
  'github-token': {
    group: 'Trust',
    kind: 'secret',
    hasVariable: true,
    actionDefault: `\${{ github.token }}`,
    knownTo: TO_PUBLISH,
    description: ['Token to store the provenance at GitHub. It is sent only to the GitHub API.'],
    flag: {
      name: 'github-token-file',
      value: 'FILE',
      help: 'read the token to store the provenance from a file'
    }
  },
  sigstore: {
    group: 'Trust',
    kind: 'text',
    default: 'auto',
    knownTo: TO_PUBLISH,
    description: [
      "Which services sign: `auto` (Sigstore's public instance for public repositories, GitHub's for others), `public-good`,",
      '`github`, or the path of a signing configuration. The public instance publishes owner, repository, workflow and ref',
      'permanently. With `sign: key`, `public-good` or a file also logs and timestamps the signatures there.'
    ],
    flag: {
      value: 'WHICH',
      help: 'services that sign: auto, public-good, github, or a signing configuration'
    }
  },
  'trusted-root': {
    group: 'Trust',
    kind: 'text',
    knownTo: ['action', 'publish', 'verify'],
    description: [
      'File with the authorities and logs to verify signatures with; nothing else is trusted then. By default, those of',
      "Sigstore's public instance and of GitHub."
    ],
    flag: { value: 'FILE', help: 'verify signatures only with the authorities in this file' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
