import { type InputSpec, TO_VERIFY } from './spec.ts'

/** Flags of `verify` alone, named as cosign and helm name theirs. */
export const VERIFY = {
  'certificate-identity': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_VERIFY,
    description: [],
    flag: {
      value: 'IDENTITY',
      help: 'who has to have signed: the workflow with its version (https://…@refs/…), or an address'
    }
  },
  'certificate-oidc-issuer': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_VERIFY,
    description: [],
    flag: {
      value: 'URL',
      help: 'whose tokens prove that identity: https://token.actions.githubusercontent.com'
    }
  },
  'certificate-github-workflow-repository': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_VERIFY,
    description: [],
    flag: { value: 'OWNER/NAME', help: 'in which source repository the workflow has to have run' }
  },
  key: {
    group: 'Trust',
    kind: 'lines',
    knownTo: TO_VERIFY,
    description: [],
    flag: {
      value: 'FILE',
      help: 'public key (PEM) that has to have signed; may be repeated, one of them will do'
    }
  },
  keyring: {
    group: 'Trust',
    kind: 'lines',
    knownTo: TO_VERIFY,
    description: [],
    flag: {
      value: 'FILE',
      help: 'public PGP keys: the provenance (.prov) has to be signed by one; may be repeated'
    }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
