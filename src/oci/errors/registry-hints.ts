import { input } from '../../shared/input-name.ts'
import { fixOfHostedRegistry } from './hosted-registries.ts'
import type { ResponseContext } from './response-context.ts'

interface RegistryHints {
  /** Whether the host, or what it says, is of this registry. */
  readonly matches: (refused: ResponseContext) => boolean
  readonly fix: (refused: ResponseContext) => string | undefined
}

/** Registries whose refusals have causes of their own. Their words come from their documents, sources and issues. */
const HINTS: readonly RegistryHints[] = [
  { matches: () => true, fix: fixOfHostedRegistry },
  { matches: isGitLab, fix: fixOfGitLab },
  { matches: isGitea, fix: fixOfGitea },
  { matches: isHarbor, fix: fixOfHarbor },
  { matches: () => true, fix: fixOfAny }
]

/** The input, permission or command that fixes a refusal, where there is a hint for the registry; else undefined. */
export function registryFix(refused: ResponseContext): string | undefined {
  for (const { matches, fix } of HINTS) {
    const found = matches(refused) ? fix(refused) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

function isGitLab({ host, challenge = '' }: ResponseContext): boolean {
  return /^registry\.gitlab\./.test(host) || challenge.includes('/jwt/auth')
}

function fixOfGitLab({ status, text, readOnly }: ResponseContext): string | undefined {
  if (status !== 401 && status !== 403 && status !== 404) return undefined
  if (/\bprotected\b/i.test(text)) {
    return 'The repository or tag is protected: publish under another tag, or change its protection rule in GitLab.'
  }
  const right = readOnly ? 'read_registry' : 'write_registry'
  return `Begin the path in ${input('registry')} with a project (GROUP/PROJECT) whose container registry is on, and log in with CI_REGISTRY_USER and CI_REGISTRY_PASSWORD of its job, or with a deploy token that has ${right}.`
}

function isGitea({ host, text, challenge = '' }: ResponseContext): boolean {
  return (
    host === 'codeberg.org' ||
    /reqpackageaccess/i.test(text) ||
    /\/v2\/token".*service="container_registry"/.test(challenge)
  )
}

function fixOfGitea({ status, readOnly }: ResponseContext): string | undefined {
  if (status !== 401 && status !== 403) return undefined
  const right = readOnly ? 'read:package' : 'write:package'
  return `Use an access token with ${right} as ${input('password')}, of a user who may ${readOnly ? 'read' : 'write'} the packages of the owner that ${input('registry')} begins with.`
}

/** A missing project is a 401 with a challenge that is empty, a missing right one that asks for Basic. */
function isHarbor({ status, challenge, text }: ResponseContext): boolean {
  if (status === 401 && (challenge === '' || /basic realm="?harbor/i.test(challenge ?? ''))) {
    return true
  }
  return /\bproject\b.*\bnot found\b|proxy.?(?:cache )?project/i.test(text)
}

function fixOfHarbor({
  repository,
  status,
  text,
  challenge,
  readOnly
}: ResponseContext): string | undefined {
  const [project = ''] = repository.split('/')
  if (/proxy/i.test(text))
    return 'A proxy-cache project does not accept uploads: use another project.'
  if (status !== 401 && status !== 404) return undefined
  const [right, role] = readOnly ? ['pull from', ''] : ['push to', ' (Developer or more)']
  if (challenge === '' || status === 404) {
    return `Create the project "${project}" in Harbor first, and give this user the right to ${right} it${role}.`
  }
  return `In Harbor, give this user the right to ${right} the project "${project}"${role}.`
}

function fixOfAny({ status, codes, readOnly }: ResponseContext): string | undefined {
  if (status === 415 || (codes.includes('MANIFEST_INVALID') && !readOnly)) {
    return 'Use a registry, or a newer version of it, that supports OCI artifacts such as Helm charts.'
  }
  if (status === 405 && !readOnly) {
    return `This registry is read-only or a cache of another registry: set ${input('registry')} to the one that it reads from.`
  }
  return undefined
}
