import unit from './jest.config.mjs'

/** The tests of the built bundle as a child process, with real helm and registries of the tests. */
/** @type {import('jest').Config} */
export default {
  ...unit,
  testMatch: ['<rootDir>/__tests__/bundle/**/*.test.ts'],
  testPathIgnorePatterns: []
}
