import capabilities from './capabilities.json' with { type: 'json' }
import { jsonAnswer, ocsAnswer, ocsFailure, unrecorded, type Answer } from '../answer.ts'
import type { AccountExchange } from '../exchange.ts'
import { runCron } from '../cron.ts'
import { version } from '../identity.ts'
import { ocsRoute, openRoute, type Route } from '../route.ts'
import { digest, type World } from '../world.ts'
import { mintAppPassword } from './accounts.ts'
import { userData } from './user-data.ts'

export function statusAnswer(world: World, maintenance: boolean): Answer {
  return jsonAnswer(
    200,
    {
      installed: true,
      maintenance,
      needsDbUpgrade: false,
      version: version.full,
      versionstring: version.text,
      edition: '',
      productname: world.productName,
      extendedSupport: false,
    },
    { 'content-type': 'application/json' },
  )
}

function getAppPassword(world: World, exchange: AccountExchange): Answer {
  if (exchange.token !== null) return unrecorded(ocsFailure(403, 'You cannot request an new apppassword with an apppassword'))
  const name = exchange.headers['user-agent'] ?? 'unknown'
  return ocsAnswer(200, { apppassword: mintAppPassword(world, exchange.user.id, name) })
}

function deleteAppPassword(world: World, exchange: AccountExchange): Answer {
  if (exchange.token === null) return unrecorded(ocsFailure(403, 'no app password in use'))
  world.store.delete('token', exchange.token)
  return ocsAnswer(200, [])
}

function home(world: World): Answer {
  const text = `This is ${world.productName}. It keeps Nextcloud's recorded contract for tests and is no Nextcloud: store nothing of value here.\n`
  return unrecorded({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text })
}

export const coreRoutes: readonly Route[] = [
  openRoute('GET /', 'documented', home),
  openRoute('GET /status.php', 'recorded', (world) => statusAnswer(world, false)),
  openRoute('GET /cron.php', 'documented', (world) => {
    runCron(world)
    return jsonAnswer(200, { status: 'success' })
  }),
  ocsRoute('GET /ocs/v2.php/cloud/user', 'recorded', (world, exchange) => ocsAnswer(200, userData(world, exchange.user))),
  ocsRoute('GET /ocs/v2.php/cloud/capabilities', 'recorded', () =>
    ocsAnswer(200, capabilities, { headers: { etag: `"${digest('md5', JSON.stringify(capabilities))}"` } }),
  ),
  ocsRoute('GET /ocs/v2.php/core/getapppassword', 'recorded', getAppPassword),
  ocsRoute('DELETE /ocs/v2.php/core/apppassword', 'recorded', deleteAppPassword),
]
