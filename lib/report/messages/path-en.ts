/** Words about the path, English. */

export const pathEn = {
  direction: { outbound: 'here → server', inbound: 'here ← server' },
  verdict: { clear: 'clear', blackhole: 'black hole', reduced: 'reduced', unknown: 'not known' },
  clear: (size: number) => `packets of up to ${size} bytes arrive`,
  blackhole: (passing: number, failing: number) =>
    `packets of up to ${passing} bytes arrive, those of ${failing} bytes and more disappear`,
  pathMtu: (mtu: number) => `path MTU ${mtu}`,
  reduced: (mtu: number) => `path MTU ${mtu}, which the senders know`,
  unknown: (reason: string) => `not known: ${reason}`,
  icmp: (from: string) => `ICMP "too large" comes from ${from}`,
  learned: (mtu: number) => `the system knows an MTU of ${mtu} for the route`,
  noIcmp: (count: number) => `no ICMP came for ${count} packets that were too large`,
  fragments: (answered: number, sent: number) => `${answered} of ${sent} hellos in IP fragments were answered`,
  reset: (synAck: number, reset: number) => `SYN-ACK with TTL ${synAck}, RST with TTL ${reset}`,
  otherHost: 'sent by different hosts',
  trace: (steps: string) => `hello, hop by hop: ${steps}`,
  table: { packet: 'Packet', result: 'Result', connections: 'Connections', ttl: 'TTL', from: 'From', reply: 'Reply' },
  size: (bytes: number) => `${bytes} B`,
  arrives: 'arrives',
  lost: 'lost',
  unsure: '?',
  expired: 'expired (ICMP)',
  icmpError: (type: number, code: number) => `ICMP ${type}/${code}`,
  reply: {
    silent: 'no answer',
    reset: 'RST',
    closed: 'FIN',
    'not-tls': 'not TLS',
    malformed: 'broken TLS',
  } as Readonly<Record<string, string>>,
};

/** Reasons of a direction that is not known. */
export const pathReasonsEn: Readonly<Record<string, (detail: string) => string>> = {
  'flight-too-small': (detail) => `the answer of the server is too small to tell${inBrackets(detail)}`,
  'smaller-segments': () => 'the server does not fill its packets',
  'sizes-assumed': () => 'sizes may be 12 bytes smaller: whether packets carry timestamps is not known',
  'peer-limited': (detail) => `the server takes no larger packets any more${inBrackets(detail)}`,
  'packets-limited': (detail) => `the system sends smaller packets than it was asked for${inBrackets(detail)}`,
  'hello-size': () => 'long hellos fail in small segments too, or not always',
  'hello-refused': () => 'the hello that would fill the packets is refused',
  'flight-refused': () => 'the hello that would draw a large answer is refused',
  'hello-lost': () => 'the hello itself was lost',
  'nothing-passes': () => 'not even the smallest packets passed',
  'not-acknowledged': () => 'the hello was not acknowledged, and not sent again',
  'not-connected': () => 'a connection did not come up',
  'no-connection': (detail) => `the connection did not come up${inBrackets(detail)}`,
  'no-tcp-info': () => 'the system does not tell about the packets of its connections',
  'no-flight': () => 'no hello drew a large answer',
  'not-reached': () => 'the run ended before it',
  'no-limit': () => 'no packet is known to be too large',
  'no-reset': () => 'no hello was answered with RST',
  'fragments-refused': (detail) => `the hello in fragments was refused, not lost${inBrackets(detail)}`,
  'not-permitted': () => 'raw packets go to loopback and to labs only; --i-own-this-target allows them here',
  'no-end': () => 'the hello was not seen to end anywhere',
};

function inBrackets(detail: string): string {
  return detail === '' ? '' : ` (${detail})`;
}
