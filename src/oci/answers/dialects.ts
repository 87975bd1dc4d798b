/** What is known of a refusal, for telling what mends it. */
export interface Refused {
  /** Of the registry, with its port. */
  readonly host: string
  /** Name of the repository that was asked for; empty where it was another thing. */
  readonly repository: string
  readonly status: number
  readonly codes: readonly string[]
  /** All that the registry said. */
  readonly text: string
  /** The WWW-Authenticate field; undefined when there was none. */
  readonly challenge: string | undefined
  readonly isHtml: boolean
  readonly authenticated: boolean
  readonly readOnly: boolean
}

interface Dialect {
  /** Whether the host, or what it says, is of this registry. */
  readonly speaks: (refused: Refused) => boolean
  readonly fix: (refused: Refused) => string | undefined
}

const ECR = /^\d+\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/
const GAR = /^([a-z0-9-]+)-docker\.pkg\.dev$/
const ACR = /\.azurecr\.(?:io|cn|us)$/
const DOCKER_HUB = ['docker.io', 'registry-1.docker.io', 'index.docker.io']

/** Registries whose refusals have causes of their own. Their words come from their documents, sources and issues. */
const DIALECTS: readonly Dialect[] = [
  { speaks: ({ host }) => host === 'ghcr.io', fix: fixOfGhcr },
  { speaks: ({ host }) => ECR.test(host) || host === 'public.ecr.aws', fix: fixOfEcr },
  { speaks: ({ host }) => GAR.test(host), fix: fixOfArtifactRegistry },
  { speaks: ({ host }) => ACR.test(host), fix: fixOfAzure },
  { speaks: ({ host }) => DOCKER_HUB.includes(host), fix: fixOfDockerHub },
  { speaks: isGitLab, fix: fixOfGitLab },
  { speaks: isHarbor, fix: fixOfHarbor },
  { speaks: () => true, fix: fixOfAny }
]

/** The input, permission or command that mends a refusal where the registry's dialect tells; else undefined. */
export function dialectFix(refused: Refused): string | undefined {
  for (const { speaks, fix } of DIALECTS) {
    const found = speaks(refused) ? fix(refused) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

function fixOfGhcr({ status, codes, text, authenticated, readOnly }: Refused): string | undefined {
  if (/installation not allowed/i.test(text)) {
    return "An App's token cannot create packages of an organization: use `github.token` with `permissions: packages: write`, or a classic personal access token with write:packages."
  }
  if (codes.includes('NAME_INVALID')) {
    return 'Write the owner in `registry` in lower case: oci://ghcr.io/owner/charts.'
  }
  if (status !== 403 || !authenticated) return undefined
  const permission = readOnly ? 'read' : 'write'
  return `Give the job \`permissions: packages: ${permission}\`, and the repository access to the package.`
}

function fixOfEcr({ host, repository, status, codes, text }: Refused): string | undefined {
  const [, region] = ECR.exec(host) ?? []
  const [command, place] = region
    ? ['aws ecr', `--region ${region}`]
    : ['aws ecr-public', '--region us-east-1']
  if (codes.includes('NAME_UNKNOWN')) {
    return `Create the repository first: \`${command} create-repository --repository-name ${repository} ${place}\`.`
  }
  if (status === 401 || /expired|no basic auth/i.test(text)) {
    return `Logins of ECR end after 12 hours: use \`AWS\` as \`username\` and a new \`password\` from \`${command} get-login-password ${place}\`.`
  }
  if (status !== 403) return undefined
  return 'Allow the role ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage, ecr:BatchCheckLayerAvailability and ecr:BatchGetImage on the repository; its login lasts 12 hours.'
}

function fixOfArtifactRegistry(refused: Refused): string | undefined {
  const { host, repository, status, codes } = refused
  const [, location = 'LOCATION'] = GAR.exec(host) ?? []
  const [project = 'PROJECT', name = 'REPOSITORY'] = repository.split('/')
  if (codes.includes('NAME_INVALID')) {
    return `Write \`registry\` as oci://${host}/PROJECT/REPOSITORY; the chart's name comes third.`
  }
  if (status === 404) {
    return `Create the repository first: \`gcloud artifacts repositories create ${name} --repository-format=docker --location=${location} --project=${project}\`.`
  }
  if (status === 401) {
    return 'Use `oauth2accesstoken` as `username` and an access token as `password`, or `_json_key_base64` and the key.'
  }
  if (status !== 403) return undefined
  const role = refused.readOnly ? 'reader' : 'writer'
  return `Give the account the role roles/artifactregistry.${role} on the repository.`
}

function fixOfAzure({ host, status, text, readOnly }: Refused): string | undefined {
  const [registry = 'REGISTRY'] = host.split('.')
  if (/locked|writeEnabled|write.?disabled/i.test(text)) {
    return `Publish under a new version, or unlock the tag: \`az acr repository update --name ${registry} --image REPOSITORY:TAG --write-enabled true\`.`
  }
  if (status !== 401 && status !== 403) return undefined
  const role = readOnly ? 'AcrPull' : 'AcrPush'
  return `Give the identity the role ${role}; with \`az acr login --name ${registry} --expose-token\` the \`username\` is 00000000-0000-0000-0000-000000000000.`
}

function fixOfDockerHub({ status, readOnly, authenticated }: Refused): string | undefined {
  if (status === 429) {
    const login = authenticated ? '' : 'log in with `username` and `password`, or '
    return `Docker Hub limits requests: ${login}run it again later.`
  }
  if ((status !== 401 && status !== 403) || !authenticated) return undefined
  const right = readOnly ? 'Read' : 'Read & Write'
  return `Use an access token with ${right} as \`password\`, and a namespace of this user or of an organization that lets it write: oci://registry-1.docker.io/NAMESPACE.`
}

function isGitLab({ host, challenge = '' }: Refused): boolean {
  return /^registry\.gitlab\./.test(host) || challenge.includes('/jwt/auth')
}

function fixOfGitLab({ status, readOnly }: Refused): string | undefined {
  if (status !== 401 && status !== 403 && status !== 404) return undefined
  const right = readOnly ? 'read_registry' : 'write_registry'
  return `Begin the path in \`registry\` with a project (GROUP/PROJECT) whose container registry is on, and log in with CI_REGISTRY_USER and CI_REGISTRY_PASSWORD of its job, or with a deploy token that has ${right}.`
}

/** A missing project is a 401 with a challenge that is empty, a missing right one that asks for Basic. */
function isHarbor({ status, challenge, text }: Refused): boolean {
  if (status === 401 && (challenge === '' || /basic realm="?harbor/i.test(challenge ?? ''))) {
    return true
  }
  return /\bproject\b.*\bnot found\b|proxy.?(?:cache )?project/i.test(text)
}

function fixOfHarbor({ repository, status, text, readOnly }: Refused): string | undefined {
  const [project = ''] = repository.split('/')
  if (/proxy/i.test(text)) return 'A proxy-cache project takes no uploads: use another project.'
  if (status !== 401 && status !== 404) return undefined
  const role = readOnly ? 'to pull from it' : 'to push to it (Developer or more)'
  return `Create the project "${project}" in Harbor first, and give this user the right ${role}.`
}

function fixOfAny({ status, codes, text, isHtml, readOnly }: Refused): string | undefined {
  if (/\bquota\b|repositor(?:y|ies) limit/i.test(text)) {
    return 'Raise the quota of the registry or project, or remove old versions; to try again does not help.'
  }
  if (/unknown manifest class/i.test(text)) {
    return 'Let the registry take charts: name their class under `policy.repository.classes` in its configuration.'
  }
  if (status === 413 && isHtml) {
    return 'Raise the body limit of the proxy before the registry (nginx: `client_max_body_size`; ingress-nginx: the annotation `proxy-body-size`).'
  }
  if (status === 415 || (codes.includes('MANIFEST_INVALID') && !readOnly)) {
    return 'Use a registry, or a newer version of it, that takes OCI artifacts such as Helm charts.'
  }
  if (status === 405 && !readOnly) {
    return 'This registry is read-only or a cache of another: name the one that it reads from in `registry`.'
  }
  return undefined
}
