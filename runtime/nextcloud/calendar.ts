import type { Caller } from './caller.ts'
import { calendarText, eventsWithin, type CalendarEvent, type NewEvent } from './calendar-events.ts'
import { parseMultistatus, textOf } from './dav/multistatus.ts'
import { davPath } from './file-path.ts'
import { NextcloudError } from './nextcloud-error.ts'
import { pathPart } from './ocs.ts'

export interface CalendarEntry {
  /** Last part of its path. */
  readonly name: string
  readonly displayName: string
  /** `VEVENT`, `VTODO`. */
  readonly components: readonly string[]
}

export interface Calendars {
  readonly list: () => Promise<readonly CalendarEntry[]>
  /** What happens in `[start, end)`, repetitions one by one, sorted by start. */
  readonly events: (calendar: string, start: Date, end: Date) => Promise<readonly CalendarEvent[]>
  /** Throws `precondition-failed` where an event of that uid is there. Resolves with the ETag where the server tells it. */
  readonly create: (calendar: string, event: NewEvent) => Promise<string | null>
  /** Deletes the event whose ETag is still this. */
  readonly delete: (calendar: string, event: Pick<CalendarEvent, 'file' | 'etag'>) => Promise<void>
}

const caldav = 'urn:ietf:params:xml:ns:caldav'
const xml = { 'Content-Type': 'application/xml', Accept: 'application/xml' }

function stamp(date: Date): string {
  return date.toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

function query(start: Date, end: Date): string {
  return `<?xml version="1.0"?><c:calendar-query xmlns:d="DAV:" xmlns:c="${caldav}"><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="${stamp(start)}" end="${stamp(end)}"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>`
}

async function list(caller: Caller, home: string): Promise<readonly CalendarEntry[]> {
  const doing = 'listing calendars'
  const response = await caller({ doing, method: 'PROPFIND', path: `${home}/`, headers: { ...xml, Depth: '1' }, expected: [207] })
  return parseMultistatus(doing, response).flatMap((resource) => {
    const isCalendar = resource.properties.get('{DAV:}resourcetype')?.children.some((type) => type.name === `{${caldav}}calendar`)
    const components = resource.properties.get(`{${caldav}}supported-calendar-component-set`)?.children ?? []
    const name = resource.path.split('/').findLast((part) => part !== '') ?? ''
    const displayName = textOf(resource, '{DAV:}displayname')
    return isCalendar ? [{ name, displayName, components: components.map((component) => component.attributes['name'] ?? '') }] : []
  })
}

async function events(caller: Caller, path: string, start: Date, end: Date): Promise<readonly CalendarEvent[]> {
  const doing = 'reading a calendar'
  const headers = { ...xml, Depth: '1' }
  const response = await caller({ doing, method: 'REPORT', path, headers, body: query(start, end), expected: [207] })
  const objects = parseMultistatus(doing, response).map((resource) => ({
    file: resource.path.split('/').at(-1) ?? '',
    etag: textOf(resource, '{DAV:}getetag'),
    data: textOf(resource, `{${caldav}}calendar-data`),
  }))
  try {
    return eventsWithin(objects, start, end)
  } catch (error) {
    const detail = `an event cannot be read: ${error instanceof Error ? error.message : String(error)}`
    throw new NextcloudError({ kind: 'bad-answer', doing, status: response.status, retryAfterMs: null, detail }, { cause: error })
  }
}

/** Calendars of an account (CalDAV, RFC 4791). */
export function createCalendars(caller: Caller, account: string): Calendars {
  const home = `/remote.php/dav/calendars/${pathPart(account)}`
  return {
    list: () => list(caller, home),
    events: async (calendar, start, end) => events(caller, `${davPath(home, calendar)}/`, start, end),
    create: async (calendar, event) => {
      const path = davPath(home, `${calendar}/${event.uid}.ics`)
      const headers = { 'Content-Type': 'text/calendar; charset=utf-8', 'If-None-Match': '*' }
      const doing = `making an event in calendar ${calendar}`
      const response = await caller({ doing, method: 'PUT', path, headers, body: calendarText(event), expected: [201, 204] })
      return response.headers['etag'] ?? null
    },
    delete: async (calendar, event) => {
      const path = davPath(home, `${calendar}/${event.file}`)
      const doing = `deleting an event in calendar ${calendar}`
      await caller({ doing, method: 'DELETE', path, headers: { 'If-Match': event.etag }, expected: [204] })
    },
  }
}
