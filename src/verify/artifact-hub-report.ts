import type { ArtifactHubAnswer } from './fetch-artifact-hub.ts'
import type { ArtifactHubReport } from './trust-report.ts'

/** What the tag of Artifact Hub has, as `--json` shows it. */
export function artifactHubReport(answer: ArtifactHubAnswer): ArtifactHubReport {
  const nothing = { reason: null, repositoryID: null, owners: [], warnings: [] }
  if (answer.kind === 'absent') return { status: 'absent', ...nothing }
  if (answer.kind === 'unreadable') return { status: 'unreadable', ...nothing, reason: answer.why }
  const { repositoryID, owners, faults } = answer.metadata
  return {
    status: 'present',
    reason: null,
    repositoryID: repositoryID ?? null,
    owners: owners.map(({ name, email }) => ({ name: name ?? null, email: email ?? null })),
    warnings: faults.map((fault) => `its file ${fault}`)
  }
}
