import type { Answer } from './registry-store.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const HEADER = { 'docker-distribution-api-version': 'registry/2.0' }

function json(body: unknown, headers: Readonly<Record<string, string>> = JSON_TYPE): Answer {
  return { status: 404, headers, body: JSON.stringify(body) }
}

function errors(...list: readonly unknown[]): Answer {
  return json({ errors: list })
}

/** How registries answer where there is no such tag, repository, blob or route; measured, or as public reports show it. */
export const REGISTRY_NOT_FOUND: Readonly<Record<string, Answer>> = {
  'distribution 3, no such tag': {
    ...errors({
      code: 'MANIFEST_UNKNOWN',
      message: 'manifest unknown',
      detail: 'unknown tag=1.0.0'
    }),
    headers: { ...JSON_TYPE, ...HEADER }
  },
  'distribution 2.8, with an object as detail': errors({
    code: 'MANIFEST_UNKNOWN',
    message: 'manifest unknown',
    detail: { Tag: '1.0.0' }
  }),
  'distribution, no such route': {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...HEADER },
    body: '404 page not found\n'
  },
  'olareg, JSON as text': json(
    {
      errors: [
        {
          code: 'MANIFEST_UNKNOWN',
          message: 'manifest unknown to registry',
          detail: 'tag or digest was not found in repository'
        }
      ]
    },
    { 'content-type': 'text/plain; charset=utf-8', ...HEADER }
  ),
  'olareg, no such route': { status: 404, headers: HEADER },
  'crane, without any header': json(
    { errors: [{ code: 'NAME_UNKNOWN', message: 'Unknown name' }] },
    { 'content-type': 'text/plain; charset=utf-8' }
  ),
  'crane, no such route': errors({ code: 'METHOD_UNKNOWN', message: 'no such method' }),
  'zot, a bare object': json({ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: {} }),
  Harbor: errors({ code: 'NOT_FOUND', message: 'artifact charts/demo:1.0.0 not found' }),
  GHCR: errors({ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }),
  ECR: errors({
    code: 'NAME_UNKNOWN',
    message: 'The repository with name "demo" does not exist in the registry with id "1"'
  }),
  Quay: errors({ code: 'MANIFEST_UNKNOWN', detail: {}, message: 'manifest unknown' }),
  GitLab: errors({ code: 'NAME_UNKNOWN', message: 'repository name not known to registry' }),
  Artifactory: errors({
    code: 'MANIFEST_UNKNOWN',
    message: 'The named manifest is not known to the registry.',
    detail: { manifest: 'charts/demo' }
  }),
  'Artifactory, by the rest of it': errors({ status: 404, message: 'Repository not found' }),
  Nexus: errors({ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown', detail: null }),
  'Artifact Registry': errors({ code: 'NAME_UNKNOWN', message: 'Repository "charts" not found' }),
  ACR: errors({ code: 'MANIFEST_UNKNOWN', message: 'manifest tagged by "1.0.0" is not found' })
}

/** How anything else than a registry says "not found". */
export const OTHER_NOT_FOUND: Readonly<Record<string, Answer>> = {
  'an empty 404': { status: 404 },
  "Go's router and traefik": {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: '404 page not found\n'
  },
  'an ingress without a backend': { status: 404, body: 'default backend - 404' },
  nginx: {
    status: 404,
    headers: { 'content-type': 'text/html' },
    body: '<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>nginx</body></html>'
  },
  'nginx that adds the header of registries': {
    status: 404,
    headers: { 'content-type': 'text/html', ...HEADER },
    body: '\r\n<!DOCTYPE html><title>404</title>'
  },
  'an API gateway': json({ message: 'no Route matched with those values' }),
  'a framework': json({ timestamp: 1, status: 404, error: 'Not Found', path: '/v2/' }),
  'a bare word': json({ error: 'NOT_FOUND' }),
  'a bare code': json({ code: 'NOT_FOUND', message: 'no such page' }),
  'a nested code': json({ error: { code: 404, status: 'NOT_FOUND', message: 'no' } }),
  'JSON:API': errors({ status: '404', title: 'Not Found', detail: 'no such page' }),
  'a list of words': errors('Not Found'),
  'no errors at all': errors(),
  'a map of errors': json({ errors: { path: ['is unknown'] } }),
  'JSON that is not an object': json(['MANIFEST_UNKNOWN']),
  'text that names the code': { status: 404, body: 'MANIFEST_UNKNOWN' },
  'JSON that is cut': { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"' }
}
