import { calendarRoutes } from './calendar/calendar-routes.ts'
import { contactRoutes } from './calendar/contact-routes.ts'
import { coreRoutes } from './core/core-routes.ts'
import { peopleRoutes } from './core/people-routes.ts'
import { userRoutes } from './core/user-routes.ts'
import { boardRoutes } from './deck/board-routes.ts'
import { cardRoutes } from './deck/card-routes.ts'
import { commentRoutes } from './deck/comment-routes.ts'
import { fileRoutes } from './files/file-routes.ts'
import { passwordRoutes } from './passwords/password-routes.ts'
import { passwordShareRoutes } from './passwords/share-routes.ts'
import type { Route } from './route.ts'
import { botRoutes } from './talk/bot-routes.ts'
import { chatRoutes } from './talk/chat-routes.ts'
import { roomRoutes } from './talk/room-routes.ts'

/** Everything the double answers; anything else is 404. */
export const routes: readonly Route[] = [
  ...coreRoutes,
  ...userRoutes,
  ...peopleRoutes,
  ...roomRoutes,
  ...chatRoutes,
  ...botRoutes,
  ...passwordRoutes,
  ...passwordShareRoutes,
  ...fileRoutes,
  ...boardRoutes,
  ...cardRoutes,
  ...commentRoutes,
  ...calendarRoutes,
  ...contactRoutes,
]
