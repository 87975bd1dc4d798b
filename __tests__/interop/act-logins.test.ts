import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { chartIn, exampleFor, makeRepository, succeed, tagsAt } from '../support/act/act.ts'
import { type StandIn, writeStandIns } from '../support/act/stand-ins.ts'
import { useWorkspace } from '../support/workspace.ts'
import { type DockerRegistry, useDockerRegistries } from './docker-registry.ts'
import { WRITER } from './login-servers.ts'

const workspace = useWorkspace()
const startRegistry = useDockerRegistries()

interface Example {
  readonly file: string
  /** The registry in it, for which one on loopback stands in; undefined when an earlier step names it. */
  readonly host?: string
  /** Who the registry knows. */
  readonly username: string
  readonly repository: string
  readonly secrets?: Readonly<Record<string, string>>
  readonly vars?: Readonly<Record<string, string>>
  readonly standIns?: readonly StandIn[]
}

const SECRET = WRITER.password
const EXAMPLES: readonly Example[] = [
  {
    file: 'ghcr.yml',
    host: 'ghcr.io',
    username: 'octocat',
    repository: 'team/charts/storefront',
    secrets: { GITHUB_TOKEN: SECRET }
  },
  {
    file: 'docker-hub.yml',
    host: 'registry-1.docker.io',
    username: 'acme-ci',
    repository: 'acme/storefront',
    secrets: { DOCKERHUB_TOKEN: SECRET },
    vars: { DOCKERHUB_NAMESPACE: 'acme', DOCKERHUB_USERNAME: 'acme-ci' }
  },
  {
    file: 'gitlab.yml',
    host: 'registry.gitlab.com',
    username: 'gitlab+deploy-token-7',
    repository: 'acme/shop/charts/storefront',
    secrets: { GITLAB_DEPLOY_TOKEN: SECRET },
    vars: { GITLAB_PROJECT: 'acme/shop', GITLAB_DEPLOY_USERNAME: 'gitlab+deploy-token-7' }
  },
  {
    file: 'harbor.yml',
    host: 'harbor.example.com',
    username: 'robot$charts+ci',
    repository: 'charts/storefront',
    secrets: { HARBOR_ROBOT_SECRET: SECRET },
    vars: { HARBOR_ROBOT_NAME: 'robot$charts+ci' }
  },
  {
    file: 'gar.yml',
    host: 'europe-west1-docker.pkg.dev',
    username: 'oauth2accesstoken',
    repository: 'acme-prod/charts/storefront',
    vars: {
      GOOGLE_PROJECT: 'acme-prod',
      GOOGLE_WORKLOAD_IDENTITY_PROVIDER: 'projects/1/locations/global/…',
      GOOGLE_SERVICE_ACCOUNT: 'charts@acme-prod.iam.gserviceaccount.com'
    },
    standIns: ['google-github-actions/auth']
  },
  {
    file: 'ecr.yml',
    username: 'AWS',
    repository: 'charts/storefront',
    vars: { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/charts', AWS_REGION: 'eu-central-1' },
    standIns: ['aws-actions/configure-aws-credentials', 'aws-actions/amazon-ecr-login']
  },
  {
    file: 'acr.yml',
    host: `\${{ env.ACR_NAME }}.azurecr.io`,
    username: '00000000-0000-0000-0000-000000000000',
    repository: 'charts/storefront',
    vars: {
      ACR_NAME: 'acme',
      AZURE_CLIENT_ID: 'a',
      AZURE_TENANT_ID: 'b',
      AZURE_SUBSCRIPTION_ID: 'c'
    },
    standIns: ['Azure/login']
  }
]

let registry: DockerRegistry

beforeEach(async () => {
  const users = EXAMPLES.map(({ username }) => `${username}:${WRITER.hash}\n`)
  const htpasswd = await workspace.write('htpasswd', { users: users.join('') })
  registry = await startRegistry(workspace, { kind: 'htpasswd', path: `${htpasswd}/users` })
  await writeAz()
  await makeRepository(workspace, chartIn('charts/storefront', { name: 'storefront' }))
})

describe('the chart is published with the login of', () => {
  test.each(EXAMPLES)('$file', async ({ file, host, username, ...example }) => {
    await writeDockerLogin(username)
    await succeed(workspace, {
      workflow: await exampleFor(`registries/${file}`, { [host ?? 'none']: registry.host }),
      tag: 'v1.5.0',
      actor: username,
      secrets: example.secrets ?? {},
      vars: example.vars ?? {},
      standIns: await writeStandIns(workspace, example.standIns ?? []),
      environment: { FOLDER: workspace.path(), HOST: registry.host, TOKEN: SECRET }
    })
    const login = { username, password: SECRET }
    expect(await tagsAt(registry.host, example.repository, login)).toEqual(['1.5.0'])
  })
})

/** What login actions and `az` write, for their stand-ins to put into HOME. */
async function writeDockerLogin(username: string): Promise<void> {
  const auth = Buffer.from(`${username}:${SECRET}`).toString('base64')
  const config = JSON.stringify({ auths: { [registry.host]: { auth } } })
  await workspace.write('docker', { 'config.json': config })
}

async function writeAz(): Promise<void> {
  const script =
    '#!/bin/sh\ntest "$*" = "acr login --name acme" && cp -R "$FOLDER/docker" "$HOME/.docker"\n'
  const bin = await workspace.write('bin', { az: script })
  await chmod(join(bin, 'az'), 0o755)
}
