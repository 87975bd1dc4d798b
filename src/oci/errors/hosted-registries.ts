import { input } from '../../shared/input-name.ts'
import type { ResponseContext } from './response-context.ts'

interface Service {
  readonly host: RegExp
  readonly fix: (refused: ResponseContext) => string | undefined
}

const ECR = /^\d+\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$|^public\.ecr\.aws$/
const GAR = /^([a-z0-9-]+)-docker\.pkg\.dev$/

/** Registries that are services, by their hosts. */
const SERVICES: readonly Service[] = [
  { host: /^ghcr\.io$/, fix: fixOfGhcr },
  { host: ECR, fix: fixOfEcr },
  { host: GAR, fix: fixOfArtifactRegistry },
  { host: /\.azurecr\.(?:io|cn|us)$/, fix: fixOfAzure },
  { host: /^(?:registry-1\.|index\.)?docker\.io$/, fix: fixOfDockerHub },
  { host: /^quay\.io$/, fix: fixOfQuay },
  { host: /^(?:[a-z0-9-]+\.)?icr\.io$/, fix: fixOfIbm },
  { host: /^registry\.digitalocean\.com$/, fix: fixOfDigitalOcean },
  { host: /^rg\.[a-z0-9-]+\.scw\.cloud$/, fix: fixOfScaleway }
]

/** What fixes a refusal of a registry that is known by its host; undefined for others, and where nothing is known. */
export function fixOfHostedRegistry(refused: ResponseContext): string | undefined {
  return SERVICES.find(({ host }) => host.test(refused.host))?.fix(refused)
}

function isAboutLogin({ status }: ResponseContext): boolean {
  return status === 401 || status === 403
}

function lacksLogin({ login }: ResponseContext): boolean {
  return login === 'none' || login === 'refused'
}

function fixOfGhcr(refused: ResponseContext): string | undefined {
  const { status, codes, text, readOnly } = refused
  if (/installation not allowed/i.test(text)) {
    return "An App's token cannot create packages of an organization: use `github.token` with `permissions: packages: write`, or a classic personal access token with write:packages."
  }
  if (codes.includes('NAME_INVALID')) {
    return `Write the owner in ${input('registry')} in lower case: oci://ghcr.io/owner/charts.`
  }
  const right = readOnly ? 'read' : 'write'
  if (/expected scopes/i.test(text)) {
    return `Use a classic personal access token with ${right}:packages as ${input('password')}, or \`github.token\`; fine-grained tokens do not work for packages.`
  }
  if (!isAboutLogin(refused)) return undefined
  if (lacksLogin(refused) || status === 401) {
    return `Set ${input('username')} to \`github.actor\` and ${input('password')} to \`github.token\`, with \`permissions: packages: ${right}\`; outside of GitHub Actions use a classic personal access token with ${right}:packages.`
  }
  return `Give the job \`permissions: packages: ${right}\`, and the repository access to the package.`
}

function fixOfEcr(refused: ResponseContext): string | undefined {
  const { host, repository, status, codes, text } = refused
  const [, region] = ECR.exec(host) ?? []
  const [command, place] = region
    ? ['aws ecr', `--region ${region}`]
    : ['aws ecr-public', '--region us-east-1']
  if (codes.includes('NAME_UNKNOWN')) {
    return `Create the repository first: \`${command} create-repository --repository-name ${repository} ${place}\`.`
  }
  if (status === 401 || /expired|no basic auth/i.test(text)) {
    return `ECR logins expire after 12 hours: use \`AWS\` as ${input('username')} and a new ${input('password')} from \`${command} get-login-password ${place}\`.`
  }
  if (status !== 403) return undefined
  const [, action] = /not authorized to perform: (ecr[a-z-]*:[A-Za-z]+)/.exec(text) ?? []
  const missing = action === undefined ? '' : `${action} is missing. `
  return `${missing}Allow the role ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage, ecr:BatchCheckLayerAvailability and ecr:BatchGetImage on the repository; its login lasts 12 hours.`
}

function fixOfArtifactRegistry(refused: ResponseContext): string | undefined {
  const { host, repository, status, codes, text } = refused
  const [, location = 'LOCATION'] = GAR.exec(host) ?? []
  const [project = 'PROJECT', name = 'REPOSITORY'] = repository.split('/')
  const create = `\`gcloud artifacts repositories create ${name} --repository-format=docker --location=${location} --project=${project}\``
  if (codes.includes('NAME_INVALID')) {
    return `Write ${input('registry')} as oci://${host}/PROJECT/REPOSITORY; the chart's name comes third.`
  }
  if (status === 404) return `Create the repository first: ${create}.`
  if (status === 401 || /unauthenticated request/i.test(text)) {
    return `Use \`oauth2accesstoken\` as ${input('username')} and an access token as ${input('password')}, or \`_json_key_base64\` and the key.`
  }
  if (status !== 403) return undefined
  const role = refused.readOnly ? 'reader' : 'writer'
  const grant = `Give the account the role roles/artifactregistry.${role} on the repository`
  return /may not exist/i.test(text) ? `${grant}, or create it: ${create}.` : `${grant}.`
}

function fixOfAzure(refused: ResponseContext): string | undefined {
  const { host, text, readOnly } = refused
  const [registry = 'REGISTRY'] = host.split('.')
  if (/locked|writeEnabled|write.?disabled/i.test(text)) {
    return `Publish under a new version, or unlock the tag: \`az acr repository update --name ${registry} --image REPOSITORY:TAG --write-enabled true\`.`
  }
  if (!isAboutLogin(refused)) return undefined
  const token = `\`az acr login --name ${registry} --expose-token\``
  if (lacksLogin(refused)) {
    return `Set ${input('username')} to 00000000-0000-0000-0000-000000000000 and ${input('password')} to the token of ${token}, or use a service principal.`
  }
  const role = readOnly ? 'AcrPull' : 'AcrPush'
  return `Give the identity the role ${role}; with ${token} the ${input('username')} is 00000000-0000-0000-0000-000000000000.`
}

function fixOfDockerHub(refused: ResponseContext): string | undefined {
  const { status, repository, login, readOnly } = refused
  if (status === 429) {
    const hint =
      login === 'none' ? `log in with ${input('username')} and ${input('password')}, or ` : ''
    return `Docker Hub limits requests: ${hint}run it again later.`
  }
  if (repository.split('/').length > 2 && (isAboutLogin(refused) || status === 404)) {
    return `Docker Hub has two levels only, NAMESPACE/NAME: write ${input('registry')} as oci://registry-1.docker.io/NAMESPACE, without further parts.`
  }
  if (!isAboutLogin(refused)) return undefined
  const token = `an access token with ${readOnly ? 'Read' : 'Read & Write'} as ${input('password')}`
  if (login === 'none') return `Set ${input('username')} and ${input('password')}, with ${token}.`
  return `Use ${token}, and a namespace of this user or of an organization that lets it write: oci://registry-1.docker.io/NAMESPACE.`
}

function fixOfQuay(refused: ResponseContext): string | undefined {
  if (!isAboutLogin(refused)) return undefined
  if (lacksLogin(refused)) {
    return `Set ${input('username')} and ${input('password')} to those of a robot account (NAMESPACE+NAME) or of a user.`
  }
  if (refused.readOnly)
    return 'Give this user or robot account the permission Read on the repository.'
  return 'Give this user or robot account the permission Write on the repository. To let the push create it, add the account to a team with the role Creator.'
}

function fixOfIbm(refused: ResponseContext): string | undefined {
  if (!isAboutLogin(refused) && refused.status !== 404) return undefined
  const [namespace = 'NAMESPACE'] = refused.repository.split('/')
  const role = refused.readOnly ? 'Reader' : 'Writer'
  return `Use \`iamapikey\` as ${input('username')} and an API key with the role ${role} as ${input('password')}; the namespace has to exist (\`ibmcloud cr namespace-add ${namespace}\`).`
}

function fixOfDigitalOcean(refused: ResponseContext): string | undefined {
  if (!isAboutLogin(refused)) return undefined
  return `Use an API token that may write to the registry as ${input('username')} and as ${input('password')}; the path in ${input('registry')} begins with the name of the registry.`
}

function fixOfScaleway(refused: ResponseContext): string | undefined {
  if (!isAboutLogin(refused) && refused.status !== 404) return undefined
  const [namespace = 'NAMESPACE'] = refused.repository.split('/')
  return `Use \`nologin\` as ${input('username')} and a secret key as ${input('password')}; create the namespace "${namespace}" first.`
}
