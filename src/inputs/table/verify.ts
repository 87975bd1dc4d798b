import { type InputSpec, TO_VERIFY } from './spec.ts'

/** Flags of `verify` only, named as cosign and helm name theirs. */
export const VERIFY = {
  'certificate-identity': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_VERIFY,
    description: [],
    flag: {
      value: 'IDENTITY',
      help: 'required signer: the workflow with its ref (https://…@refs/…), or an e-mail address'
    }
  },
  'certificate-oidc-issuer': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_VERIFY,
    description: [],
    flag: {
      value: 'URL',
      help: 'issuer of that identity, such as https://token.actions.githubusercontent.com'
    }
  },
  'certificate-github-workflow-repository': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_VERIFY,
    description: [],
    flag: { value: 'OWNER/NAME', help: 'required source repository of the workflow run' }
  },
  key: {
    group: 'Trust',
    kind: 'lines',
    knownTo: TO_VERIFY,
    description: [],
    flag: {
      value: 'FILE',
      help: 'public key (PEM) of a required signer; may be repeated, one match is enough'
    }
  },
  keyring: {
    group: 'Trust',
    kind: 'lines',
    knownTo: TO_VERIFY,
    description: [],
    flag: {
      value: 'FILE',
      help: 'public PGP keys, one of which must have signed the provenance (.prov); may be repeated'
    }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
