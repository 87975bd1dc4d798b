import { type InputSpec, TO_PUBLISH } from './spec.ts'

export const TRUST = {
  'artifacthub-repo': {
    group: 'Trust',
    kind: 'text',
    knownTo: TO_PUBLISH,
    description: [
      'File for Artifact Hub (`artifacthub-repo.yml`), pushed to the tag `artifacthub.io` of each chart before its version,',
      'when its content differs. `{{name}}` in the path stands for the name of the chart.'
    ],
    flag: { value: 'FILE', help: 'artifacthub-repo.yml to push to the tag artifacthub.io' }
  },
  'require-public': {
    group: 'Trust',
    kind: 'switch',
    default: 'false',
    knownTo: TO_PUBLISH,
    description: [
      'Require that everybody can pull what was published: after the push, its manifest and its archive are asked for',
      'without a login. If that fails, the exit code is 5, though the chart is published.'
    ],
    flag: { help: 'require that everybody can pull what was published' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
