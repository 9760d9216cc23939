import { AsnConvert } from '@peculiar/asn1-schema'
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints, id_ce_nameConstraints } from '@peculiar/asn1-x509'
import { Extension } from './x509.ts'

function subtrees(bases: readonly GeneralName[]): GeneralSubtrees {
  return new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base })))
}

/**
 * RFC 5280, 4.2.1.10: certificates under this authority may name these DNS names (and what is below them) and no address.
 *
 * Someone who trusts an instance's authority in a browser, to reach its Nextcloud, so trusts it for that host alone.
 */
export function nameConstraints(dnsNames: readonly string[]): Extension {
  const constraints = new NameConstraints({
    permittedSubtrees: subtrees(dnsNames.map((dNSName) => new GeneralName({ dNSName }))),
    excludedSubtrees: subtrees(['0.0.0.0/0', '::/0'].map((iPAddress) => new GeneralName({ iPAddress }))),
  })
  return new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints))
}
