import { input } from '../../shared/input-name.ts'
import type { IdentityToken } from '../../sigstore/identity-token.ts'
import type { SigningServices } from '../../sigstore/signing-services.ts'

/** What is to be known of signatures by this identity, made by these services. */
export function identityWarnings(
  { claims }: IdentityToken,
  { logs, name }: SigningServices
): readonly string[] {
  const warnings: string[] = []
  const workflow = foreignWorkflow(claims)
  if (workflow !== undefined) {
    warnings.push(
      `The signature names the workflow of ${workflow}, like those of all other callers of that workflow: verify the source repository as well. Flux cannot; to use Flux, copy the workflow into your own repository.`
    )
  }
  if (logs.length === 0) {
    warnings.push(
      `${name} has no public log: \`gh attestation verify\` accepts its signatures, Flux and plain \`cosign verify\` do not. For those, set ${input('sign', 'key')}.`
    )
  }
  return warnings
}

/** The repository of a reusable workflow that signs for others. */
function foreignWorkflow({
  job_workflow_ref: workflow,
  repository
}: IdentityToken['claims']): string | undefined {
  if (typeof workflow !== 'string' || typeof repository !== 'string') return undefined
  const owner = workflow.split('/').slice(0, 2).join('/')
  return owner.toLowerCase() === repository.toLowerCase() ? undefined : owner
}
