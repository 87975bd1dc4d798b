/** The seed of a run, printed so that it can be had again: `PUBLISH_HELM_CHART_SEED=… npm run test:interop`. */
export function seedFor(title: string): number {
  const given = process.env['PUBLISH_HELM_CHART_SEED']
  const seed = given ? Number(given) : Date.now() % 2 ** 31
  process.stdout.write(`${title}: seed ${seed}\n`)
  return seed
}
