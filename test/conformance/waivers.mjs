/** Cases of the suites that we miss, each with its reason. A miss that is not here fails the run; so does one here that passes. */

const commonName =
  'CA/B 7.1.4.3 wants the CN among the names, and nine other cases refuse a certificate for exactly this; this one accepts it.';
const caLeaf =
  'CA/B 7.1.2.7.8 forbids a CA certificate as a leaf; webpki::ca-as-leaf refuses it, this case, of RFC 5280 alone, accepts it.';
const disabled =
  'Upstream does not run it: its numbers are wrong (a name that no permitted subtree covers, or a count below the limit).';

export const waivers = {
  strict: {
    'rfc5280::ca-as-leaf': caLeaf,
    'pathlen::validation-ignores-pathlen-in-leaf': caLeaf,
    'rfc5280::eku::ee-without-eku':
      'CA/B 7.1.2.7.6 demands an extended key usage; webpki::eku::ee-without-eku is the opposite case.',
    'rfc5280::nc::permitted-dns-match-noncritical':
      'CA/B 7.1.2.5.2 excepts it from RFC 5280; webpki::nc::permitted-dns-match-noncritical is the opposite case.',
    'rfc5280::nc::permitted-dns-match-more': commonName,
    'rfc5280::nc::permitted-ipv4-match': commonName,
    'rfc5280::nc::permitted-ipv6-match': commonName,
    'webpki::nc::nc-permits-dns-san-pattern': commonName,
    'webpki::san::exact-localhost-ip-san': commonName,
    'webpki::san::leftmost-wildcard-san': commonName,
  },
  chromium: {
    'many-names/ok-all-types.test': disabled,
    'many-names/toomany-all-types.test': disabled,
    'expired-root/not-after-ta-with-constraints.test':
      'Constraints of a root without its dates: no profile of ours separates the two that way.',
    'root-lacks-basic-constraints/ta-with-constraints.test':
      'A root of version 3 that says nothing of being a CA is refused where its extensions count at all.',
  },
  pkits: {
    '4.1.5': 'DSA with inherited parameters: node:crypto has no such keys, so the reason is signature-unsupported.',
  },
};
