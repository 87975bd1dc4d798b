import { describe, expect, test } from '@jest/globals'
import { fixOfCause } from '../../../src/oci/errors/causes.ts'
import { registryFix } from '../../../src/oci/errors/registry-hints.ts'
import type { ResponseContext } from '../../../src/oci/errors/response-context.ts'

function fix(given: Partial<ResponseContext>): string | undefined {
  const refused: ResponseContext = {
    host: 'reg.example',
    repository: 'team/demo',
    status: 403,
    codes: [],
    text: '',
    challenge: undefined,
    markup: '',
    login: 'given',
    readOnly: false,
    ...given
  }
  return fixOfCause(refused) ?? registryFix(refused)
}

/** A page as nginx writes it. */
function page(status: string, by = 'nginx'): string {
  return `<html>\r\n<head><title>${status}</title></head>\r\n<body><center>${by}</center></body>\r\n</html>`
}

const CLOUDFLARE =
  '<!DOCTYPE html><html lang="en-US"><head><title>Attention Required! | Cloudflare</title>'

const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'
const GAR = 'europe-docker.pkg.dev'
const EMPTY_CHALLENGE = { status: 401, challenge: '' }

describe('a refusal is fixed, in the dialect of its registry, by', () => {
  test.each<[string, Partial<ResponseContext>, string]>([
    [
      'the permission of the job (GHCR write_package)',
      { host: 'ghcr.io', text: 'permission_denied: write_package' },
      '`permissions: packages: write`'
    ],
    [
      'another token (GHCR, organization and App)',
      { host: 'ghcr.io', text: 'installation not allowed to Create organization package' },
      "An App's token cannot create packages"
    ],
    [
      'lower case (GHCR owners)',
      { host: 'ghcr.io', status: 400, codes: ['NAME_INVALID'] },
      'lower case'
    ],
    [
      'creating the repository (ECR)',
      { host: ECR, status: 404, codes: ['NAME_UNKNOWN'] },
      '`aws ecr create-repository --repository-name team/demo --region eu-central-1`'
    ],
    [
      'creating the repository (ECR Public)',
      { host: 'public.ecr.aws', status: 404, codes: ['NAME_UNKNOWN'] },
      '`aws ecr-public create-repository --repository-name team/demo --region us-east-1`'
    ],
    [
      'a new login (ECR, 12 hours)',
      { host: ECR, text: 'Your authorization token has expired. Reauthenticate and try again.' },
      '`aws ecr get-login-password --region eu-central-1`'
    ],
    ['rights of the role (ECR)', { host: ECR }, 'ecr:PutImage'],
    [
      'a longer path (Artifact Registry, "Missing image name")',
      { host: GAR, status: 400, codes: ['NAME_INVALID'], text: 'Missing image name.' },
      `oci://${GAR}/PROJECT/REPOSITORY`
    ],
    [
      'creating the repository (Artifact Registry)',
      { host: GAR, status: 404, repository: 'proj/charts/demo' },
      '`gcloud artifacts repositories create charts --repository-format=docker --location=europe --project=proj`'
    ],
    ['a role (Artifact Registry)', { host: GAR }, 'roles/artifactregistry.writer'],
    [
      'the right user name (Artifact Registry)',
      { host: GAR, status: 401 },
      '`oauth2accesstoken` as `username`'
    ],
    ['a role (ACR)', { host: 'shop.azurecr.io', status: 401 }, 'AcrPush'],
    [
      'unlocking the tag (ACR)',
      { host: 'shop.azurecr.io', status: 405, text: 'The operation is disallowed: tag is locked' },
      '`az acr repository update --name shop'
    ],
    [
      'a token with rights (Docker Hub, insufficient_scope)',
      { host: 'registry-1.docker.io', status: 401, codes: ['UNAUTHORIZED'] },
      'Read & Write'
    ],
    [
      'a login (Docker Hub, rate limit)',
      { host: 'docker.io', status: 429, codes: ['TOOMANYREQUESTS'], login: 'none' },
      'log in with `username`'
    ],
    [
      'a project (GitLab of one\u2019s own, by its challenge)',
      { status: 401, challenge: 'Bearer realm="https://git.example/jwt/auth"' },
      'GROUP/PROJECT'
    ],
    ['a project (gitlab.com)', { host: 'registry.gitlab.com' }, 'write_registry'],
    ['creating the project (Harbor, empty challenge)', EMPTY_CHALLENGE, 'the project "team"'],
    [
      'a right (Harbor, Basic after Bearer)',
      { status: 401, challenge: 'Basic realm="harbor"' },
      'the right to push to the project "team"'
    ],
    [
      'another project (Harbor, proxy cache)',
      { status: 405, text: 'can not push artifact to a proxy project' },
      'use another project'
    ],
    ['more quota (Harbor, Quay)', { text: 'Quota has been exceeded on namespace' }, 'quota'],
    ['more quota (zot, a 429 for ever)', { status: 429, text: 'repository quota' }, 'quota'],
    [
      'a policy (distribution, classes)',
      { text: 'unknown manifest class for application/vnd.cncf.helm.config.v1+json' },
      '`policy.repository.classes`'
    ],
    [
      'a limit of nginx (413 in HTML)',
      { status: 413, markup: page('413 Request Entity Too Large') },
      '`client_max_body_size`'
    ],
    [
      'another address (413 of Cloudflare)',
      { status: 413, markup: page('413 Request Entity Too Large', 'cloudflare') },
      'Cloudflare limits the size of uploads'
    ],
    ['an exemption (403 of Cloudflare)', { markup: CLOUDFLARE }, 'exempt the path /v2/'],
    [
      'an exemption (403 of Cloudflare in front of a hosted registry)',
      { host: 'registry.gitlab.com', status: 403, markup: CLOUDFLARE },
      'exempt the path /v2/'
    ],
    ['an exemption (429 of Cloudflare)', { status: 429, markup: 'error code: 1015' }, 'Cloudflare'],
    ['what filters requests (a page)', { markup: page('403 Forbidden') }, 'an HTML page'],
    [
      'what filters requests (Akamai)',
      { markup: '<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD>' },
      'an HTML page'
    ],
    [
      'more quota (Harbor 2)',
      {
        text: 'adding 29.0 MiB of storage resource, which when updated to current usage of 152.4 MiB will exceed the configured upper limit of 10.0 MiB.'
      },
      'Raise the quota'
    ],
    [
      'more quota (Harbor 1)',
      { text: 'Not enough quota available to process the request' },
      'Raise the quota'
    ],
    [
      'another plan (DigitalOcean)',
      {
        host: 'registry.digitalocean.com',
        text: 'denied: registry contains 1 repositories, limit is 1'
      },
      'Raise the quota or limit'
    ],
    [
      'the firewall (ACR)',
      {
        host: 'shop.azurecr.io',
        text: "client with IP '172.214.169.102' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."
      },
      '`az acr network-rule add --name shop --ip-address ADDRESS`'
    ],
    [
      'the IP allow list (GHCR)',
      {
        host: 'ghcr.io',
        text: 'the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.'
      },
      'to the IP allow list of the organization'
    ],
    [
      'single sign-on (GHCR)',
      { host: 'ghcr.io', text: 'Resource protected by organization SAML enforcement.' },
      'Configure SSO'
    ],
    [
      'a token (Docker Hub, single sign-on)',
      {
        host: 'docker.io',
        status: 401,
        text: 'please use personal access token to login when SSO is enforced'
      },
      'Use a personal access token'
    ],
    [
      'a new version, or another policy (Nexus)',
      {
        status: 400,
        codes: ['BLOB_UPLOAD_INVALID'],
        text: 'blob upload invalid Repository does not allow updating assets: charts'
      },
      'Allow redeploy'
    ],
    [
      'a new version, or a right (Artifactory)',
      {
        text: "Not enough permissions to overwrite artifact 'a' (user 'ci' needs DELETE permission)."
      },
      'Delete/Overwrite'
    ],
    [
      'waiting (Harbor, read-only)',
      { text: 'The system is in read only mode. Any modification is prohibited.' },
      'read-only mode'
    ],
    [
      'enabling the API (Google)',
      {
        host: GAR,
        text: 'Artifact Registry API has not been used in project 1 before or it is disabled'
      },
      '`gcloud services enable'
    ],
    [
      'the policy that denies (ECR)',
      {
        host: ECR,
        text: 'not authorized to perform: ecr:PutImage with an explicit deny in a VPC endpoint policy'
      },
      'A policy denies this explicitly'
    ],
    [
      'the missing action (ECR)',
      { host: ECR, text: 'is not authorized to perform: ecr:InitiateLayerUpload on resource' },
      'ecr:InitiateLayerUpload is missing. Allow the role'
    ],
    [
      'a login (Artifact Registry, 403 to strangers)',
      {
        host: GAR,
        text: 'Unauthenticated request. Unauthenticated requests do not have permission'
      },
      '`oauth2accesstoken` as `username`'
    ],
    [
      'a role, or the repository (Artifact Registry)',
      {
        host: GAR,
        repository: 'proj/charts/demo',
        text: 'Permission "artifactregistry.repositories.uploadArtifacts" denied on resource (or it may not exist)'
      },
      'roles/artifactregistry.writer on the repository, or create it: `gcloud artifacts repositories create charts'
    ],
    [
      'another token (GHCR, fine-grained)',
      { host: 'ghcr.io', text: 'The token provided does not match expected scopes.' },
      'classic personal access token with write:packages'
    ],
    [
      'a login (GHCR)',
      { host: 'ghcr.io', status: 401, login: 'none' },
      'Set `username` to `github.actor`'
    ],
    [
      'two levels (Docker Hub, 401)',
      {
        host: 'registry-1.docker.io',
        status: 401,
        repository: 'acme/charts/demo',
        login: 'accepted'
      },
      'two levels only, NAMESPACE/NAME'
    ],
    [
      'two levels (Docker Hub, without a login)',
      { host: 'docker.io', status: 401, repository: 'acme/charts/demo', login: 'none' },
      'two levels only'
    ],
    ['a login (Docker Hub)', { host: 'docker.io', status: 401, login: 'none' }, 'Set `username`'],
    ['a login (ACR)', { host: 'shop.azurecr.io', status: 401, login: 'none' }, '--expose-token'],
    [
      'a right (GitLab, insufficient_scope)',
      { host: 'registry.gitlab.com', status: 401, login: 'accepted' },
      'write_registry'
    ],
    [
      'another tag (GitLab, protected)',
      { host: 'registry.gitlab.com', text: 'Forbidden: protected tag' },
      'is protected'
    ],
    ['a right (Quay, robots)', { host: 'quay.io', status: 401, login: 'accepted' }, 'role Creator'],
    ['a login (Quay)', { host: 'quay.io', status: 401, login: 'none' }, 'NAMESPACE+NAME'],
    ['an API key (IBM)', { host: 'us.icr.io', text: 'insufficient scope' }, '`iamapikey`'],
    [
      'an API token (DigitalOcean)',
      { host: 'registry.digitalocean.com', status: 401 },
      'API token'
    ],
    ['a namespace (Scaleway)', { host: 'rg.fr-par.scw.cloud', status: 404 }, '"team"'],
    ['a right (Gitea)', { status: 401, text: 'reqPackageAccess' }, 'write:package'],
    [
      'a right (Gitea, by its challenge)',
      {
        status: 401,
        challenge: 'Bearer realm="https://g.example/v2/token",service="container_registry"'
      },
      'write:package'
    ],
    ['another registry (415 of zot)', { status: 415 }, 'supports OCI artifacts'],
    [
      'another registry (MANIFEST_INVALID)',
      { status: 400, codes: ['MANIFEST_INVALID'] },
      'supports OCI artifacts'
    ],
    ['the registry behind a cache (405)', { status: 405 }, 'read-only or a cache']
  ])('%s', (_, refused, text) => {
    expect(fix(refused)).toContain(text)
  })
})

test('a reader is told of the right to read', () => {
  expect(fix({ host: 'ghcr.io', readOnly: true })).toContain('packages: read`')
  expect(fix({ host: GAR, readOnly: true })).toContain('artifactregistry.reader')
  expect(fix({ host: 'shop.azurecr.io', readOnly: true })).toContain('AcrPull')
})

test('a host that only looks like a registry of AWS or Google gets no command of theirs', () => {
  for (const host of [`${ECR}.evil.example`, `x.${GAR}.evil.example`]) {
    expect(fix({ host, status: 404, codes: ['NAME_UNKNOWN'] })).toBeUndefined()
  }
})

test('a page with a challenge may be of a registry behind a proxy that asks for the login', () => {
  const markup = page('401 Authorization Required')
  expect(fix({ status: 401, challenge: 'Basic realm="r"', markup })).toBeUndefined()
})

test('trouble of Cloudflare with the registry is left to the general advice', () => {
  expect(fix({ status: 522, markup: CLOUDFLARE })).toBeUndefined()
})

test('a registry without a dialect is left to the general advice', () => {
  expect(fix({ status: 403, codes: ['DENIED'] })).toBeUndefined()
})
