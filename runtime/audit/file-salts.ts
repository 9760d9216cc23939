import { hash, randomBytes, randomFillSync } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { Salt, Salts } from './salts.ts'
import { syncFolder, writeDurably } from './write-durably.ts'

const saltFileSchema = z.strictObject({
  subject: z.string(),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  salt: z.string().regex(/^[0-9a-f]{64}$/),
})

const fileName = (subject: string): string => `${hash('sha256', subject, 'hex').slice(0, 32)}.json`

/** Salts as files (mode 0600) of a private folder (0700). Whoever copies the log does not copy them. */
export class FileSalts implements Salts {
  readonly #folder: string
  readonly #known = new Map<string, Promise<Salt>>()

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<FileSalts> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return new FileSalts(folder)
  }

  /** The salts of a folder that is there. */
  static at(folder: string): FileSalts {
    return new FileSalts(folder)
  }

  of(subject: string): Promise<Salt> {
    const known = this.#known.get(subject)
    if (known) return known
    const salt = this.#readOrMake(subject)
    this.#known.set(subject, salt)
    salt.catch(() => this.#known.delete(subject))
    return salt
  }

  async find(subject: string): Promise<Salt | undefined> {
    if (!(await readdir(this.#folder)).includes(fileName(subject))) return undefined
    const { id, salt } = saltFileSchema.parse(JSON.parse(await readFile(join(this.#folder, fileName(subject)), 'utf8')))
    return { id, bytes: Buffer.from(salt, 'hex') }
  }

  async erase(subject: string): Promise<Salt | undefined> {
    await this.#known.get(subject)
    this.#known.delete(subject)
    const salt = await this.find(subject)
    if (!salt) return undefined
    const path = join(this.#folder, fileName(subject))
    const { size } = await stat(path)
    await writeDurably(path, 'r+', randomFillSync(Buffer.alloc(size)))
    await unlink(path)
    await syncFolder(this.#folder)
    return salt
  }

  async #readOrMake(subject: string): Promise<Salt> {
    const found = await this.find(subject)
    if (found) return found
    const salt = { id: randomBytes(8).toString('hex'), bytes: randomBytes(32) }
    const content = JSON.stringify({ subject, id: salt.id, salt: salt.bytes.toString('hex') })
    const path = join(this.#folder, fileName(subject))
    await writeDurably(`${path}.new`, 'w', Buffer.from(content))
    await rename(`${path}.new`, path)
    await syncFolder(this.#folder)
    return salt
  }
}
