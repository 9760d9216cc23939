import ICAL from 'ical.js'
import { childOf, type XmlElement } from '../../../runtime/nextcloud/dav/xml-tree.ts'

const caldav = (name: string): string => `{urn:ietf:params:xml:ns:caldav}${name}`
const maximumOccurrences = 10_000

/** Parses iCalendar and returns its root; throws where it is none or holds nothing to schedule. */
export function parseCalendar(data: string): ICAL.Component {
  const root = new ICAL.Component(ICAL.parse(data))
  if (root.name !== 'vcalendar') throw new Error('not a VCALENDAR')
  const inside = root.getAllSubcomponents().filter((component) => component.name !== 'vtimezone')
  if (inside.length === 0) throw new Error('the calendar holds no component')
  if (inside.some((component) => !component.getFirstPropertyValue('uid'))) throw new Error('every component must have a UID')
  return root
}

function instant(text: string | undefined, fallback: number): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '')
  if (!match) return fallback
  const [, year, month, day, hour, minute, second] = match
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** True when the event, or one of its repetitions, is in part inside `[start, end)`, both in milliseconds. */
export function happensWithin(component: ICAL.Component, start: number, end: number): boolean {
  const event = new ICAL.Event(component)
  const overlaps = (from: ICAL.Time, to: ICAL.Time): boolean => from.toJSDate().getTime() < end && to.toJSDate().getTime() > start
  if (!event.isRecurring()) return overlaps(event.startDate, event.endDate)
  const iterator = event.iterator()
  for (let count = 0; count < maximumOccurrences; count += 1) {
    const next = iterator.next()
    if (!next || next.toJSDate().getTime() >= end) return false
    const details = event.getOccurrenceDetails(next)
    if (overlaps(details.startDate, details.endDate)) return true
  }
  return false
}

function matchesComponent(component: ICAL.Component, filter: XmlElement): boolean {
  const range = childOf(filter, caldav('time-range'))
  if (!range) return true
  if (component.name !== 'vevent') return true
  const start = instant(range.attributes['start'], Number.NEGATIVE_INFINITY)
  return happensWithin(component, start, instant(range.attributes['end'], Number.POSITIVE_INFINITY))
}

/** True when an object matches a `calendar-query` filter: component names and a time range are judged, other conditions are not. */
export function matchesFilter(data: string, filter: XmlElement | undefined): boolean {
  const calendar = childOf(filter, caldav('comp-filter'))
  const inner = childOf(calendar, caldav('comp-filter'))
  if (!inner) return true
  const name = (inner.attributes['name'] ?? '').toLowerCase()
  return parseCalendar(data)
    .getAllSubcomponents(name)
    .some((component) => matchesComponent(component, inner))
}
