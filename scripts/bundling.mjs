// How src/ becomes one CommonJS file: what the build makes dist/ with, and tests programs of their own.
import { join } from 'node:path'
import { openpgpApart } from './openpgp.mjs'

const root = join(import.meta.dirname, '..')

/** The first line of a bundle: some packages ask where they lie, which a CommonJS file knows by another name. */
export const BUNDLE_URL = "const bundleUrl = require('node:url').pathToFileURL(__filename).href"

/** For esbuild. A bundle with these begins with `BUNDLE_URL`. */
export const bundling = {
  absWorkingDir: root,
  bundle: true,
  platform: /** @type {const} */ ('node'),
  target: 'node20',
  format: /** @type {const} */ ('cjs'),
  legalComments: /** @type {const} */ ('none'),
  plugins: [undiciInParts(), withoutHttpClient(), yamlWithoutLogs(), openpgpApart()],
  define: { 'import.meta.url': 'bundleUrl' }
}

/**
 * What is used of undici in place of all of it: fetch, HTTP/2, websockets, caches and mocks are three quarters of the
 * package, and loading them took 50 ms of every run.
 * @returns {import('esbuild').Plugin}
 */
function undiciInParts() {
  const contents = `
    const Dispatcher = require('undici/lib/dispatcher/dispatcher.js')
    Dispatcher.prototype.request = require('undici/lib/api/api-request.js')
    exports.Agent = require('undici/lib/dispatcher/agent.js')
    exports.buildConnector = require('undici/lib/core/connect.js')`
  const absent =
    'exports.extractBody = module.exports = () => { throw new Error("This part of undici is left out.") }'
  return {
    name: 'undici-in-parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'parts' }))
      onLoad({ filter: /./, namespace: 'parts' }, () => ({ contents, resolveDir: root }))
      // Bodies of fetch, which are for forms, and HTTP/2, which is switched off.
      onLoad({ filter: /undici\/lib\/(?:web\/fetch\/body|dispatcher\/client-h2)\.js$/ }, () => ({
        contents: absent
      }))
    }
  }
}

/**
 * Packages of GitHub bring an HTTP client along, with proxies and logins of its own. Every request of ours goes through
 * src/http/, so that client is not even in the bundle.
 * @returns {import('esbuild').Plugin}
 */
function withoutHttpClient() {
  const contents = `
    class Absent { constructor() { throw new Error('Requests go through src/http/.') } }
    exports.HttpClient = exports.BearerCredentialHandler = Absent`
  return {
    name: 'without-http-client',
    setup({ onResolve, onLoad }) {
      const filter = /^@actions\/http-client(?:$|\/)/
      onResolve({ filter }, () => ({ path: 'http-client', namespace: 'absent' }))
      onLoad({ filter: /./, namespace: 'absent' }, () => ({ contents }))
    }
  }
}

/**
 * What Node gets of yaml prints all that it reads when the environment has LOG_TOKENS or LOG_STREAM, passwords in
 * `registry-auth` included, and asks for that at every token; what browsers get does neither.
 * @returns {import('esbuild').Plugin}
 */
function yamlWithoutLogs() {
  const path = join(root, 'node_modules/yaml/browser/dist/index.js')
  return {
    name: 'yaml-without-logs',
    setup({ onResolve }) {
      onResolve({ filter: /^yaml$/ }, () => ({ path }))
    }
  }
}
