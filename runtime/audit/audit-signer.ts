/** Signs for one epoch of a log. */
export interface AuditSigner {
  /** Ed25519 public key, 32 bytes in base64url. */
  readonly publicKey: string
  /** The 64-byte Ed25519 signature over `text`. */
  sign(text: string): Buffer
}

/** Where a log's signing keys are kept: at most the current one, and for a moment its successor. */
export interface SigningKeys {
  /** The signer of exactly this public key, if it is still kept. */
  find(publicKey: string): Promise<AuditSigner | undefined>
  /** Makes a new key and keeps it durably. */
  create(): Promise<AuditSigner>
  /** Destroys every key but this one. */
  keepOnly(publicKey: string): Promise<void>
}
