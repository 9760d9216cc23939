import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Leader, type LeasePort, type LeaseRecord } from '../../../../operator/controller/leader.ts'
import { manualClock, type ManualClock } from '../../../support/manual-clock.ts'
import { silentLog } from '../../../support/silent-log.ts'

/** A double of the stored Lease: one version wins, as on the API server. */
function storedLease() {
  let stored: LeaseRecord | undefined
  let version = 0
  const down = new Set<string>()
  const portFor = (identity: string): LeasePort => ({
    read: async () => {
      if (down.has(identity)) throw new Error('no route to the API server')
      return stored
    },
    write: async (record, expected) => {
      if (down.has(identity)) throw new Error('no route to the API server')
      if (stored?.version !== expected) return undefined
      version += 1
      stored = { ...record, version: String(version) }
      return stored
    },
  })
  return { portFor, down, holder: () => stored?.holder }
}

const leaderOf = (lease: LeasePort, identity: string, clock: ManualClock): Leader =>
  new Leader({ lease, identity, clock, log: silentLog, durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 1000 })

describe('leading by a Lease', () => {
  it('lets the second candidate wait, and take over within two seconds of a graceful release', async () => {
    const clock = manualClock()
    const lease = storedLease()
    const first = leaderOf(lease.portFor('one'), 'one', clock)
    const second = leaderOf(lease.portFor('two'), 'two', clock)
    const stop = new AbortController()
    assert.equal(await first.acquire(stop.signal), true)
    let leads = false
    const waiting = second.acquire(stop.signal).then(() => (leads = true))
    await clock.advance(60)
    assert.equal(leads, false)
    await first.release(stop.signal)
    assert.equal(first.holds(), false)
    await clock.advance(2000)
    await waiting
    assert.equal(second.holds(), true)
  })

  it('takes over from a crashed leader within twenty seconds', async () => {
    const clock = manualClock()
    const lease = storedLease()
    const stop = new AbortController()
    await leaderOf(lease.portFor('one'), 'one', clock).acquire(stop.signal)
    const second = leaderOf(lease.portFor('two'), 'two', clock)
    let leads = false
    const waiting = second.acquire(stop.signal).then(() => (leads = true))
    await clock.advance(14_000)
    assert.equal(leads, false, 'not before the lease has run out')
    await clock.advance(6000)
    await waiting
    assert.equal(lease.holder(), 'two')
  })

  it('never has two that may write: a leader cut off from the server stops before its successor starts', async () => {
    const clock = manualClock()
    const lease = storedLease()
    const stop = new AbortController()
    const first = leaderOf(lease.portFor('one'), 'one', clock)
    const second = leaderOf(lease.portFor('two'), 'two', clock)
    await first.acquire(stop.signal)
    const kept = first.keep(stop.signal)
    let ended = ''
    kept.then((how) => (ended = how))
    void second.acquire(stop.signal).then(() => second.keep(stop.signal))
    await clock.advance(30_000)
    assert.equal(first.holds(), true)
    lease.down.add('one')
    for (let step = 0; step < 300; step += 1) {
      await clock.advance(100)
      assert.ok(!(first.holds() && second.holds()), 'two writers')
    }
    assert.equal(ended, 'lost')
    assert.equal(second.holds(), true)
    stop.abort()
  })

  it('stops at once when somebody else has written the lease', async () => {
    const clock = manualClock()
    const lease = storedLease()
    const stop = new AbortController()
    const first = leaderOf(lease.portFor('one'), 'one', clock)
    await first.acquire(stop.signal)
    const kept = first.keep(stop.signal)
    const thief = lease.portFor('thief')
    const current = await thief.read(stop.signal)
    await thief.write(
      { holder: 'thief', durationMs: 15_000, renewedAt: clock.now(), acquiredAt: clock.now(), transitions: 9 },
      current?.version,
      stop.signal,
    )
    await clock.advance(1000)
    assert.equal(await kept, 'lost')
    assert.equal(first.holds(), false)
  })

  it('goes on when its own renewal was stored but the answer was lost', async () => {
    const clock = manualClock()
    const lease = storedLease()
    const stop = new AbortController()
    const port = lease.portFor('one')
    let lose = false
    const flaky: LeasePort = {
      read: port.read,
      write: async (record, version, signal) => {
        const answer = await port.write(record, version, signal)
        if (lose) {
          lose = false
          throw new Error('answer lost')
        }
        return answer
      },
    }
    const leader = leaderOf(flaky, 'one', clock)
    await leader.acquire(stop.signal)
    const kept = leader.keep(stop.signal)
    lose = true
    await clock.advance(20_000)
    assert.equal(leader.holds(), true)
    stop.abort()
    assert.equal(await kept, 'stopped')
  })
})
