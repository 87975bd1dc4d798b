import { EVERYWHERE, type InputSpec, TO_PUBLISH } from './spec.ts'

/** What the login of a registry does for a command that publishes nothing. */
const FOR_REGISTRY = 'for a CHART in a registry only; for dependencies use --registry-auth-file'

export const LOGIN = {
  registry: {
    group: 'Where and login',
    kind: 'comma-list',
    hasAddresses: true,
    knownTo: TO_PUBLISH,
    description: [
      "Where to publish, `oci://host[:port]/path`, one per line; the chart's name is added, as with `helm push`. By",
      'default, charts are packaged and validated only.'
    ],
    flag: {
      value: 'oci://HOST/PATH',
      help: "where to publish; the chart's name is added; may be repeated"
    }
  },
  username: {
    group: 'Where and login',
    kind: 'text',
    knownTo: EVERYWHERE,
    hasVariable: true,
    description: ['User of the registry.'],
    flag: {
      value: 'NAME',
      help: 'user of the registry; on a terminal, you are asked for a missing password',
      helpOf: { package: FOR_REGISTRY }
    }
  },
  password: {
    group: 'Where and login',
    kind: 'secret',
    knownTo: EVERYWHERE,
    hasVariable: true,
    description: [
      'Password or token of that user. It is masked in the log, and is sent only to that registry and to its token service.'
    ],
    flag: {
      name: 'password-file',
      value: 'FILE',
      help: 'read the password from a file',
      helpOf: { package: FOR_REGISTRY },
      standardInput: { name: 'password-stdin', help: 'read the password from standard input' }
    }
  },
  'identity-token': {
    group: 'Where and login',
    kind: 'secret',
    knownTo: EVERYWHERE,
    hasVariable: true,
    description: [
      'Identity token (refresh token) of the registry, instead of `password`. It is sent only to the token service.'
    ],
    flag: {
      name: 'identity-token-file',
      value: 'FILE',
      help: 'read an identity token from a file',
      helpOf: { package: FOR_REGISTRY }
    }
  },
  'registry-auth': {
    group: 'Where and login',
    kind: 'secret-yaml',
    knownTo: EVERYWHERE,
    description: [
      'Credentials in YAML, by `host[:port]` or `host[:port]/path`: each has `username` and `password`, `identity-token`',
      '(and `username`), or `registry-token`. The longest matching path is used. The credentials also apply to the',
      'repositories of dependencies, `oci://` and `https://`. They are masked like `password`, and each is sent only to its',
      'host, port and path.'
    ],
    flag: {
      name: 'registry-auth-file',
      value: 'FILE',
      help: 'YAML file: host[:port][/path] to credentials, for dependencies as well'
    }
  },
  'registry-config': {
    group: 'Where and login',
    kind: 'text',
    knownTo: EVERYWHERE,
    description: [
      'File with logins in the format of Docker or Podman, used instead of the default files, or `none` to use no logins of',
      'the machine. By default, if no credential is set, logins that earlier steps made with helm, oras, docker or podman',
      'are used.'
    ],
    flag: {
      value: 'FILE|none',
      help: 'use the logins in this file instead of the default files; none: use no logins of the machine'
    }
  },
  'token-hosts': {
    group: 'Where and login',
    kind: 'text',
    hasAddresses: true,
    knownTo: EVERYWHERE,
    description: [
      'Hosts of token services that may get the password, separated by commas or lines. By default, the one that the',
      'registry names, if it uses https.'
    ],
    flag: { value: 'HOST,…', help: 'the only token services that may get the password' }
  }
} as const satisfies Readonly<Record<string, InputSpec>>
