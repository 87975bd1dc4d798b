import { INPUT_NAMES, specOf } from '../inputs/table/table.ts'
import { EXIT_CODES } from '../shared/failure.ts'
import { type Command, flagNameOf, flagsOf, variableOf } from './flags.ts'

const GENERAL = `Publishes a Helm chart to an OCI registry: packages it with helm, validates the
archive, pushes it, reads it back, and prints its digest.

Usage:
  publish-helm-chart publish CHART… --registry oci://HOST/PATH [flags]
  publish-helm-chart package CHART… [flags]
  publish-helm-chart inspect INPUT… [flags]
  publish-helm-chart list oci://HOST/PATH/NAME [flags]
  publish-helm-chart verify oci://HOST/PATH/NAME:VERSION… [flags]
  publish-helm-chart version
  publish-helm-chart help [COMMAND]

Exit codes:
  ${'0'.padEnd(4)} done
  ${code(1)} a bug in publish-helm-chart
  ${code(EXIT_CODES.usage)} usage: an unknown flag, a bad value, a path or tag that does not exist
  ${code(EXIT_CODES.helm)} helm is missing, too old or hung, or refuses the chart for its own reasons
  ${code(EXIT_CODES.chart)} the chart or its archive is not valid
  ${code(EXIT_CODES.auth)} not logged in, not allowed, or no such repository
  ${code(EXIT_CODES.registry)} the registry cannot be reached or does not behave
  ${code(EXIT_CODES.conflict)} the version exists with other content
  ${code(EXIT_CODES.verification)} what was read back is not what was pushed
  ${code(EXIT_CODES.signing)} it could not be signed; verify: what was asked for is missing or not valid
  ${code(EXIT_CODES.sighup)} hung up; ${EXIT_CODES.sigint} interrupted; ${EXIT_CODES.sigterm} terminated
`

const CHART = `CHART is a chart directory (default: the working directory), an archive (.tgz), a
pattern such as 'charts/*', or oci-layout:FOLDER; '!PATTERN' excludes. There may be several.
An empty CHART names no chart, see --if-no-charts-found.`

const PUBLISH = `Packages charts and publishes them below the registry path. Archives are published
unchanged. A version that already exists with the same content is left unchanged; with
different content it is refused.

Usage:
  publish-helm-chart publish CHART… --registry oci://HOST/PATH [flags]

${CHART}

Flags:
${flagLines('publish')}

Environment:
${variableLines('publish')}
  SOURCE_DATE_EPOCH                          as --source-date-epoch
`

const PACKAGE = `Packages charts, validates the archives, and saves them in the destination (default:
the working directory, nowhere with --oci-layout). An archive that is given as CHART is
validated, and not copied without a destination.

Usage:
  publish-helm-chart package CHART… [flags]

${CHART}

Flags:
${flagLines('package')}

Environment:
${variableLines('package')}
  SOURCE_DATE_EPOCH                          as --source-date-epoch
`

const INSPECT = `Checks each INPUT, an archive (.tgz), a chart directory or a reference in a registry, and
reports whether Helm could use it, and every problem. Of a directory it says for each
dependency whether charts/ has it: ok, missing, stale, unreadable or undeclared. It is
read-only.

  genuine   matches the output of helm package in every respect
  loadable  Helm can load it, but it was probably not created by helm package; the exit
            code is 0, though publish takes it with --require-genuine=false only; a
            directory is at best loadable, since helm has not packaged it yet
  refused   Helm refuses it, or could not push it: the exit code is ${EXIT_CODES.chart}

Usage:
  publish-helm-chart inspect demo-1.2.3.tgz charts/demo
  publish-helm-chart inspect oci://HOST/PATH/NAME:VERSION oci://HOST/PATH/NAME@sha256:…

Flags:
${flagLines('inspect')}

An input that cannot be read does not keep the others from being inspected; the exit code
is that of the first input that is refused or cannot be read.

Environment:
${variableLines('inspect')}
`

const LIST = `Lists the versions of a published chart in Helm's order, the newest first: when each was
created, the size of its archive, its app version, what is attached to it (which is counted,
and not verified: \`verify\` does that), and its digest. It says which versions Helm could not
use, and why. Archives are not read; \`inspect\` does that. Other tags, such as latest, 1.2 or
v1.2.3, which Helm does not list, are shown with what they point at. It is read-only.

Usage:
  publish-helm-chart list oci://HOST/PATH/NAME [flags]

Flags:
${flagLines('list')}

The exit code is ${EXIT_CODES.chart} when one of the versions shown is not usable.

Environment:
${variableLines('list')}
`

const VERIFY = `Reports what vouches for published charts: attached Sigstore bundles (signatures and
attestations, as cosign and actions/attest make them), PGP provenance, and the metadata
for Artifact Hub. It is read-only.

  valid      it holds; with flags that say who has to have signed, it is by them
  foreign    it holds, but somebody else signed it
  invalid    it does not hold
  unchecked  it cannot be verified without --key, --keyring or --trusted-root
  absent     there is none

Without these flags it reports who signed, and the exit code is 0 when at least one
statement is valid and none is invalid. With them, all that they ask for has to be there,
whatever else is attached: a valid statement of the identity, one by a key of --key,
provenance by a key of --keyring. Else the exit code is ${EXIT_CODES.signing}.

Usage:
  publish-helm-chart verify oci://HOST/PATH/NAME:VERSION oci://HOST/PATH/NAME@sha256:…

  publish-helm-chart verify oci://ghcr.io/acme/charts/demo:1.2.3 \\
    --certificate-oidc-issuer https://token.actions.githubusercontent.com \\
    --certificate-github-workflow-repository acme/demo

Flags:
${flagLines('verify')}

--certificate-identity and --certificate-github-workflow-repository need
--certificate-oidc-issuer, and are compared exactly. The exit code is that of the first
reference that is not valid or cannot be read; the others are verified all the same.

Environment:
${variableLines('verify')}
`

const TEXTS: ReadonlyMap<string, string> = new Map([
  ['publish', PUBLISH],
  ['package', PACKAGE],
  ['inspect', INSPECT],
  ['list', LIST],
  ['verify', VERIFY],
  ['version', GENERAL]
])

/** The help text of a command, or the general one; undefined for a command that does not exist. */
export function helpText(command: string | undefined): string | undefined {
  return command === undefined ? GENERAL : TEXTS.get(command)
}

function flagLines(command: Command): string {
  return flagsOf(command)
    .map(({ name, value, instead, help }) => {
      const usage = [`--${name}${instead === undefined ? '' : `[=${instead}]`}`, value].join(' ')
      return `  ${usage.trimEnd().padEnd(36)} ${help}`
    })
    .join('\n')
}

/** Flags beat variables; without a login of either, those of the machine are used. */
function variableLines(command: Command): string {
  const lines = INPUT_NAMES.flatMap((name) => {
    const variable = variableOf(name)
    const isKnown = variable !== undefined && specOf(name).knownTo.includes(command)
    if (!isKnown) return []
    const other = specOf(name).otherVariable
    const more = other === undefined ? [] : [variableLine(other, 'if neither is given')]
    return [variableLine(variable, `if ${flagNameOf(name)} is not given`), ...more]
  })
  const proxies = variableLine('HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'proxies')
  if (lines.length === 0) return proxies
  const machine = variableLine(
    '',
    'without a login, those of helm, oras, docker and podman are used'
  )
  return [...lines, machine, proxies].join('\n')
}

function variableLine(names: string, meaning: string): string {
  return `  ${names.padEnd(42)} ${meaning}`
}

function code(value: number): string {
  return String(value).padEnd(4)
}
