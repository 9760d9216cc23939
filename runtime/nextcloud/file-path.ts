const segmentLimitBytes = 255
const depthLimit = 32
/** How often a name is percent-decoded in search of something hidden. */
const decodingRounds = 3

/** A path that could leave its folder, on this server or one that decodes again, or that no file can have. */
export class UnsafePathError extends Error {
  override readonly name = 'UnsafePathError'
}

function refuse(path: string, why: string): never {
  throw new UnsafePathError(`using the path ${JSON.stringify(path.slice(0, 200))}: ${why}`)
}

function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone percent sign is a part of a name.
    return text
  }
}

function whyUnsafe(segment: string): string | null {
  if (segment === '') return 'it has an empty part'
  if (/^\.{1,2}$/.test(segment.trim())) return 'it has a dot segment'
  if (/[/\\]/.test(segment)) return 'a name in it has a slash or backslash'
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(segment)) return 'a name in it has a control character'
  return null
}

function checkSegment(path: string, segment: string): void {
  let text = segment
  for (let round = 0; round <= decodingRounds; round += 1) {
    const why = whyUnsafe(text.normalize('NFKC')) ?? whyUnsafe(text)
    if (why !== null) refuse(path, round === 0 ? why : `${why}, percent-encoded`)
    text = decodedOnce(text)
  }
  if (!segment.isWellFormed()) refuse(path, 'a name in it is not well-formed Unicode')
  if (Buffer.byteLength(segment) > segmentLimitBytes) refuse(path, `a name in it is longer than ${segmentLimitBytes} bytes`)
}

/**
 * The names of a path below the account's folder, such as `Notes/today.md`. A slash in front and one at the end are ignored; `''` and
 * `/` are the folder itself. Throws `UnsafePathError` for dot segments and separators, percent-encoded up to three times or in other
 * Unicode forms too: Nextcloud collapses `..` before it serves (recorded), so they must never be sent.
 */
export function pathSegments(path: string): readonly string[] {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '')
  if (trimmed === '') return []
  const segments = trimmed.split('/')
  if (segments.length > depthLimit) refuse(path, `it is deeper than ${depthLimit} folders`)
  for (const segment of segments) checkSegment(path, segment)
  return segments
}

/** The request path of a file below `root`, which is trusted and starts with a slash. */
export function davPath(root: string, path: string): string {
  const segments = pathSegments(path)
  return [root, ...segments.map((segment) => encodeURIComponent(segment))].join('/')
}
