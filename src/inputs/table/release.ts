import { IF_EXISTS } from '../../publish/model/request.ts'
import { type InputSpec, TO_PACKAGE, TO_PUBLISH } from './spec.ts'

export const RELEASE = {
  'if-exists': {
    group: 'Release',
    kind: 'choice',
    choices: IF_EXISTS,
    default: 'fail',
    knownTo: TO_PUBLISH,
    description: [
      'What to do if the version already exists with different content: `fail`, `skip` (leave it unchanged, and succeed), or',
      '`overwrite`. Archives that contain the same files are treated as identical. Tags of other content, such as container',
      'images, are never overwritten.'
    ],
    flag: {
      value: 'fail|skip|overwrite',
      help: 'what to do if the version exists with different content'
    }
  },
  tags: {
    group: 'Release',
    kind: 'comma-list',
    knownTo: TO_PACKAGE,
    description: [
      'More tags for the same manifest, one per line: `latest`, or templates with `{{version}}`, `{{major}}`, `{{minor}}`,',
      '`{{patch}}`, `{{prerelease}}`, such as `v{{version}}`. `latest` and partial versions move to the highest release',
      'that they cover, other names to the highest version; full versions, with or without `v`, follow `if-exists`.'
    ],
    flag: { value: 'TAG', help: 'more tags, such as latest or {{major}}.{{minor}}' }
  },
  annotations: {
    group: 'Release',
    kind: 'lines',
    knownTo: TO_PACKAGE,
    description: [
      'More annotations of the manifest, `key=value`, one per line; the line `auto` adds the source URL and revision from',
      'the CI environment (GitHub, GitLab). Annotations change the digest compared with `helm push`. Title and version',
      'cannot be overridden.'
    ],
    flag: {
      value: 'KEY=VALUE|auto',
      help: 'more annotations of the manifest; auto: source and commit from the CI environment'
    }
  },
  'dry-run': {
    group: 'Release',
    kind: 'switch',
    default: 'false',
    knownTo: TO_PUBLISH,
    description: ['Check the registries and report what would be published, but push nothing.'],
    flag: { help: 'report what would be published, and push nothing' }
  },
  destination: {
    group: 'Release',
    kind: 'text',
    knownTo: TO_PACKAGE,
    description: [
      'Directory to save archives in. The saved archives are those of the registry: if a version already exists with the',
      'same files in another archive, that archive is saved; nothing is saved for a skipped version. By default, archives',
      'are not saved when pushing or with `oci-layout`, and are saved in the working directory when only packaging.'
    ],
    flag: {
      value: 'FOLDER',
      help: 'directory to save the archives in, as the registries have them'
    }
  },
  'oci-layout': {
    group: 'Release',
    kind: 'text',
    knownTo: TO_PACKAGE,
    description: [
      'OCI image layout to add the charts to, so that a later run can publish them: a folder, for `chart: oci-layout:FOLDER`,',
      'or a file whose name ends in `.tar`, for `chart: oci-archive:FILE.tar`. Only without a registry. Archives are then saved',
      'only with `destination`.'
    ],
    flag: {
      value: 'PATH',
      help: 'OCI image layout to add the charts to, a folder or FILE.tar'
    }
  },
  summary: {
    group: 'Release',
    kind: 'switch',
    default: 'true',
    knownTo: ['action'],
    description: [
      'Write a job summary: every chart and registry with its result, and the commands to install it by digest.'
    ]
  },
  concurrency: {
    group: 'Release',
    kind: 'number',
    most: 99,
    // As many as there are connections to a registry at most; packaging is limited by the cores as well.
    default: '8',
    knownTo: TO_PACKAGE,
    description: ['Number of charts to package and push in parallel.'],
    flag: { value: 'COUNT', help: 'charts to package and push in parallel (default 8)' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
