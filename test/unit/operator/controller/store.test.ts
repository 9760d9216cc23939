import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Entry } from '../../../../operator/controller/source.ts'
import { Store } from '../../../../operator/controller/store.ts'

const entry = (version: string, fingerprint = version): Entry => ({ key: 'team-a/x', resourceVersion: version, fingerprint })

function watched(): { store: Store<Entry>; told: string[] } {
  const told: string[] = []
  const store = new Store<Entry>({
    groupOf: () => 'all',
    onChange: ({ previous, next }) => told.push(`${previous?.resourceVersion ?? '-'}>${next?.resourceVersion ?? '-'}`),
  })
  return { store, told }
}

describe('the cache', () => {
  it('takes in what a write was answered with, and is not told of it a second time by the watch', () => {
    const { store, told } = watched()
    store.observe(entry('9'))
    store.stored(entry('9'))
    assert.deepEqual(told, ['->9'])
  })

  it('does not bring back by a late answer what the watch has reported deleted', () => {
    const { store } = watched()
    store.stored(entry('9'))
    store.deleted(entry('11'))
    store.observe(entry('10'))
    assert.equal(store.get('team-a/x'), undefined)
  })

  it('compares versions as numbers', () => {
    const { store } = watched()
    store.stored(entry('99'))
    store.stored(entry('100'))
    assert.equal(store.get('team-a/x')?.resourceVersion, '100')
    store.observe(entry('99'))
    assert.equal(store.get('team-a/x')?.resourceVersion, '100')
  })

  it('keeps what was written after a LIST was made, although the LIST does not show it', () => {
    const { store } = watched()
    store.observe(entry('30'))
    store.finishList(new Set(), '20')
    assert.equal(store.size, 1)
    store.finishList(new Set(), '30')
    assert.equal(store.size, 0)
  })

  it('does not tell of changes that nobody looks at', () => {
    const { store, told } = watched()
    store.stored(entry('1', 'same'))
    store.stored(entry('2', 'same'))
    assert.deepEqual(told, ['->1'])
    assert.equal(store.get('team-a/x')?.resourceVersion, '2')
  })

  it('ignores a deletion older than what it knows: the object was made again', () => {
    const { store } = watched()
    store.observe(entry('12'))
    store.deleted(entry('11'))
    assert.equal(store.size, 1)
  })
})
