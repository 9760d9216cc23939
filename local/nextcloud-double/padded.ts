/** A number as a key that sorts by value. */
export function padded(id: number): string {
  return String(id).padStart(12, '0')
}
