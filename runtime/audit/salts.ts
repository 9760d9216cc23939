/** A salt and the name under which records mention it. */
export interface Salt {
  /** 16 hexadecimal digits, random: tells nothing of the subject. */
  readonly id: string
  readonly bytes: Buffer
}

/** Where the salts of hidden values are kept: one a subject. */
export interface Salts {
  /** The subject's salt, made durably when absent. */
  of(subject: string): Promise<Salt>
  find(subject: string): Promise<Salt | undefined>
  /** Destroys the subject's salt, and with it every hidden value of the subject. Answers what was destroyed. */
  erase(subject: string): Promise<Salt | undefined>
}
