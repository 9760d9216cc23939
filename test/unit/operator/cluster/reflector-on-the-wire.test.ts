import assert from 'node:assert/strict'
import type http from 'node:http'
import { describe, it, type TestContext } from 'node:test'
import { kinds } from '../../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../../operator/cluster/kubernetes-object.ts'
import { watchSource } from '../../../../operator/cluster/watch-source.ts'
import { systemClock } from '../../../../operator/controller/clock.ts'
import { reflect } from '../../../../operator/controller/reflector.ts'
import type { Entry } from '../../../../operator/controller/source.ts'
import { Store } from '../../../../operator/controller/store.ts'
import { eventually } from '../../../support/eventually.ts'
import { answerJson, goneStatus, scriptedApiServer, type SeenRequest } from '../../../support/scripted-api-server.ts'
import { silentLog } from '../../../support/silent-log.ts'

interface Row extends Entry {
  readonly color: string
}

const item = (name: string, version: number, color = 'red'): object => ({
  metadata: { name, namespace: 'team-a', resourceVersion: String(version), labels: { color } },
})
const event = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`
const bookmark = (version: number): string => event('BOOKMARK', { metadata: { resourceVersion: String(version) } })
const list = (version: number, items: readonly object[], next?: string): object => ({
  metadata: { resourceVersion: String(version), ...(next === undefined ? {} : { continue: next }) },
  items,
})

function project(object: KubernetesObject): Row {
  const color = object.metadata.labels?.['color'] ?? ''
  return { key: object.metadata.name, resourceVersion: object.metadata.resourceVersion ?? '', fingerprint: color, color }
}

type Script = (request: SeenRequest, response: http.ServerResponse, number: number) => unknown

interface Scripts {
  readonly lists: Script
  readonly watches: Script
  readonly idleMs?: number
  readonly metadataOnly?: boolean
}

async function reflected(t: TestContext, scripts: Scripts) {
  let lists = 0
  let watches = 0
  const api = await scriptedApiServer((request, response) => {
    if (request.query['watch'] === 'true') scripts.watches(request, response, (watches += 1))
    else scripts.lists(request, response, (lists += 1))
  })
  const changes: string[] = []
  const store = new Store<Row>({
    groupOf: (row) => row.color,
    onChange: ({ key, previous, next }) => changes.push(`${key}:${previous?.color ?? '-'}>${next?.color ?? '-'}`),
  })
  const source = watchSource<Row>({
    connection: api.connection,
    kind: kinds.secret,
    namespace: 'team-a',
    metadataOnly: scripts.metadataOnly ?? false,
    project,
    pageSize: 2,
    listTimeoutMs: 5000,
    watchSeconds: 300,
    random: () => 0,
  })
  const stop = new AbortController()
  const backOff = { firstMs: 5, maximumMs: 20, random: () => 0 }
  const running = reflect({ source, store, clock: systemClock, log: silentLog, backOff, idleMs: scripts.idleMs ?? 10_000 }, stop.signal)
  t.after(async () => {
    stop.abort()
    await running
    await api.close()
  })
  return { api, store, changes, listCount: () => lists, watchCount: () => watches }
}

const open = (response: http.ServerResponse, ...lines: string[]): void => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  for (const line of lines) response.write(line)
}

describe('a reflector against a scripted API server', { timeout: 60_000 }, () => {
  it('reads all pages of a LIST and watches from its version, asking for bookmarks', async (t) => {
    const { api, store } = await reflected(t, {
      lists: (request, response) =>
        answerJson(
          response,
          200,
          request.query['continue'] === 'more' ? list(9, [item('c', 5)]) : list(9, [item('a', 3), item('b', 4)], 'more'),
        ),
      watches: (_request, response) => open(response, event('ADDED', item('d', 10))),
    })
    await eventually('the event arrives', () => store.size === 4)
    assert.deepEqual(
      [...store.values()].map((row) => row.key),
      ['a', 'b', 'c', 'd'],
    )
    assert.equal(api.requests[0]?.query['limit'], '2')
    const watch = api.requests.find((request) => request.query['watch'] === 'true')
    assert.equal(watch?.query['resourceVersion'], '9')
    assert.equal(watch?.query['allowWatchBookmarks'], 'true')
    assert.equal(watch?.query['timeoutSeconds'], '300')
    assert.equal(watch?.headers.authorization, 'Bearer canary')
  })

  it('asks for the metadata of Secrets alone', async (t) => {
    const { api, watchCount } = await reflected(t, {
      metadataOnly: true,
      lists: (_request, response) => answerJson(response, 200, list(9, [])),
      watches: (_request, response) => open(response),
    })
    await eventually('it watches', () => watchCount() === 1)
    assert.match(api.requests[0]?.headers.accept ?? '', /as=PartialObjectMetadataList;/)
    assert.match(api.requests[1]?.headers.accept ?? '', /as=PartialObjectMetadata;/)
  })

  it('goes on from the last bookmark when the server ends the watch', async (t) => {
    const { api, watchCount, listCount } = await reflected(t, {
      lists: (_request, response) => answerJson(response, 200, list(9, [item('a', 3)])),
      watches: (_request, response, number) => {
        open(response, bookmark(40 + number))
        if (number === 1) response.end()
      },
    })
    await eventually('it watches again', () => watchCount() === 2)
    assert.equal(api.requests.at(-1)?.query['resourceVersion'], '41')
    assert.equal(listCount(), 1)
  })

  for (const form of ['HTTP status', 'event in the stream'] as const) {
    it(`lists anew after 410 as ${form} and tells of deletes it missed`, async (t) => {
      const { store, changes, listCount } = await reflected(t, {
        lists: (_request, response, number) =>
          answerJson(response, 200, number === 1 ? list(9, [item('a', 3), item('b', 4)]) : list(20, [item('b', 15, 'blue')])),
        watches: (_request, response, number) => {
          if (number > 1) open(response)
          else if (form === 'HTTP status') answerJson(response, 410, goneStatus)
          else {
            open(response, event('ERROR', goneStatus))
            response.end()
          }
        },
      })
      await eventually('it has listed twice', () => listCount() === 2 && store.size === 1)
      assert.deepEqual(changes, ['a:->red', 'b:->red', 'b:red>blue', 'a:red>-'])
      assert.deepEqual(store.group('red'), [])
      assert.equal(store.group('blue').length, 1)
    })
  }

  it('starts the LIST over when its pages expire', async (t) => {
    const { store, listCount } = await reflected(t, {
      lists: (request, response, number) => {
        if (request.query['continue'] === undefined)
          answerJson(response, 200, number === 1 ? list(9, [item('a', 3)], 'more') : list(12, [item('b', 11)]))
        else answerJson(response, 410, goneStatus)
      },
      watches: (_request, response) => open(response),
    })
    await eventually('the second LIST is in', () => store.synced)
    assert.equal(listCount(), 3)
    assert.deepEqual(
      [...store.values()].map((row) => row.key),
      ['b'],
    )
  })

  it('leaves a half-open watch on which not even a bookmark comes', async (t) => {
    const { api, watchCount, listCount } = await reflected(t, {
      idleMs: 60,
      lists: (_request, response) => answerJson(response, 200, list(9, [])),
      watches: (_request, response, number) => open(response, ...(number === 1 ? [bookmark(30)] : [])),
    })
    await eventually('it watches again', () => watchCount() >= 3)
    assert.equal(listCount(), 1, 'a silent connection is no reason to LIST')
    assert.equal(api.requests.at(-1)?.query['resourceVersion'], '30')
  })

  it('does not take a cut-off event for an object, and gets it whole afterwards', async (t) => {
    const { store, api } = await reflected(t, {
      lists: (_request, response) => answerJson(response, 200, list(9, [])),
      watches: (_request, response, number) => {
        open(response, event('ADDED', item('a', 10)))
        response.write(event('ADDED', item('ü', 11)).slice(0, number > 1 ? undefined : -9))
        if (number === 1) response.end()
      },
    })
    await eventually('both are there', () => store.size === 2)
    assert.equal(api.requests.at(-1)?.query['resourceVersion'], '10')
  })

  it('puts together an event whose bytes arrive in pieces, within a character too', async (t) => {
    const { store } = await reflected(t, {
      lists: (_request, response) => answerJson(response, 200, list(9, [])),
      watches: async (_request, response) => {
        open(response)
        for (const byte of Buffer.from(event('ADDED', item('ü', 11, 'grün')))) {
          response.write(Buffer.from([byte]))
          await new Promise((resolve) => setImmediate(resolve))
        }
      },
    })
    await eventually('it is there', () => store.size === 1)
    assert.equal(store.get('ü')?.color, 'grün')
  })

  it('loses no delete that happens while the connection is broken', async (t) => {
    const { store, changes } = await reflected(t, {
      lists: (_request, response) => answerJson(response, 200, list(9, [item('a', 3)])),
      watches: (_request, response, number) => {
        if (number === 1) return response.socket?.destroy()
        if (number === 2) return answerJson(response, 503, { kind: 'Status', message: 'etcd is away' })
        open(response, event('DELETED', item('a', 12)))
      },
    })
    await eventually('the delete is known', () => store.size === 0 && store.synced)
    assert.deepEqual(changes, ['a:->red', 'a:red>-'])
  })

  it('forgets what a server that was restored from a backup no longer knows', async (t) => {
    const { store } = await reflected(t, {
      lists: (_request, response, number) =>
        answerJson(response, 200, number === 1 ? list(90, [item('a', 80)]) : list(20, [item('b', 10)])),
      watches: (_request, response, number) =>
        number === 1
          ? answerJson(response, 504, {
              code: 504,
              reason: 'Timeout',
              message: 'Too large resource version: 90, current: 20',
              details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
            })
          : open(response),
    })
    await eventually('the second LIST is in', () => store.get('b') !== undefined && store.synced)
    assert.deepEqual(
      [...store.values()].map((row) => row.key),
      ['b'],
    )
  })

  it('survives an answer that is not a list', async (t) => {
    const { store } = await reflected(t, {
      lists: (_request, response, number) =>
        number === 1 ? response.writeHead(200).end('<html>a proxy speaks</html>') : answerJson(response, 200, list(9, [item('a', 3)])),
      watches: (_request, response) => open(response),
    })
    await eventually('it has listed', () => store.size === 1)
  })
})
