import ICAL from 'ical.js'

/** One occurrence of an event. All texts are other people's words. */
export interface CalendarEvent {
  readonly uid: string
  /** Last part of the object's path. */
  readonly file: string
  readonly etag: string
  readonly summary: string
  readonly description: string
  readonly location: string
  readonly start: Date
  readonly end: Date
  readonly allDay: boolean
  readonly organizer: string | null
  readonly attendees: readonly string[]
}

export interface NewEvent {
  /** Letters, digits and `-`; names the object too. */
  readonly uid: string
  readonly summary: string
  readonly description?: string
  readonly location?: string
  readonly start: Date
  readonly end: Date
  readonly stamp: Date
  /** `mailto:` addresses: the server invites them. */
  readonly attendees?: readonly string[]
}

export interface CalendarObject {
  readonly file: string
  readonly etag: string
  readonly data: string
}

/** An event that repeats for ever gives no more than this in one query. */
const maximumOccurrences = 5000

function addresses(component: ICAL.Component, name: string): readonly string[] {
  return component.getAllProperties(name).map((property) => String(property.getFirstValue()))
}

function occurrence(object: CalendarObject, event: ICAL.Event, start: ICAL.Time, end: ICAL.Time): CalendarEvent {
  return {
    uid: event.uid,
    file: object.file,
    etag: object.etag,
    summary: event.summary ?? '',
    description: event.description ?? '',
    location: event.location ?? '',
    start: start.toJSDate(),
    end: end.toJSDate(),
    allDay: start.isDate,
    organizer: addresses(event.component, 'organizer')[0] ?? null,
    attendees: addresses(event.component, 'attendee'),
  }
}

function occurrences(object: CalendarObject, event: ICAL.Event, from: Date, until: Date): readonly CalendarEvent[] {
  const within = (one: CalendarEvent): boolean => one.start < until && one.end > from
  if (!event.isRecurring()) return [occurrence(object, event, event.startDate, event.endDate)].filter(within)
  const found: CalendarEvent[] = []
  const iterator = event.iterator()
  for (let count = 0; count < maximumOccurrences; count += 1) {
    const next = iterator.next()
    if (!next || next.toJSDate() >= until) break
    const details = event.getOccurrenceDetails(next)
    const one = occurrence(object, details.item, details.startDate, details.endDate)
    if (within(one)) found.push(one)
  }
  return found
}

/** Makes the zones that the object brings along known while it is read; they are parameters of its own times alone. */
function eventsOf(object: CalendarObject): readonly ICAL.Event[] {
  const root = new ICAL.Component(ICAL.parse(object.data))
  const components = root.getAllSubcomponents('vevent')
  const exceptions = components.filter((component) => component.hasProperty('recurrence-id'))
  return components
    .filter((component) => !component.hasProperty('recurrence-id'))
    .map((component) => {
      const uid = component.getFirstPropertyValue('uid')
      return new ICAL.Event(component, { exceptions: exceptions.filter((other) => other.getFirstPropertyValue('uid') === uid) })
    })
}

/** The occurrences in `[from, until)` of all objects, sorted by start. Throws where an object is not iCalendar. */
export function eventsWithin(objects: readonly CalendarObject[], from: Date, until: Date): readonly CalendarEvent[] {
  const found = objects.flatMap((object) => eventsOf(object).flatMap((event) => occurrences(object, event, from, until)))
  return found.toSorted((left, right) => left.start.getTime() - right.start.getTime())
}

/** A new event as iCalendar (RFC 5545), times in UTC. */
export function calendarText(event: NewEvent): string {
  if (!/^[A-Za-z0-9-]{1,128}$/.test(event.uid)) throw new TypeError('making an event: its uid may have letters, digits and "-" only')
  const root = new ICAL.Component('vcalendar')
  root.updatePropertyWithValue('version', '2.0')
  root.updatePropertyWithValue('prodid', '-//Moltagent//EN')
  const component = new ICAL.Component('vevent')
  component.updatePropertyWithValue('uid', event.uid)
  component.updatePropertyWithValue('dtstamp', ICAL.Time.fromJSDate(event.stamp, true))
  component.updatePropertyWithValue('dtstart', ICAL.Time.fromJSDate(event.start, true))
  component.updatePropertyWithValue('dtend', ICAL.Time.fromJSDate(event.end, true))
  component.updatePropertyWithValue('summary', event.summary)
  if (event.description !== undefined) component.updatePropertyWithValue('description', event.description)
  if (event.location !== undefined) component.updatePropertyWithValue('location', event.location)
  for (const attendee of event.attendees ?? []) component.addPropertyWithValue('attendee', attendee)
  root.addSubcomponent(component)
  return `${root.toString()}\r\n`
}
