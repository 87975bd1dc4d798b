import { type InputSpec, TO_PACKAGE } from './spec.ts'

export const HELM = {
  'helm-version': {
    group: 'helm',
    kind: 'text',
    knownTo: TO_PACKAGE,
    description: [
      'Version of helm to package with, such as `v4.3.0`. By default, the one on PATH when it is recent enough, else',
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
      'Base address of helm downloads. They use `ca` and the proxies, are verified by their checksum, and send no login.'
    ],
    flag: { value: 'URL', help: 'mirror of https://get.helm.sh' }
  },
  'source-date-epoch': {
    group: 'helm',
    kind: 'text',
    knownTo: TO_PACKAGE,
    description: [
      'Seconds since 1970 to stamp into the archive, so that the same source gives the same digest (Helm 4.3 and',
      'newer). By default, `SOURCE_DATE_EPOCH`, else the date of the checked-out commit when the chart is in a git work',
      'tree.'
    ],
    flag: { value: 'SECONDS', help: "time to stamp into the archive; the commit's unless given" }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
