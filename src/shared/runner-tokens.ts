import type { SecretRegistry } from './secret-registry.ts'

/** ACTIONS_RUNTIME_TOKEN, ACTIONS_ID_TOKEN_REQUEST_TOKEN and what may follow them (actions/runner, JobExtension). */
const RUNNER_TOKEN = /^ACTIONS_.*TOKEN$/
/**
 * Variables that hold a secret and nothing else, by the documentation of GitHub, GitLab, Azure Pipelines, Bitbucket,
 * AWS, Azure, npm and cosign. Names that only sound like it are left out: PULL_SECRET may be the name of a Secret.
 */
const OTHERS = new Set([
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GH_ENTERPRISE_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
  'CI_JOB_TOKEN',
  'CI_JOB_JWT',
  'CI_JOB_JWT_V2',
  'CI_REGISTRY_PASSWORD',
  'CI_DEPLOY_PASSWORD',
  'CI_DEPENDENCY_PROXY_PASSWORD',
  'GITLAB_TOKEN',
  'SYSTEM_ACCESSTOKEN',
  'BITBUCKET_STEP_OIDC_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AZURE_CLIENT_SECRET',
  'ARM_CLIENT_SECRET',
  'NODE_AUTH_TOKEN',
  'NPM_TOKEN',
  'COSIGN_PASSWORD'
])
/** What is shorter is not such a token, and would hide ordinary words in the log. */
const SHORTEST_TOKEN = 16
/** `actions/setup-node` sets NODE_AUTH_TOKEN to XXXXX-XXXXX-XXXXX-XXXXX where there is none. */
const FEWEST_CHARACTERS = 5

/**
 * Keeps the tokens of the job as secrets, so that no line shows and no chart holds them, and removes those that GitHub's
 * runner gives to JavaScript actions: nothing of ours needs them.
 */
export function registerRunnerTokens(
  environment: Record<string, string | undefined>,
  secrets: SecretRegistry
): void {
  for (const [name, value = ''] of Object.entries(environment)) {
    const isOfRunner = RUNNER_TOKEN.test(name)
    const isToken = value.length >= SHORTEST_TOKEN && new Set(value).size >= FEWEST_CHARACTERS
    if (isToken && (isOfRunner || OTHERS.has(name))) secrets.registerToken(value)
    if (isOfRunner) delete environment[name]
  }
}
