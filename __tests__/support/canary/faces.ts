import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type ProgramResult, runCli } from '../program.ts'
import { runAction } from '../runner/runner.ts'
import { HOSTS, type Lab, USER } from './lab.ts'
import { signingFiles, signingInputs, signingSecrets, signingVariables } from './signing.ts'
import type { Scenario, Stage } from './stage.ts'

export interface FaceResult extends ProgramResult {
  /** What the action left for its post step. */
  readonly state: Readonly<Record<string, string>>
}

/** Runs the action, or the command with the same inputs, with a secret in every source that the scenario allows. */
export async function runFace(
  stage: Stage,
  started: (child: ChildProcess) => void
): Promise<FaceResult> {
  const { face, lab, scenario, workspace, recorders } = stage
  const shared = { node: recorders.node, started }
  const environment = environmentOf(stage)
  if (face === 'action') {
    const inputs = { ...inputsOf(stage), ...secretInputs(lab, scenario) }
    return runAction(workspace, inputs, { ...shared, environment })
  }
  const secrets = secretVariables(lab, scenario)
  const isPiped = scenario.login === 'password on standard input'
  const options = {
    ...shared,
    environment: { ...environment, ...secrets },
    ...(isPiped && { stdin: lab.secrets.password })
  }
  return { ...(await runCli(workspace, argumentsOf(stage), options)), state: {} }
}

function environmentOf({ lab, scenario, world, workspace, recorders }: Stage) {
  const { secrets } = lab
  const { proxy } = secrets
  return {
    PATH: recorders.path(workspace),
    HTTPS_PROXY: `http://${USER}:${encodeURIComponent(proxy)}@${world.proxy.host}`,
    DOCKER_CONFIG: lab.file('.'),
    ACTIONS_RUNTIME_TOKEN: secrets['runtime token'],
    ...signingVariables(lab, scenario),
    ...scenario.environment
  }
}

/** What is no secret. */
function inputsOf({ lab, scenario, world }: Stage): Readonly<Record<string, string>> {
  const { targets = ['registry'], inputs = {}, helm } = scenario
  const mirror = `http://${world.downloads.host}`
  return {
    chart: 'chart',
    registry: targets.map((target) => `oci://${HOSTS[target]}/charts`).join('\n'),
    destination: 'out',
    'if-exists': 'overwrite',
    ...(helm === 'is downloaded' && { 'helm-version': 'v3.22.0', 'helm-download-url': mirror }),
    ...trustInputs(lab, scenario),
    ...signingInputs(lab, scenario),
    ...(typeof inputs === 'function' ? inputs(lab, world) : inputs)
  }
}

function trustInputs(lab: Lab, { targets = ['registry'] }: Scenario) {
  return { ca: lab.ca, ...(targets.length === 1 && { 'client-cert': lab.client.certFile }) }
}

function secretInputs(lab: Lab, scenario: Scenario): Readonly<Record<string, string>> {
  const { secrets } = lab
  const { login = 'password' } = scenario
  const given = {
    password: { username: USER, password: secrets.password },
    'password on standard input': { username: USER, password: secrets.password },
    'identity-token': { 'identity-token': secrets['identity-token'] },
    files: {},
    'of a GitLab job': {}
  }[login]
  return {
    ...given,
    ...keyInputs(lab, scenario),
    ...(scenario.pgp && {
      'gpg-private-key': lab.secrets['gpg-private-key'],
      'gpg-passphrase': pgpPassphrase(lab, scenario)
    }),
    ...signingSecrets(lab, scenario),
    'registry-auth': readFileSync(registryAuthFile(lab, scenario), 'utf8')
  }
}

function keyInputs({ secrets }: Lab, { targets = ['registry'] }: Scenario) {
  if (targets.length > 1) return {}
  return {
    'client-key': secrets['client-key'],
    'client-key-passphrase': secrets['client-key-passphrase']
  }
}

/** The other one is longer: whoever prints it prints the right one. */
function pgpPassphrase({ secrets }: Lab, { pgp }: Scenario): string {
  return `${secrets['gpg-passphrase']}${pgp === 'another passphrase' ? ' or another' : ''}`
}

/** The command takes a registry's login from a variable, from standard input, or from files. */
function secretVariables(lab: Lab, scenario: Scenario) {
  const { secrets } = lab
  const { login = 'password', pgp } = scenario
  return {
    ...(pgp && { PUBLISH_HELM_CHART_GPG_PASSPHRASE: pgpPassphrase(lab, scenario) }),
    PUBLISH_HELM_CHART_CLIENT_KEY_PASSPHRASE: secrets['client-key-passphrase'],
    PUBLISH_HELM_CHART_GITHUB_TOKEN: secrets['github-token'],
    ...(login.startsWith('password') && { PUBLISH_HELM_CHART_USERNAME: USER }),
    ...(login === 'password' && { PUBLISH_HELM_CHART_PASSWORD: secrets.password }),
    ...(login === 'identity-token' && {
      PUBLISH_HELM_CHART_IDENTITY_TOKEN: secrets['identity-token']
    }),
    ...(login === 'of a GitLab job' && {
      CI_REGISTRY: HOSTS.registry,
      CI_REGISTRY_USER: USER,
      CI_REGISTRY_PASSWORD: secrets.CI_REGISTRY_PASSWORD
    })
  }
}

function argumentsOf(stage: Stage): readonly string[] {
  const { lab, scenario } = stage
  const { targets = ['registry'], login, inspects, pgp } = scenario
  const { chart, ...inputs } = inputsOf(stage)
  const flags = [
    ...flagsOf(inspects ? trustInputs(lab, scenario) : inputs),
    `--registry-auth-file=${registryAuthFile(lab, scenario)}`,
    ...(targets.length === 1 ? [`--client-key=${lab.file('client-key')}`] : []),
    ...(pgp ? [`--gpg-private-key=${lab.file('gpg-private-key')}`] : []),
    ...signingFiles(lab, scenario),
    ...(login === 'password on standard input' ? ['--password-stdin'] : []),
    '--debug',
    '--json'
  ]
  const reference = `oci://${HOSTS.registry}/charts/demo:1.2.3`
  return inspects ? ['inspect', reference, ...flags] : ['publish', chart ?? '', ...flags]
}

function flagsOf(inputs: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(inputs).flatMap(([name, value]) => {
    return value.split('\n').map((line) => `--${name}=${line}`)
  })
}

function registryAuthFile(lab: Lab, { login }: Scenario): string {
  return lab.file(`registry-auth ${login === 'files' ? HOSTS.registry : 'unused.test'}`)
}
