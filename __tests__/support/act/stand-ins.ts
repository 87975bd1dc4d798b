import type { Workspace } from '../workspace.ts'

/**
 * Actions of others in a few lines of shell, since act would fetch them. They do with files of this machine what the real
 * ones do with services: `FOLDER` is theirs.
 */
const STAND_INS = {
  // As the real ones, they keep no times of files.
  'actions/upload-artifact': action(
    { name: '', path: '' },
    'mkdir -p "$FOLDER/$NAME" && if [ -d "$PATH_" ]; then PATH_=$PATH_/.; fi && cp -R "$PATH_" "$FOLDER/$NAME"'
  ),
  'actions/download-artifact': action(
    { name: '', path: '' },
    'test -n "$PATH_" || PATH_=.; mkdir -p "$PATH_" && cp -R "$FOLDER/$NAME/." "$PATH_"'
  ),
  'actions/setup-node': action(
    { 'node-version': '', 'package-manager-cache': '' },
    'node --version'
  ),
  'helm/chart-releaser-action': action(
    { skip_packaging: '', skip_existing: '' },
    'mkdir -p "$FOLDER/released" && cp .cr-release-packages/*.tgz "$FOLDER/released"'
  ),
  'aws-actions/configure-aws-credentials': action(
    { 'role-to-assume': '', 'aws-region': '' },
    'test -n "$ROLE_TO_ASSUME" && test -n "$AWS_REGION"'
  ),
  'aws-actions/amazon-ecr-login': action({}, 'cp -R "$FOLDER/docker" "$HOME/.docker"', {
    registry: 'HOST'
  }),
  'google-github-actions/auth': action(
    {
      workload_identity_provider: '',
      service_account: '',
      token_format: '',
      create_credentials_file: ''
    },
    'test "$TOKEN_FORMAT" = access_token',
    { access_token: 'TOKEN' }
  ),
  'Azure/login': action(
    { 'client-id': '', 'tenant-id': '', 'subscription-id': '' },
    'test -n "$CLIENT_ID" && test -n "$TENANT_ID" && test -n "$SUBSCRIPTION_ID"'
  )
} as const

export type StandIn = keyof typeof STAND_INS

/** Writes stand-ins into the workspace. Returns their folders by name. */
export async function writeStandIns(
  workspace: Workspace,
  names: readonly StandIn[]
): Promise<Readonly<Record<string, string>>> {
  const written = names.map(async (name) => {
    const folder = `act/stand-ins/${name}`
    return [name, await workspace.write(folder, { 'action.yml': STAND_INS[name] })] as const
  })
  return Object.fromEntries(await Promise.all(written))
}

/** Inputs get to the script as variables; outputs are variables of the job. */
function action(
  inputs: Readonly<Record<string, string>>,
  script: string,
  outputs: Readonly<Record<string, string>> = {}
): string {
  const names = Object.keys(inputs)
  const sets = Object.entries(outputs).map(
    ([name, variable]) => `echo "${name}=$${variable}" >> "$GITHUB_OUTPUT"`
  )
  const step = {
    id: 'step',
    shell: 'bash',
    run: [script, ...sets].join('\n'),
    env: Object.fromEntries(names.map((name) => [variableOf(name), `\${{ inputs.${name} }}`]))
  }
  return JSON.stringify({
    name: 'Stand-in',
    inputs: Object.fromEntries(names.map((name) => [name, { required: false }])),
    outputs: Object.fromEntries(
      Object.keys(outputs).map((name) => [name, { value: `\${{ steps.step.outputs.${name} }}` }])
    ),
    runs: { using: 'composite', steps: [step] }
  })
}

function variableOf(input: string): string {
  return input === 'path' ? 'PATH_' : input.toUpperCase().replaceAll('-', '_')
}
