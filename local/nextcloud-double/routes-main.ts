import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { routesPage } from './routes-page.ts'

const path = 'docs/nextcloud-double-routes.md'
const help = `Usage: node local/nextcloud-double/routes-main.ts [--check]

Writes ${path}; with --check it only says whether that page is what it would write (exit code 1: it is not).
`

const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } })
if (values.help) console.log(help)
else if (!values.check) writeFileSync(path, routesPage())
else if (readFileSync(path, 'utf8') !== routesPage()) {
  console.error(`${path} is stale; run: npm run generate`)
  process.exitCode = 1
}
