import { EVERYWHERE, type InputSpec, TO_REGISTRIES } from './spec.ts'

export const NETWORK = {
  ca: {
    group: 'Network',
    kind: 'pem',
    knownTo: EVERYWHERE,
    description: [
      'Certificates to trust in addition to those of the machine, for all hosts of the run: PEM text, or the path of a',
      'file.'
    ],
    flag: { value: 'FILE', help: 'PEM certificates to trust in addition to those of the machine' }
  },
  'client-cert': {
    group: 'Network',
    kind: 'pem',
    knownTo: TO_REGISTRIES,
    description: [
      'Certificate (with its chain) to show to the registry, and to no other host: PEM text, or the path of a file.',
      'Checked against `client-key` before anything is sent.'
    ],
    flag: { value: 'FILE', help: 'PEM certificate to show to the registry' }
  },
  'client-key': {
    group: 'Network',
    kind: 'secret-pem',
    knownTo: TO_REGISTRIES,
    description: [
      'Private key of `client-cert`, PEM text or the path of a file. It is masked like a password.'
    ],
    flag: { value: 'FILE', help: 'PEM key of the client certificate' }
  },
  'client-key-passphrase': {
    group: 'Network',
    kind: 'secret',
    knownTo: TO_REGISTRIES,
    hasVariable: true,
    description: ['Passphrase of `client-key`, when it is encrypted.'],
    flag: {
      name: 'client-key-passphrase-file',
      value: 'FILE',
      help: 'read the passphrase of that key from a file'
    }
  },
  'insecure-skip-tls-verify': {
    group: 'Network',
    kind: 'host-switch',
    default: 'false',
    hasAddresses: true,
    knownTo: TO_REGISTRIES,
    description: [
      'Do not verify the certificate of the registry: `true` when all registries are on one host, or the hosts that it is',
      'for, one per line, such as `registry.example.com:5000`. Token services and storage on other hosts are still',
      'verified. `ca` is the safe way.'
    ],
    flag: {
      instead: 'HOST',
      help: 'do not verify the certificate of the registry; with several, =HOST for each, repeated'
    }
  },
  'plain-http': {
    group: 'Network',
    kind: 'host-switch',
    default: 'false',
    hasAddresses: true,
    knownTo: TO_REGISTRIES,
    description: [
      'Speak http instead of https with the registry: `true` when all registries are on one host, or the hosts that it is',
      'for, one per line.'
    ],
    flag: {
      instead: 'HOST',
      help: 'speak http, not https, with the registry; with several, =HOST for each, repeated'
    }
  },
  timeout: {
    group: 'Network',
    kind: 'duration',
    // The longest wait for one answer to an upload, and what a push of the largest chart takes at 3 Mbit/s.
    default: '5m',
    knownTo: EVERYWHERE,
    description: [
      'How long one publication (a chart at a registry) may take at its registry, pauses included, and how long a download',
      'of helm: `90s`, `10m`, or seconds.'
    ],
    flag: {
      value: 'DURATION',
      help: 'for one chart at its registry, and for a download of helm: 90s, 10m, or seconds (default 5m)'
    }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
