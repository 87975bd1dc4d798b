import { writeLayout } from '../../oci/layout/layout-write.ts'
import type { Logger } from '../../shared/logger.ts'
import type { PlannedChart } from '../plan.ts'

/** Adds charts to the OCI image layout in `folder`, under the tags that they would get in a registry. @throws Failure usage */
export async function keepInLayout(
  folder: string,
  charts: readonly PlannedChart[],
  logger: Logger
): Promise<void> {
  const artifacts = charts.map(({ chart: { packed }, tags }) => {
    const { name } = packed.archive.metadata
    return { artifact: packed.artifact, title: name, tags }
  })
  await writeLayout(folder, artifacts)
  for (const { title, tags, artifact } of artifacts) {
    logger.info(
      `The layout "${folder}" has ${title} ${tags.join(', ')}: ${artifact.manifest.digest}.`
    )
  }
}
