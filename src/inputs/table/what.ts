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
      'only the one with `@sha256:…`, with the same manifest), or charts in registries to copy (`oci://host/path/name:tag` or',
      '`…@sha256:…`, byte for byte, with their signatures). Prefix a line with `!` to exclude what it matches. A JSON array also',
      'works, and so does a list on one line, separated by spaces or commas, if every entry is a local chart. A file in a chart',
      'directory selects that chart, so that lists of changed files work. An empty string means no chart.'
    ]
  },
  'if-no-charts-found': {
    group: 'What',
    kind: 'choice',
    choices: IF_NO_CHARTS_FOUND,
    default: 'error',
    knownTo: TO_PACKAGE,
    description: [
      'What to do if `chart` is empty, or a pattern matches no chart: `error`, `warn`, or `ignore`. With `warn` and',
      '`ignore`, a run without charts succeeds, and `results` is an empty list. A path that does not exist is always an',
      'error.'
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
    description: ['Overrides the appVersion in Chart.yaml.'],
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
      'the versions of Chart.lock; `update` ignores the lock; `check` fetches nothing, and rejects charts whose `charts/` is',
      'incomplete. Fetched charts go into a private copy of the chart; the work tree is never changed.'
    ],
    flag: {
      value: 'build|update|check',
      help: 'build (default): fetch what is missing in charts/; update: ignore the lock; check: fetch nothing'
    }
  },
  repositories: {
    group: 'What',
    kind: 'list',
    hasAddresses: true,
    knownTo: TO_PACKAGE,
    description: [
      'URLs of repositories that Chart.yaml names by `@name` or `alias:name`, one `NAME: URL` per line, as for `helm repo',
      'add`. Repositories that earlier steps added with helm are also known. Logins belong in `registry-auth`.'
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
      'What to do about findings of `helm lint` in chart directories: `warn` reports them and publishes, `fail` publishes',
      'nothing if there are errors, `strict` publishes nothing if there are errors or warnings, `off` skips linting.'
    ],
    flag: {
      value: 'warn|fail|strict|off',
      help: 'what to do about findings of helm lint (default warn)'
    }
  },
  'lint-values': {
    group: 'What',
    kind: 'list',
    knownTo: TO_PACKAGE,
    description: [
      'Values files to lint with, one per line, relative to the working directory or to each chart. Listed files are merged',
      'into one run, as with `helm lint -f a -f b`; a pattern such as `ci/*-values.yaml` means one run per file. A chart',
      'without a matching file is linted with its default values.'
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
        inspect:
          'report archives that helm package did not create as an error (default); =false makes it a warning'
      }
    }
  },
  'allow-outside-files': {
    group: 'What',
    kind: 'switch',
    default: 'false',
    knownTo: TO_PACKAGE,
    description: [
      'Allow links in a chart, and `file://` dependencies, that point outside of the work tree (the root of the git',
      'repository that contains the chart, or the working directory). By default, such charts are rejected, because a link',
      'can publish any file of the machine.'
    ],
    flag: { help: 'allow links and file:// dependencies that point outside of the work tree' }
  },
  'allow-untrusted-checkout': {
    group: 'What',
    kind: 'switch',
    default: 'false',
    knownTo: TO_PACKAGE,
    description: [
      'Allow packaging code that may come from a fork, in a run that has the secrets of the repository',
      '(`pull_request_target`, `workflow_run`, `issue_comment`, `pull_request_review` and others, see SECURITY.md). Only',
      'enable this if the code was reviewed: the author of the pull request controls what is published.'
    ],
    flag: { help: 'allow packaging the code of a pull request in a run that has secrets' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
