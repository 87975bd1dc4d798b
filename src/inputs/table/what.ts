import { DEPENDENCY_MODES, IF_NO_CHARTS_FOUND, LINT } from '../../publish/model/request.ts'
import { type InputSpec, TO_INSPECT, TO_PACKAGE } from './spec.ts'

export const WHAT = {
  chart: {
    group: 'What',
    kind: 'list',
    default: '.',
    mayBeEmpty: true,
    hasAddresses: true,
    knownTo: TO_PACKAGE,
    description: [
      'Charts to publish, one per line: chart directories, archives (`.tgz`, published unchanged, with their `.prov`),',
      'patterns such as `charts/*`, OCI image layouts (`oci-layout:FOLDER` or `oci-archive:FILE.tar`: every chart in it, or',
      'the one behind `@sha256:…`, with the same manifest), or charts in registries to copy (`oci://host/path/name:tag` or',
      '`…@sha256:…`, byte for byte, with what is attached to them). Prefix a line with `!` to exclude what it matches. A',
      'JSON array works, too, and so does a list on one line, separated by blanks or commas, if every part of it is a chart',
      'on this machine. A file in a chart directory stands for its chart, so that lists of changed files can be given.',
      'Explicitly empty means no chart.'
    ]
  },
  'if-no-charts-found': {
    group: 'What',
    kind: 'choice',
    choices: IF_NO_CHARTS_FOUND,
    default: 'error',
    knownTo: TO_PACKAGE,
    description: [
      'What to do when `chart` is empty, or a pattern matches no chart: `error`, `warn`, or `ignore`. Without any chart,',
      'the run then succeeds with an empty list as `results`. A path that does not exist is always an error.'
    ],
    flag: {
      value: 'error|warn|ignore',
      help: 'what to do when CHART is empty or matches no chart'
    }
  },
  version: {
    group: 'What',
    kind: 'text',
    knownTo: TO_PACKAGE,
    description: [
      'Overrides the chart version. Accepts a version or a Git tag such as `v1.2.3`, `storefront-1.2.3` or',
      '`charts/storefront/v1.2.3`, for a single chart also `chart-v1.2.3`, `helm-v1.2.3`, `helm-chart-1.2.3` and',
      '`storefront-chart-1.2.3`; `auto` uses the tag that triggered the run. A leading `v` is dropped. For archives, must',
      "match the archive's version."
    ],
    flag: {
      value: 'VERSION',
      help: 'version instead of the one in Chart.yaml, or a Git tag that names it'
    }
  },
  'app-version': {
    group: 'What',
    kind: 'text',
    knownTo: TO_PACKAGE,
    description: ['appVersion of the chart instead of the one in Chart.yaml.'],
    flag: { value: 'VERSION', help: 'appVersion instead of the one in Chart.yaml' }
  },
  dependencies: {
    group: 'What',
    kind: 'choice',
    choices: DEPENDENCY_MODES,
    default: 'build',
    knownTo: TO_PACKAGE,
    description: [
      'What to do about the dependencies of chart directories: `build` fetches what is missing or outdated in `charts/`, in',
      'the versions of Chart.lock; `update` ignores the lock; `check` fetches nothing, and refuses charts whose `charts/`',
      'is not complete. What is fetched goes into a private mirror of the chart; the work tree is never written.'
    ],
    flag: {
      value: 'build|update|check',
      help: 'fetch what is missing in charts/ (default); ignore the lock; or only look'
    }
  },
  repositories: {
    group: 'What',
    kind: 'list',
    hasAddresses: true,
    knownTo: TO_PACKAGE,
    description: [
      'URLs of repositories that Chart.yaml names by `@name` or `alias:name`, one `NAME: URL` per line, as `helm repo add`',
      'takes them. Repositories that earlier steps added with helm are known as well. Logins belong in `registry-auth`.'
    ],
    flag: {
      value: 'NAME=URL',
      help: 'URL of a repository that Chart.yaml calls @NAME; may be repeated'
    }
  },
  lint: {
    group: 'What',
    kind: 'choice',
    choices: LINT,
    default: 'warn',
    knownTo: TO_PACKAGE,
    description: [
      'What to do about what `helm lint` finds in chart directories: `warn` shows it and publishes, `fail` publishes nothing',
      'if there is an error, `strict` nothing if there is a warning either, `off` does not lint.'
    ],
    flag: {
      value: 'warn|fail|strict|off',
      help: 'what to do about findings of helm lint; warn unless given'
    }
  },
  'lint-values': {
    group: 'What',
    kind: 'list',
    knownTo: TO_PACKAGE,
    description: [
      'Values files to lint with, one per line, from the working directory, else from each chart. Files that are named are',
      'merged into one run, as `helm lint -f a -f b` does; a pattern such as `ci/*-values.yaml` means one run for each file.',
      'A chart without a match is linted with its defaults.'
    ],
    flag: { value: 'FILE', help: 'values file to lint with, or a pattern; may be repeated' }
  },
  'require-genuine': {
    group: 'What',
    kind: 'switch',
    default: 'true',
    knownTo: TO_INSPECT,
    description: [
      'Only publish archives created by `helm package`. Set to `false` to publish other archives with a warning.',
      'Archives that Helm cannot load are always rejected.'
    ],
    flag: {
      help: 'reject archives that helm package did not create (default); =false warns instead',
      helpOf: {
        inspect: 'report what publish would refuse as an error (default); =false makes it a warning'
      }
    }
  },
  'allow-outside-files': {
    group: 'What',
    kind: 'switch',
    default: 'false',
    knownTo: TO_PACKAGE,
    description: [
      'Follow links in a chart, and `file://` dependencies, that lead out of the work tree (the root of the git repository',
      'that holds the chart, or the working directory). Without it such a chart is refused, since a link can publish any',
      'file of the machine.'
    ],
    flag: { help: 'follow links and file:// dependencies that lead out of the work tree' }
  },
  'allow-untrusted-checkout': {
    group: 'What',
    kind: 'switch',
    default: 'false',
    knownTo: TO_PACKAGE,
    description: [
      'Package code that may come from a fork, in a run that has the secrets of the repository (`pull_request_target`,',
      '`workflow_run`, `issue_comment`, `pull_request_review` and others, see SECURITY.md). Set it only when the code was',
      'reviewed: the author of the pull request controls what is published.'
    ],
    flag: { help: 'package the code of a pull request in a run that has secrets' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
