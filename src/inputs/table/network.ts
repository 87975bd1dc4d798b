import { EVERYWHERE, type InputSpec } from './spec.ts'

/** What a client certificate does for a command that publishes nothing. */
const FOR_REGISTRY = 'for a CHART in a registry only'

export const NETWORK = {
  ca: {
    group: 'Network',
    kind: 'pem',
    knownTo: EVERYWHERE,
    description: [
      'Certificates to trust in addition to those of the machine, for all hosts of the run: PEM text, or the path of a file.'
    ],
    flag: { value: 'FILE', help: 'PEM certificates to trust in addition to those of the machine' }
  },
  'client-cert': {
    group: 'Network',
    kind: 'pem',
    knownTo: EVERYWHERE,
    description: [
      'Client certificate (with its chain) for the registry, sent to no other host: PEM text, or the path of a file. It is',
      'checked against `client-key` before any request.'
    ],
    flag: {
      value: 'FILE',
      help: 'PEM client certificate for the registry',
      helpOf: { package: FOR_REGISTRY }
    }
  },
  'client-key': {
    group: 'Network',
    kind: 'secret-pem',
    knownTo: EVERYWHERE,
    description: [
      'Private key of `client-cert`: PEM text, or the path of a file. It is masked like a password.'
    ],
    flag: {
      value: 'FILE',
      help: 'PEM key of the client certificate',
      helpOf: { package: FOR_REGISTRY }
    }
  },
  'client-key-passphrase': {
    group: 'Network',
    kind: 'secret',
    knownTo: EVERYWHERE,
    hasVariable: true,
    description: ['Passphrase of `client-key`, if it is encrypted.'],
    flag: {
      name: 'client-key-passphrase-file',
      value: 'FILE',
      help: 'read the passphrase of that key from a file',
      helpOf: { package: FOR_REGISTRY }
    }
  },
  'insecure-skip-tls-verify': {
    group: 'Network',
    kind: 'host-switch',
    default: 'false',
    hasAddresses: true,
    knownTo: EVERYWHERE,
    description: [
      'Do not verify the certificate of the registry: `true` if all registries are on one host, or the hosts that it applies',
      'to, one per line, such as `registry.example.com:5000`; hosts of dependencies must be listed. Token services and',
      'storage on other hosts are still verified. Prefer `ca`.'
    ],
    flag: {
      instead: 'HOST',
      help: 'do not verify the certificate of the registry; with several, =HOST for each, repeated',
      helpOf: {
        package: 'do not verify the certificate of HOST, from which dependencies come; repeated'
      }
    }
  },
  'plain-http': {
    group: 'Network',
    kind: 'host-switch',
    default: 'false',
    hasAddresses: true,
    knownTo: EVERYWHERE,
    description: [
      'Use http instead of https for the registry: `true` if all registries are on one host, or the hosts that it applies',
      'to, one per line; hosts of dependencies must be listed.'
    ],
    flag: {
      instead: 'HOST',
      help: 'use http instead of https for the registry; with several, =HOST for each, repeated',
      helpOf: {
        package: 'use http instead of https for HOST, from which dependencies come; repeated'
      }
    }
  },
  timeout: {
    group: 'Network',
    kind: 'duration',
    // The longest wait for one answer to an upload, and what a push of the largest chart takes at 3 Mbit/s.
    default: '5m',
    knownTo: EVERYWHERE,
    description: [
      'Time limit for one publication (a chart at a registry), including pauses, and for a download of helm: `90s`, `10m`,',
      'or seconds.'
    ],
    flag: {
      value: 'DURATION',
      help: 'time limit for one chart at its registry, and for a download of helm: 90s, 10m, or seconds (default 5m)'
    }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
