import type { Environment } from '../../shared/environment.ts'
import type { IdentitySources } from '../../sigstore/identity-sources.ts'
import type { SigstoreAccess } from '../../sigstore/sigstore-access.ts'
import type { StatementKind } from '../model/statements.ts'
import type { TrustRequest } from '../model/trust-request.ts'
import { gitHubStore } from './github-store.ts'
import { prepareSigners, requireGitHub } from './prepare-signers.ts'
import { RunStatements } from './run-statements.ts'

interface RunOptions {
  readonly access: SigstoreAccess
  readonly environment: Environment
  readonly identity: IdentitySources
  readonly dryRun: boolean
  readonly lacksSecrets: boolean
}

/** What the inputs want to be stated about every chart. */
export function wantedStatements({ sign, attest }: TrustRequest): readonly StatementKind[] {
  return [
    ...(sign === 'off' ? [] : ['signature' as const]),
    ...(attest === 'off' ? [] : ['attestation' as const])
  ]
}

/**
 * The statements of a run, for which keys are opened, and token and certificate asked for, from now on.
 * @throws Failure usage, where this CI cannot make them
 */
export function statementsOfRun(request: TrustRequest, options: RunOptions): RunStatements {
  const { access, environment, identity, dryRun, lacksSecrets } = options
  requireGitHub(request, identity)
  const serverUrl = environment['GITHUB_SERVER_URL'] ?? 'https://github.com'
  // A dry run stores nothing, but finds what would keep it from that.
  const store = lacksSecrets ? undefined : gitHubStore(request, access)
  const context = { access, identity, dryRun, lacksSecrets, serverUrl }
  const signers = prepareSigners(request, context)
  return new RunStatements(wantedStatements(request), { signers, store, serverUrl })
}
