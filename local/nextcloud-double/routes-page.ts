import { routes } from './routes.ts'

/** Every route with what its answers rest on, as a page of the documentation. */
export function routesPage(): string {
  const rows = routes
    .map((route) => ({ evidence: route.recorded ? 'recorded' : '**unrecorded**', method: route.method, path: route.path }))
    .toSorted((left, right) => left.path.localeCompare(right.path, 'en') || left.method.localeCompare(right.method, 'en'))
    .map(({ evidence, method, path }) => `| ${method} | \`${path}\` | ${evidence} |`)
  return `<!-- Generated from local/nextcloud-double/routes.ts by \`npm run generate\`. Do not edit. -->
# Routes of the Nextcloud double

*recorded*: the answer was checked, field by field, against a real Nextcloud (\`test/recordings/nextcloud\`). *unrecorded*: it follows Nextcloud's
documentation; every such answer carries \`X-Moltagent-Double: unrecorded\`. A recorded route marks its own unrecorded answers (errors that the
recordings do not hold) with the same header.

| method | path | evidence |
| --- | --- | --- |
${rows.join('\n')}
`
}
