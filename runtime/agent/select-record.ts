import { joinLabels } from '../policy/label-lattice.ts'
import type { JsonValue } from '../protocol/json-value.ts'
import type { SelectStep } from './plan.ts'
import type { Value } from './value.ts'

type Found =
  | { readonly state: 'found'; readonly value: Value }
  | { readonly state: 'failed'; readonly code: 'nothing-matches' | 'several-match' }

function recordsOf(data: JsonValue): readonly Readonly<Record<string, JsonValue>>[] {
  return (Array.isArray(data) ? data : [data]).filter(
    (item): item is Record<string, JsonValue> => item !== null && typeof item === 'object' && !Array.isArray(item),
  )
}

function asciiLowerCase(data: JsonValue): JsonValue {
  return typeof data === 'string' ? data.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) : data
}

function sortText(data: JsonValue | undefined): string {
  return typeof data === 'string' ? data : JSON.stringify(data ?? null)
}

function compared(left: JsonValue | undefined, right: JsonValue | undefined): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [first, second] = [sortText(left), sortText(right)]
  return first < second ? -1 : Number(first > second)
}

/**
 * The only record whose field equals the wanted value, as a person names a thing. Whoever writes the field can make two alike:
 * then nothing is chosen.
 */
export function selectByValue(from: Value, field: string, wanted: Value): Found {
  const matching = recordsOf(from.data).filter(
    (item) => Object.hasOwn(item, field) && asciiLowerCase(item[field] ?? null) === asciiLowerCase(wanted.data),
  )
  const [record, ...others] = matching
  if (record === undefined) return { state: 'failed', code: 'nothing-matches' }
  if (others.length > 0) return { state: 'failed', code: 'several-match' }
  const basis = from.basis === 'trusted' ? wanted.label.integrity : 'untrusted'
  return { state: 'found', value: { data: record, label: joinLabels(from.label, wanted.label), basis, assigned: from.assigned } }
}

/** The record whose field is greatest or least. Where content's author can write the field, he chose the record. */
export function selectExtreme(from: Value, field: string, which: 'greatest' | 'least'): Found {
  const [first, ...others] = recordsOf(from.data).filter((item) => Object.hasOwn(item, field))
  if (first === undefined) return { state: 'failed', code: 'nothing-matches' }
  const sign = which === 'greatest' ? 1 : -1
  const record = others.reduce((best, item) => (sign * compared(item[field], best[field]) > 0 ? item : best), first)
  const basis = from.assigned.includes(field) ? from.basis : from.label.integrity
  return { state: 'found', value: { data: record, label: from.label, basis, assigned: from.assigned } }
}

/** Carries out a `select` step on evaluated values. */
export function selectRecord(by: SelectStep['by'], from: Value, wanted: Value): Found {
  return by.way === 'equals' ? selectByValue(from, by.field, wanted) : selectExtreme(from, by.field, by.which)
}
