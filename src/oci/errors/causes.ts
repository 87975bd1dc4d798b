import { input } from '../../shared/input-name.ts'
import type { ResponseContext } from './response-context.ts'

interface Cause {
  /** What the refusal says, in the words of the registries that say so. */
  readonly says: RegExp
  readonly fix: (refused: ResponseContext) => string
}

/**
 * Reasons that a registry or what stands before it names by itself, whatever the status: none of them is about the
 * password. Their words come from public issues and from the sources of the registries.
 */
const CAUSES: readonly Cause[] = [
  {
    // Harbor 2, older Harbor, Quay, zot, DigitalOcean, Azure's storage.
    says: /\bquota\b|exceed the configured upper limit|repositor(?:y|ies) limit|contains \d+ repositories|OverQuota|no space left/i,
    fix: () =>
      'Raise the quota or limit of the registry, project or plan, or remove old versions. Running it again does not help.'
  },
  {
    // ACR ("client with IP '…' is not allowed access"), GHCR ("has an IP allow list enabled").
    says: /client with IP|IP allow ?list|IP address is not (?:permitted|allowed)/i,
    fix: fixOfFirewall
  },
  {
    says: /SAML|\bSSO\b|single sign-on/i,
    fix: ({ host }) =>
      host === 'ghcr.io'
        ? "Authorize the personal access token for the organization's single sign-on (Settings > Developer settings > Tokens > Configure SSO), or use `github.token`."
        : `Use a personal access token as ${input('password')}: single sign-on does not accept passwords.`
  },
  {
    says: /use personal access token|two-factor|\b2FA\b/i,
    fix: () =>
      `Use a personal access token as ${input('password')}: the account has two-factor authentication or single sign-on.`
  },
  {
    // Nexus, with the code BLOB_UPLOAD_INVALID.
    says: /does not allow updating assets/i,
    fix: () =>
      'Publish under a new version; to replace this one, set the deployment policy of the Nexus repository to "Allow redeploy".'
  },
  {
    // Artifactory: "Not enough permissions to overwrite artifact … (user '…' needs DELETE permission)".
    says: /needs DELETE permission|permissions to (?:delete|overwrite)/i,
    fix: () =>
      'Publish under a new version; to replace this one, give the user the permission Delete/Overwrite in Artifactory.'
  },
  {
    // Harbor: "The system is in read only mode."
    says: /read.?only mode/i,
    fix: () =>
      'The registry is in read-only mode, which Harbor also sets during garbage collection: run it again later, or disable this mode in its configuration.'
  },
  {
    says: /has not been used in project|API .{0,80}is (?:disabled|not enabled)/i,
    fix: () =>
      'Enable the API of the registry first, for Google: `gcloud services enable artifactregistry.googleapis.com`.'
  },
  {
    // ECR: "… with an explicit deny in a VPC endpoint policy" (or in a service control or identity-based policy).
    says: /explicit deny|endpoint policy|service control policy/i,
    fix: () =>
      'A policy denies this explicitly: change the policy in the message above (of the VPC endpoint, the organization or the identity).'
  },
  {
    says: /unknown manifest class/i,
    fix: () =>
      'Allow charts in the registry: add their class to `policy.repository.classes` in its configuration.'
  }
]

/** What fixes a refusal whose cause is named in its words, or that is a page of a proxy; else undefined. */
export function fixOfCause(refused: ResponseContext): string | undefined {
  const cause = CAUSES.find(({ says }) => says.test(refused.text))
  return cause?.fix(refused) ?? fixOfPage(refused)
}

function fixOfFirewall({ host }: ResponseContext): string {
  const [name = 'REGISTRY'] = host.split('.')
  if (/\.azurecr\./.test(host)) {
    return `Allow the address of this machine (\`az acr network-rule add --name ${name} --ip-address ADDRESS\`), or run on a machine in the network of the registry.`
  }
  return 'Add the address of this machine to the IP allow list of the organization or registry, or run on a machine whose address is on it. The login is not the cause.'
}

const PAGE = /<html|<!doctype html/i
const CLOUDFLARE = /cloudflare|cf-ray|error code: 1\d{3}\b/i

/** Registries answer in JSON: a page without a challenge was written by a proxy, a firewall or a web site. */
function fixOfPage({ status, markup, challenge }: ResponseContext): string | undefined {
  const isPage = PAGE.test(markup)
  if (CLOUDFLARE.test(markup) && (isPage || markup.length < 100)) return fixOfCloudflare(status)
  if (!isPage || challenge !== undefined) return undefined
  if (status === 413) {
    return 'Raise the body limit of the proxy in front of the registry (nginx: `client_max_body_size`; ingress-nginx: the annotation `proxy-body-size`).'
  }
  if (status !== 401 && status !== 403) return undefined
  return `The answer is an HTML page, which comes from a proxy, a firewall or a web site, not from a registry: check the host in ${input('registry')}, and the proxies and firewalls in between.`
}

function fixOfCloudflare(status: number): string | undefined {
  if (status === 413) {
    return 'Cloudflare limits the size of uploads (100 MB in its Free and Pro plans): use an address of the registry that does not go through it.'
  }
  if (status >= 500) return undefined
  return 'Cloudflare answered in place of the registry: exempt the path /v2/ from its security rules and bot checks, or use an address of the registry that does not go through it.'
}
