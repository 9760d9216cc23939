import { XmlError } from '../../runtime/nextcloud/dav/xml-tree.ts'
import { davFailure, jsonAnswer, ocsFailure, Refusal, unrecorded, type Answer } from './answer.ts'
import { authenticate } from './core/authenticate.ts'
import type { Exchange } from './exchange.ts'
import { matchRoute, type Route } from './route.ts'
import { routes } from './routes.ts'
import type { World } from './world.ts'

function unknown(exchange: Exchange): Answer {
  if (exchange.path.startsWith('/ocs/')) {
    return unrecorded(
      ocsFailure(
        998,
        'Invalid query, please check the syntax. API specifications are here: http://www.freedesktop.org/wiki/Specifications/open-collaboration-services.',
      ),
    )
  }
  return unrecorded(jsonAnswer(404, { message: `the double has no route ${exchange.method} ${exchange.path}` }))
}

function handle(world: World, route: Route, exchange: Exchange): Answer {
  if (route.style === 'open') return route.handle(world, exchange)
  return route.handle(world, authenticate(world, exchange, route.style, route.adminOnly ?? false))
}

/** One exchange, as one transaction: what a refusal had stored is undone. */
export function perform(world: World, exchange: Exchange): Answer {
  const match = matchRoute(routes, exchange.method, exchange.path)
  if (!match) return unknown(exchange)
  const mark = (answer: Answer): Answer => (match.route.recorded ? answer : unrecorded(answer))
  try {
    return mark(world.store.transaction(() => handle(world, match.route, { ...exchange, parameters: match.parameters })))
  } catch (error) {
    if (error instanceof Refusal) return mark(error.answer)
    if (error instanceof XmlError) return unrecorded(davFailure(400, 'Sabre\\DAV\\Exception\\BadRequest', error.message))
    throw error
  }
}
