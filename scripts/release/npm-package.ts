/** What npm reads of a package. What the program needs is in dist/, so the package has no dependencies and no scripts. */
const FIELDS = [
  'name',
  'version',
  'description',
  'keywords',
  'homepage',
  'bugs',
  'repository',
  'license',
  'type',
  'engines',
  'bin',
  'files',
  'publishConfig'
]

/** The package.json to publish, from that of the repository. */
export function publishedPackage(source: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(source).filter(([name]) => FIELDS.includes(name)))
}
