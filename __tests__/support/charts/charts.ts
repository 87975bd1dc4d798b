/** Files of a small chart; `extra` is appended to Chart.yaml. */
export function chartFiles(
  options: { readonly name?: string; readonly version?: string; readonly extra?: string } = {}
): Readonly<Record<string, string>> {
  const { name = 'demo', version = '1.2.3', extra = '' } = options
  return {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: ${version}\n${extra}`,
    'values.yaml': 'replicas: 1\n',
    'templates/configmap.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n'
  }
}
