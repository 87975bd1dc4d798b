/** What is used here of a CycloneDX document as `npm sbom` writes it. */
export interface Bom {
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
}

/**
 * `all` with the packages that dist/licenses.txt lists, and no others: what is bundled. npm's own `--omit dev` leaves out
 * packages that are bundled and that a development dependency has in another version as well (npm 11).
 * @throws when a listed package is missing in `all`
 */
export function bundledBom(all: Bom, { licences, name }: { licences: string; name: string }): Bom {
  const listed = [...licences.matchAll(/^(\S+) (\d\S*) \([^)\n]+\)$/gm)].map(
    ([, package_, version]) => `${package_}@${version}`
  )
  const components = all.components.filter(({ 'bom-ref': ref }) => listed.includes(ref))
  const found = components.map(({ 'bom-ref': ref }) => ref)
  const missing = listed.filter((ref) => !found.includes(ref))
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(', ')}`)
  const { component } = all.metadata
  const kept = [component['bom-ref'], ...found]
  return {
    ...all,
    // npm names it after the folder.
    metadata: { ...all.metadata, component: { ...component, name } },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => kept.includes(ref))
      .map(({ ref, dependsOn }) => ({
        ref,
        dependsOn: dependsOn.filter((on) => kept.includes(on))
      }))
  }
}
