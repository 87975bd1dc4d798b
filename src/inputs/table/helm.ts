import { type InputSpec, TO_PACKAGE } from './spec.ts'

export const HELM = {
  'helm-version': {
    group: 'helm',
    kind: 'text',
    knownTo: TO_PACKAGE,
    description: [
      'Version of helm to package with, such as `v4.3.0`. By default, the helm on PATH if it is recent enough, otherwise',
      '`v4.3.0`.'
    ],
    flag: { value: 'VERSION', help: 'package with this version of helm' }
  },
  'helm-sha256': {
    group: 'helm',
    kind: 'text',
    knownTo: TO_PACKAGE,
    description: [
      'SHA-256 of the download of `helm-version`, for versions whose checksum is not built in.'
    ],
    flag: { value: 'HEX', help: 'checksum of the download of that version' }
  },
  'helm-download-url': {
    group: 'helm',
    kind: 'text',
    default: 'https://get.helm.sh',
    hasAddresses: true,
    knownTo: TO_PACKAGE,
    description: [
      'Base URL of helm downloads. Downloads use `ca` and the proxies, and are verified by checksum; no login is sent.'
    ],
    flag: { value: 'URL', help: 'mirror of https://get.helm.sh' }
  },
  'source-date-epoch': {
    group: 'helm',
    kind: 'text',
    knownTo: TO_PACKAGE,
    description: [
      'Timestamp of the archive in seconds since 1970, so that the same source results in the same digest (Helm 4.3 and',
      'newer). By default, `SOURCE_DATE_EPOCH`, otherwise the date of the checked-out commit if the chart is in a git work',
      'tree.'
    ],
    flag: {
      value: 'SECONDS',
      help: 'timestamp of the archive in seconds since 1970 (default: the date of the commit)'
    }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
