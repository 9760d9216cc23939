import { createSecureContext } from 'node:tls'

/** Loads what the first TLS connection of a process has to load, while nobody waits for it: OpenSSL and the platform's authorities. */
export function warmUp(): void {
  createSecureContext({})
}
