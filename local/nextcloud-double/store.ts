import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import type { Records } from './records.ts'

/**
 * The double's state: an ordered map of typed records and a map of file contents in one SQLite file. Every exchange is one
 * transaction, written through to the disk (WAL, synchronous=FULL), so that a kill -9 at any moment leaves it before or after,
 * never between. Several processes may have it open (the SSH verbs do).
 */
export class Store {
  readonly #database: DatabaseSync
  #depth = 0

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    this.#database = new DatabaseSync(join(directory, 'nextcloud-double.sqlite'))
    this.#database.exec(`
      PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS record (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS content (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS sequence (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;`)
  }

  get<Kind extends keyof Records>(kind: Kind, key: string): Records[Kind] | undefined {
    const row = this.#database.prepare('SELECT value FROM record WHERE kind = ? AND key = ?').get(kind, key)
    return row ? (JSON.parse(String(row['value'])) as Records[Kind]) : undefined
  }

  put<Kind extends keyof Records>(kind: Kind, key: string, value: Records[Kind]): void {
    this.#database.prepare('INSERT OR REPLACE INTO record (kind, key, value) VALUES (?, ?, ?)').run(kind, key, JSON.stringify(value))
  }

  delete(kind: keyof Records, key: string): boolean {
    return this.#database.prepare('DELETE FROM record WHERE kind = ? AND key = ?').run(kind, key).changes > 0
  }

  /** All records whose key starts with `prefix`, in the order of their keys. */
  list<Kind extends keyof Records>(kind: Kind, prefix = ''): readonly Records[Kind][] {
    return this.entries(kind, prefix).map(([, value]) => value)
  }

  entries<Kind extends keyof Records>(kind: Kind, prefix = ''): readonly (readonly [string, Records[Kind]])[] {
    const rows = this.#database
      .prepare('SELECT key, value FROM record WHERE kind = ? AND key >= ? AND key < ? ORDER BY key')
      .all(kind, prefix, `${prefix}\u{10FFFF}`)
    return rows.map((row) => [String(row['key']), JSON.parse(String(row['value'])) as Records[Kind]])
  }

  next(sequence: string): number {
    const row = this.#database
      .prepare('INSERT INTO sequence (name, last) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last')
      .get(sequence)
    return Number(row?.['last'])
  }

  /** Lets the next number of a sequence be `last + 1`: used to start where a recording started. */
  setSequence(sequence: string, last: number): void {
    this.#database.prepare('INSERT OR REPLACE INTO sequence (name, last) VALUES (?, ?)').run(sequence, last)
  }

  readContent(id: number): Uint8Array {
    const row = this.#database.prepare('SELECT bytes FROM content WHERE id = ?').get(id)
    const bytes = row?.['bytes']
    return bytes instanceof Uint8Array ? bytes : new Uint8Array()
  }

  writeContent(id: number, bytes: Uint8Array): void {
    this.#database.prepare('INSERT OR REPLACE INTO content (id, bytes) VALUES (?, ?)').run(id, bytes)
  }

  deleteContent(id: number): void {
    this.#database.prepare('DELETE FROM content WHERE id = ?').run(id)
  }

  /** Runs `work` so that all it stores is kept, or, when it throws, nothing. May be nested: the outermost decides. */
  transaction<Result>(work: () => Result): Result {
    if (this.#depth > 0) return work()
    this.#database.exec('BEGIN IMMEDIATE')
    this.#depth += 1
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    } finally {
      this.#depth -= 1
    }
  }

  close(): void {
    this.#database.close()
  }
}
