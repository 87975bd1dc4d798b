import { expect, test } from '@jest/globals'
import { bundledBom } from '../../scripts/release/sbom.ts'

const component = (name: string, version: string) => ({
  'bom-ref': `${name}@${version}`,
  name,
  version
})
const ALL = {
  metadata: { component: { ...component('program', '1.0.0'), name: 'folder' } },
  components: [
    component('@a/b', '1.2.3'),
    component('semver', '6.0.0'),
    component('semver', '7.0.0'),
    component('jest', '30.0.0')
  ],
  dependencies: [
    { ref: 'program@1.0.0', dependsOn: ['@a/b@1.2.3', 'jest@30.0.0'] },
    { ref: '@a/b@1.2.3', dependsOn: ['semver@7.0.0'] },
    { ref: 'jest@30.0.0', dependsOn: ['semver@6.0.0'] }
  ]
}
const LICENCES =
  '@a/b 1.2.3 (MIT)\n\nSome text 1.0 (of 2020)\n\nsemver 7.0.0 (ISC)\n\ncode (MIT), in semver\n'

test('the SBOM has the packages that are bundled, in their versions, and no others', () => {
  const bom = bundledBom(ALL, { licences: LICENCES, name: 'program' })
  expect(bom.components.map((each) => each['bom-ref'])).toEqual(['@a/b@1.2.3', 'semver@7.0.0'])
  expect(bom.dependencies).toEqual([
    { ref: 'program@1.0.0', dependsOn: ['@a/b@1.2.3'] },
    { ref: '@a/b@1.2.3', dependsOn: ['semver@7.0.0'] }
  ])
  expect(bom.metadata.component.name).toBe('program')
})

test('a bundled package that is not known stops the release', () => {
  const licences = `${LICENCES}other 1.0.0 (MIT)\n`
  expect(() => bundledBom(ALL, { licences, name: 'program' })).toThrow('does not list other@1.0.0')
})
