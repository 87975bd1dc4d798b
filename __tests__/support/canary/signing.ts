import { HOSTS, type Lab } from './lab.ts'
import type { Scenario } from './stage.ts'

type Texts = Readonly<Record<string, string>>

/** Of the job: every job has what leads to ID tokens, and a password of cosign, whether it signs or not. */
export function signingVariables({ secrets }: Lab, scenario: Scenario): Texts {
  const { signs } = scenario
  const gitHub = {
    ACTIONS_ID_TOKEN_REQUEST_URL: secrets['request URL'],
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: secrets['request token']
  }
  const ofJob = {
    SIGSTORE_ID_TOKEN: secrets.SIGSTORE_ID_TOKEN,
    COSIGN_PASSWORD: passwordOf(secrets, scenario)
  }
  if (signs === 'on GitLab') return { ...ofJob, GITLAB_CI: 'true' }
  if (signs !== 'on GitHub') return { ...gitHub, ...ofJob }
  const place = {
    GITHUB_API_URL: `https://${HOSTS.github}`,
    GITHUB_SERVER_URL: 'https://github.com'
  }
  return { ...gitHub, ...ofJob, ...place, GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/charts' }
}

/** Inputs that are no secrets. */
export function signingInputs(lab: Lab, { signs }: Scenario): Texts {
  const services = { sigstore: lab.file('services.json'), 'trusted-root': lab.file('root.json') }
  if (signs === undefined) return {}
  if (signs === 'on GitLab') return { ...services, sign: 'keyless' }
  if (signs !== 'on GitHub') return { ...services, sign: 'key' }
  return { ...services, sign: 'keyless', attest: 'provenance', 'github-attestation': 'true' }
}

/** Secret inputs of the action. */
export function signingSecrets({ secrets }: Lab, scenario: Scenario): Texts {
  const isKey = scenario.signs?.startsWith('with a key')
  return {
    'github-token': secrets['github-token'],
    ...(isKey && {
      'cosign-key': secrets['cosign-key'],
      'cosign-password': passwordOf(secrets, scenario)
    })
  }
}

/** The same of the command, which takes the password from the variable of cosign. */
export function signingFiles(lab: Lab, { signs }: Scenario): readonly string[] {
  return signs?.startsWith('with a key') ? [`--cosign-key=${lab.file('cosign-key')}`] : []
}

/** The other one is longer: whoever prints it prints the right one. */
function passwordOf(secrets: Lab['secrets'], { signs }: Scenario): string {
  const other = signs === 'with a key and another password' ? ' or another' : ''
  return `${secrets['cosign-password']}${other}`
}
