/** Who a client is to an API server, and how to know that server. All but `server` are PEM texts. */
export interface Identity {
  readonly server: string
  readonly authority: string
  readonly certificate: string
  readonly key: string
}
