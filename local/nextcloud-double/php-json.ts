/**
 * JSON as PHP's `json_encode` prints it with no flags, which is what Nextcloud signs and sends: `/` as `\/`, everything
 * outside ASCII as `\uXXXX`, no spaces.
 */
export function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replaceAll(/[\u007f-\uffff]/g, (unit) => (unit === '\u007f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
}
