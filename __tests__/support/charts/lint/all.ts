import { CHART_YAML_CHARTS } from './chart-yaml.ts'
import { DEPENDENCY_CHARTS } from './dependencies.ts'
import { HOSTILE_CHARTS } from './hostile.ts'
import type { LintChart } from './lint-chart.ts'
import { TEMPLATE_CHARTS } from './templates.ts'
import { VALUES_CHARTS } from './values.ts'

/** All charts for `helm lint`; the titles name what was recorded. */
export const LINT_CHARTS: readonly LintChart[] = [
  ...CHART_YAML_CHARTS,
  ...DEPENDENCY_CHARTS,
  ...VALUES_CHARTS,
  ...TEMPLATE_CHARTS,
  ...HOSTILE_CHARTS
]
