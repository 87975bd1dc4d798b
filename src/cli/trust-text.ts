import { printable } from '../shared/printable.ts'
import type { SecretRegistry } from '../shared/secret-registry.ts'
import type {
  ArtifactHubReport,
  ProvenanceFile,
  StatedSigner,
  Statement,
  TrustProblem,
  TrustReport
} from '../verify/trust-report.ts'

type Redact = (text: string) => string

/** What vouches for one artifact, as lines that are safe to print. */
export function trustLines(report: TrustReport, secrets: SecretRegistry): readonly string[] {
  const { input, digest, verdict, statements, provenanceFile, artifactHub, problems } = report
  // What others have stated is of use as a whole only; messages are redacted as log lines are.
  const stated: Redact = (text) => secrets.redactPath(text)
  const said: Redact = (text) => secrets.redact(text)
  const lines = [
    `${verdict.padEnd(9)}  ${stated(input)}  ${digest}`,
    ...statements.flatMap((statement) => statementLines(statement, stated, said)),
    ...provenanceLines(provenanceFile, stated, said),
    artifactHubLine(artifactHub, stated, said),
    ...artifactHub.warnings.map((text) => detail('warning', said(text))),
    ...(report.identityChecked || verdict === 'absent' ? [] : [NOT_CHECKED]),
    ...problemLines(problems, said)
  ]
  return lines.map(printable)
}

const NOT_CHECKED =
  '  identity not checked: use --certificate-identity and --certificate-oidc-issuer, or --key'

function statementLines(statement: Statement, stated: Redact, said: Redact): readonly string[] {
  const { kind, predicateType, digest, verdict, reason, signedBy, logs, warnings } = statement
  const what = kind === 'other' ? `statement ${stated(predicateType ?? digest)}` : kind
  return [
    entry(verdict, what, reason === null ? undefined : said(reason)),
    ...(signedBy ? signerLines(signedBy, stated) : []),
    ...(logs.length > 0 ? [detail('log', stated(logs.join(', ')))] : []),
    ...warnings.map((warning) => detail('warning', said(warning)))
  ]
}

function signerLines(signer: StatedSigner, stated: Redact): readonly string[] {
  if (signer.kind === 'key') return [detail('key', stated(signer.keyHint ?? ''))]
  const facts = [
    ['identity', signer.identity],
    ['issuer', signer.issuer],
    ['source', [signer.repository, signer.ref].filter((text) => text !== null).join(' at ')],
    ['run', signer.run]
  ] as const
  return facts.flatMap(([name, text]) => (text ? [detail(name, stated(text))] : []))
}

function provenanceLines(file: ProvenanceFile, stated: Redact, said: Redact): readonly string[] {
  const { verdict, reason, signer } = file
  if (verdict === 'absent') return []
  return [
    entry(verdict, 'PGP provenance', reason === null ? undefined : said(reason)),
    ...(signer
      ? [
          detail('signer', stated(signer.userId)),
          detail('key', signer.fingerprint),
          detail('date', signer.date)
        ]
      : [])
  ]
}

function artifactHubLine(hub: ArtifactHubReport, stated: Redact, said: Redact): string {
  const { status, reason, repositoryID, owners } = hub
  if (reason !== null) return entry(status, 'Artifact Hub', said(reason))
  const names = owners.map(({ name, email }) => {
    return [name, email && `<${email}>`].filter((text) => text !== null).join(' ')
  })
  const facts = [
    ...(repositoryID === null ? [] : [`repository ${repositoryID}`]),
    ...(names.length === 0 ? [] : [`owners ${names.join(', ')}`])
  ]
  return entry(status, 'Artifact Hub', facts.length === 0 ? undefined : stated(facts.join(', ')))
}

function problemLines(problems: readonly TrustProblem[], said: Redact): readonly string[] {
  return problems.flatMap(({ code, severity, message, fix }) => [
    `  ${severity} ${code}: ${said(message)}`,
    `    Fix: ${said(fix)}`
  ])
}

function entry(verdict: string, what: string, more: string | undefined): string {
  return `  ${verdict.padEnd(9)}  ${what}${more === undefined ? '' : `: ${more}`}`
}

function detail(name: string, text: string): string {
  return `             ${name}: ${text}`
}
