/** Headers of an answer that the agent may see: none that sets state, authenticates, or leads elsewhere. */
const visible =
  /^(?:content-type|etag|oc-etag|last-modified|retry-after|location|dav|lock-token|x-request-id|x-nc-paginate[a-z-]*|x-chat-[a-z-]+|x-ratelimit-[a-z-]+|openai-processing-ms)$/

export function visibleHeaders(headers: ReadonlyMap<string, string>): readonly (readonly [name: string, value: string])[] {
  return [...headers].filter(([name]) => visible.test(name)).map(([name, value]) => [name, value.slice(0, 1024)] as const)
}
