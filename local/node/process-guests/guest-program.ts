/** One program of a guest. */
export interface GuestProgram {
  /** Names its log file. */
  readonly name: string
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** TCP port on the guest's loopback that answers once the program is ready; without one it is ready at once. */
  readonly readyPort?: number
  /** False: the guest goes on when this program ends. */
  readonly essential: boolean
}
