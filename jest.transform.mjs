import { stripTypeScriptTypes } from 'node:module'

/** Jest transform: erases types in place, so line numbers survive without source maps. */
export default {
  /** @param {string} source */
  process: (source) => ({ code: stripTypeScriptTypes(source) })
}
