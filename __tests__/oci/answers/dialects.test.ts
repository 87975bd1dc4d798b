import { describe, expect, test } from '@jest/globals'
import { dialectFix, type Refused } from '../../../src/oci/answers/dialects.ts'

function fix(refused: Partial<Refused>): string | undefined {
  return dialectFix({
    host: 'reg.example',
    repository: 'team/demo',
    status: 403,
    codes: [],
    text: '',
    challenge: undefined,
    isHtml: false,
    authenticated: true,
    readOnly: false,
    ...refused
  })
}

const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'
const GAR = 'europe-docker.pkg.dev'
const EMPTY_CHALLENGE = { status: 401, challenge: '' }

describe('a refusal is mended, in the dialect of its registry, by', () => {
  test.each<[string, Partial<Refused>, string]>([
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
      { host: 'docker.io', status: 429, codes: ['TOOMANYREQUESTS'], authenticated: false },
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
      'the right to push to it'
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
    ['a limit of nginx (413 in HTML)', { status: 413, isHtml: true }, '`client_max_body_size`'],
    ['another registry (415 of zot)', { status: 415 }, 'takes OCI artifacts'],
    [
      'another registry (MANIFEST_INVALID)',
      { status: 400, codes: ['MANIFEST_INVALID'] },
      'takes OCI artifacts'
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

test('a registry without a dialect is left to the general advice', () => {
  expect(fix({ status: 403, codes: ['DENIED'] })).toBeUndefined()
})
