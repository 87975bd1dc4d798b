import { EXIT_CODES } from '../shared/failure.ts'
import type { Command } from './flags.ts'

/** Names with their meanings. */
interface HelpList {
  readonly title: string
  readonly entries: readonly (readonly [string, string])[]
}

/** What the help of a command says beside its flags and variables. */
export interface CommandHelp {
  readonly name: Command
  /** Paragraphs. */
  readonly about: readonly string[]
  /** What follows the name of the command. */
  readonly usage: string
  readonly argument?: string
  /** Paragraphs and lists behind the flags. */
  readonly more: readonly (string | HelpList)[]
  /** Each may have several lines. */
  readonly examples: readonly string[]
}

const { usage, helm, chart, auth, registry, conflict, verification, signing } = EXIT_CODES
const { sighup, sigint, sigterm } = EXIT_CODES

export const EXIT_CODE_MEANINGS: readonly (readonly [string, string])[] = [
  ['0', 'done'],
  ['1', 'a bug in publish-helm-chart'],
  [`${usage}`, 'usage: an unknown flag, a bad value, a path or tag that does not exist'],
  [`${helm}`, 'helm is missing, too old, or hangs, or `helm package` failed'],
  [`${chart}`, 'the chart or its archive is not valid'],
  [`${auth}`, 'not logged in, not allowed, or no such repository'],
  [`${registry}`, 'registry unreachable, or it returned an unexpected response'],
  [`${conflict}`, 'the version already exists with different content'],
  [`${verification}`, 'verification after the push failed: the registry returned other content'],
  [`${signing}`, 'signing failed; verify: a required signature is missing or not valid'],
  [`${sighup}, ${sigint}, ${sigterm}`, 'hung up, interrupted, terminated']
]

const CHART_ARGUMENT =
  "CHART is a chart directory (default: the working directory), an archive (.tgz), a pattern such as 'charts/*', an OCI image layout (oci-layout:FOLDER or oci-archive:FILE.tar), or a chart in a registry to copy (oci://HOST/PATH/NAME:TAG or @sha256:…); '!PATTERN' excludes. Give one or more. An empty CHART means no chart, see --if-no-charts-found."

export const COMMAND_HELP: readonly CommandHelp[] = [
  {
    name: 'publish',
    about: [
      'Packages charts and publishes them below the registry path. Archives are published unchanged. A version that already exists with the same content is left unchanged; with different content, the run fails (see --if-exists).'
    ],
    usage: 'CHART… --registry oci://HOST/PATH [flags]',
    argument: CHART_ARGUMENT,
    examples: [
      'publish-helm-chart publish charts/web --registry oci://ghcr.io/acme/charts',
      "publish-helm-chart publish 'charts/*' --registry oci://ghcr.io/acme/charts \\\n  --if-exists skip --dry-run",
      'publish-helm-chart publish oci://ghcr.io/acme/staging/web@sha256:… \\\n  --registry oci://ghcr.io/acme/production',
      'echo "$TOKEN" | publish-helm-chart publish web-1.2.3.tgz --username ci \\\n  --password-stdin --registry oci://registry.example.com/charts --tags latest'
    ],
    more: []
  },
  {
    name: 'package',
    about: [
      'Packages charts, validates the archives, and saves them in the destination (default: the working directory, nowhere with --oci-layout). An archive that is given as CHART is validated, and is copied only with a destination.'
    ],
    usage: 'CHART… [flags]',
    argument: CHART_ARGUMENT,
    examples: [
      'publish-helm-chart package charts/web --destination dist',
      "publish-helm-chart package 'charts/*' --oci-layout layout --lint fail"
    ],
    more: []
  },
  {
    name: 'inspect',
    about: [
      'Checks each INPUT, an archive (.tgz), a chart directory or a reference in a registry, and reports whether Helm can use it, and every problem. For a directory, it lists each dependency with its state in charts/: ok, missing, stale, unreadable or undeclared. It is read-only.'
    ],
    usage: 'INPUT… [flags]',
    examples: [
      'publish-helm-chart inspect demo-1.2.3.tgz charts/demo',
      'publish-helm-chart inspect oci://ghcr.io/acme/charts/demo:1.2.3 --json'
    ],
    more: [
      {
        title: 'Verdicts',
        entries: [
          ['genuine', 'matches the output of helm package in every respect'],
          [
            'loadable',
            'Helm can load it, but it was probably not created by helm package; the exit code is 0, but publish accepts it only with --require-genuine=false; a directory is at best loadable, because helm has not packaged it yet'
          ],
          ['refused', `Helm rejects it, or could not push it: the exit code is ${chart}`]
        ]
      },
      'If an input cannot be read, the others are still inspected; the exit code is that of the first input that is refused or cannot be read.'
    ]
  },
  {
    name: 'list',
    about: [
      "Lists the versions of a published chart in Helm's order, the newest first: when each was created, the size of its archive, its app version, its digest, and what is attached to it. Attachments are counted, not verified: use `verify`. Versions that Helm cannot use are listed with the reason. Archives are not read: use `inspect`. It is read-only.",
      'Other tags, such as latest, 1.2 or v1.2.3, which Helm does not list, are shown with the version that they point to.'
    ],
    usage: 'oci://HOST/PATH/NAME [flags]',
    examples: [
      'publish-helm-chart list oci://ghcr.io/acme/charts/demo',
      "publish-helm-chart list oci://ghcr.io/acme/charts/demo --json |\n  jq -r '.versions[0].version'"
    ],
    more: [
      {
        title: 'Attached',
        entries: [
          ['signature, provenance', 'Sigstore bundles, as cosign 3 and actions/attest create them'],
          ['other', 'a Sigstore bundle with another statement'],
          ['cosign-tag', 'a signature or attestation of cosign 1 or 2'],
          ['notation', 'a signature by Notation'],
          ['pgp', 'the provenance of helm package --sign']
        ]
      },
      `The exit code is ${chart} if Helm cannot use one of the listed versions.`
    ]
  },
  {
    name: 'verify',
    about: [
      'Verifies and lists the signatures of published charts: attached Sigstore bundles (signatures and attestations, as cosign and actions/attest create them), PGP provenance, and the metadata for Artifact Hub. It is read-only.',
      `Without flags that name a required signer, it reports who signed, and the exit code is 0 if at least one statement is valid and none is invalid. With such flags, each of them must be satisfied, whatever else is attached: a valid statement of the identity, one by a key of --key, provenance by a key of --keyring. Otherwise the exit code is ${signing}.`
    ],
    usage: 'oci://HOST/PATH/NAME:VERSION… [flags]',
    examples: [
      'publish-helm-chart verify oci://ghcr.io/acme/charts/demo:1.2.3',
      'publish-helm-chart verify oci://ghcr.io/acme/charts/demo:1.2.3 \\\n  --certificate-oidc-issuer https://token.actions.githubusercontent.com \\\n  --certificate-github-workflow-repository acme/demo'
    ],
    more: [
      {
        title: 'Verdicts',
        entries: [
          ['valid', 'it is valid, and by a required signer if flags name one'],
          ['foreign', 'it is valid, but by another signer'],
          ['invalid', 'the verification failed'],
          ['unchecked', 'it cannot be verified without --key, --keyring or --trusted-root'],
          ['absent', 'none was found']
        ]
      },
      '--certificate-identity and --certificate-github-workflow-repository need --certificate-oidc-issuer, and are compared exactly. The exit code is that of the first reference that is not valid or cannot be read; the others are still verified.'
    ]
  }
]

export const COMPLETION_HELP = `Prints a script that completes commands, flags and their values in a shell.

Usage:
  publish-helm-chart completion bash|zsh|fish

Examples:
  eval "$(publish-helm-chart completion bash)"
  publish-helm-chart completion zsh > "\${fpath[1]}/_publish-helm-chart"
  publish-helm-chart completion fish > \\
    ~/.config/fish/completions/publish-helm-chart.fish
`
