/** Faults that nftables can make, as the ruleset of the faulty router. */

import { toClient, toServer } from './topology.ts';
import type { Direction, LabFaults } from './types.ts';

/**
 * Input of `nft -f` that replaces whatever this function made before, in one transaction.
 * @param inspectPort where the router inspects TLS; null where it does not
 */
export function firewallRules(faults: LabFaults, inspectPort: number | null): string {
  const { dropFragments = false, nat = false } = faults;
  const chains = [
    // Before connection tracking puts fragments together again.
    dropFragments &&
      chain('prerouting', 'raw_fragments', -450, ['ip frag-off & 0x3fff != 0 drop', 'exthdr frag exists drop']),
    inspectPort !== null &&
      chain('prerouting', 'inspect', -100, [`iifname ${toClient} meta l4proto tcp redirect to :${inspectPort}`], 'nat'),
    chain('forward', 'forward', 0, [
      ...lossRules(faults),
      ...lengthRules(faults),
      ...portRules(faults),
      ...mssRules(faults),
    ]),
    chain('output', 'output', 0, [...icmpRules(faults), ...resetTtlRules(faults)]),
    nat && chain('postrouting', 'nat', 100, [`oifname ${toServer} masquerade`], 'nat'),
  ];
  return [
    `add table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    ...chains.filter((text) => text !== false),
    '}',
    '',
  ].join('\n');
}

const table = 'lab';

function chain(hook: string, name: string, priority: number, rules: readonly string[], type = 'filter'): string {
  const head = `type ${type} hook ${hook} priority ${priority}; policy accept;`;
  return `  chain ${name} {\n    ${[head, ...rules].join('\n    ')}\n  }`;
}

/** Matches of packets that travel in a direction. */
function travelling(direction: Direction): string {
  if (direction === 'both') return '';
  return direction === 'outbound' ? `oifname ${toServer} ` : `oifname ${toClient} `;
}

function lossRules({ loss = 0 }: LabFaults): string[] {
  // Only on the way out: the delay line makes packets pass twice.
  return loss === 0
    ? []
    : [`oifname { ${toClient}, ${toServer} } numgen random mod 1000 < ${Math.round(loss * 1000)} drop`];
}

function lengthRules({ dropLongerThan: limit }: LabFaults): string[] {
  return limit === undefined ? [] : [`${travelling(limit.direction)}meta length > ${limit.bytes} drop`];
}

function portRules({ blockPort, dropHello = false, resetOnHello: reset }: LabFaults): string[] {
  const verdicts = {
    drop: 'drop',
    reject: 'reject with tcp reset',
    'admin-prohibited': 'reject with icmpx admin-prohibited',
  };
  const outbound = travelling('outbound');
  return [
    ...(blockPort === undefined ? [] : [`${outbound}meta l4proto tcp ${verdicts[blockPort]}`]),
    // The first byte behind the TCP header exists.
    ...(dropHello ? [`${outbound}meta l4proto tcp @ih,0,8 >= 0 drop`] : []),
    ...(reset?.by === 'nft' ? [`${outbound}${hello} reject with tcp reset`] : []),
    // The box that forges has seen the packet before, and sends it itself where it may pass. Fragments it does not look at.
    ...(reset?.by === 'forged'
      ? ['ip frag-off & 0x3fff == 0', 'meta nfproto ipv6 exthdr frag missing'].map(
          (whole) => `${outbound}${whole} ${hello} drop`,
        )
      : []),
  ];
}

/** TCP whose payload begins like a TLS handshake record. */
const hello = 'meta l4proto tcp @ih,0,8 0x16';

/** A clamp only lowers; the kernel sees to that. */
function mssRules({ clampMss: mss }: LabFaults): string[] {
  if (mss === undefined) return [];
  const set = (family: string, value: number): string =>
    `meta nfproto ${family} tcp flags & (syn|rst) == syn tcp option maxseg size set ${value}`;
  return [set('ipv4', mss), set('ipv6', mss - 20)];
}

/** ICMP type 3 code 4 (RFC 1191) and ICMPv6 type 2 (RFC 4443). */
function icmpRules({ icmp = 'sent' }: LabFaults): string[] {
  if (icmp === 'sent') return [];
  const act = (field: string): string => (icmp === 'dropped' ? 'drop' : `${field} set ${icmp.rewriteMtu}`);
  return [
    `icmp type destination-unreachable icmp code 4 ${act('icmp mtu')}`,
    `icmpv6 type packet-too-big ${act('icmpv6 mtu')}`,
  ];
}

function resetTtlRules({ resetOnHello: reset }: LabFaults): string[] {
  if (reset?.by !== 'nft' || reset.ttl === undefined) return [];
  const rst = 'tcp flags & rst == rst';
  return [`${rst} ip ttl set ${reset.ttl}`, `${rst} ip6 hoplimit set ${reset.ttl}`];
}
