import { isDockerHub, type Repository, repositoryText } from '../../oci/spec/reference.ts'

interface Service {
  readonly host: RegExp
  /** @param path of the repository, part by part */
  readonly fix: (path: readonly string[], host: string) => string
}

const SERVICES: readonly Service[] = [
  {
    host: /^ghcr\.io$/,
    fix: ([owner = '', ...name]) => {
      const page = `packages/container/${encodeURIComponent(name.join('/'))}/settings`
      return `Make the package public: https://github.com/users/${owner}/${page}, for an organization https://github.com/orgs/${owner}/${page}, "Change visibility". An organization may forbid public packages in its settings.`
    }
  },
  {
    host: /^quay\.io$/,
    fix: (path) =>
      `Make the repository public: https://quay.io/repository/${path.join('/')}?tab=settings, "Make Public".`
  },
  {
    host: /^registry\.gitlab\.com$/,
    fix: (path) =>
      `Make the project public, and its container registry visible to everyone: https://gitlab.com/${path.slice(0, 2).join('/')}/edit, "Visibility, project features, permissions".`
  },
  {
    host: /^[a-z0-9-]+-docker\.pkg\.dev$/,
    fix: ([project = 'PROJECT', name = 'REPOSITORY'], host) => {
      const location = host.replace(/-docker\.pkg\.dev$/, '')
      return `Let everybody read it: \`gcloud artifacts repositories add-iam-policy-binding ${name} --location=${location} --project=${project} --member=allUsers --role=roles/artifactregistry.reader\`.`
    }
  },
  {
    host: /^\d+\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/,
    fix: () =>
      'Private repositories of ECR cannot be public: publish to ECR Public, oci://public.ecr.aws/ALIAS.'
  },
  {
    host: /\.azurecr\.(?:io|cn|us)$/,
    fix: (_, host) =>
      `Let everybody pull: \`az acr update --name ${host.split('.')[0]} --anonymous-pull-enabled\` (Standard and Premium).`
  }
]

/** The page or the command that makes a repository public, by its registry. */
export function publicPackageFix({ host, name }: Repository): string {
  const path = name.split('/')
  if (isDockerHub(host)) {
    return `Make the repository public: https://hub.docker.com/repository/docker/${name}/settings, "Visibility settings".`
  }
  const service = SERVICES.find((one) => one.host.test(host))
  return (
    service?.fix(path, host) ??
    `Let everybody read ${repositoryText({ host, name })} in the settings of the registry, such as a public project in Harbor.`
  )
}
