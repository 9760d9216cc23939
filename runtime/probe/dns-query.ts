/**
 * A DNS question (RFC 1035, section 4) for the A record of `name`, recursion desired. A resolver answers it whatever the name; the
 * probe counts any answer.
 */
export function dnsQuery(name: string, id: number): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt16BE(id & 0xffff, 0)
  header.writeUInt16BE(0x0100, 2)
  header.writeUInt16BE(1, 4)
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'ascii')]))
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])])
}
