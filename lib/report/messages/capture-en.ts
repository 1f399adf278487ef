/** Words of the text report of a capture, English. */

import { grouped } from './numbers.ts';

export const captureEn = {
  packets: (count: number) => (count === 1 ? '1 packet' : `${grouped(count)} packets`),
  flows: (count: number) => (count === 1 ? '1 TCP flow' : `${grouped(count)} TCP flows`),
  conversations: (count: number) => (count === 1 ? '1 TLS conversation' : `${grouped(count)} TLS conversations`),
  certificates: (count: number) => (count === 1 ? '1 certificate' : `${grouped(count)} certificates`),
  noPackets: 'there is no packet in this capture',
  noTls: 'no TLS or DTLS handshake in this capture',
  clean: 'nothing wrong found in the handshakes of this capture',
  inconclusive: 'what the capture shows does not decide',
  unreachable: 'no connection in this capture came up',
  unfinished: 'not read to its end',
  truncated: 'The file ends within a packet, or is damaged from some point on: what comes after it is not known.',
  lostByCapture: (count: number) =>
    `The machine that made the capture lost ${count === 1 ? '1 packet' : `${grouped(count)} packets`} by its own count: what is not seen here may have been sent all the same. Capture again with a larger buffer (tcpdump -B, dumpcap -B) or a narrower filter.`,
  /** Of certificates, by the clock of the judgement. */
  clock: {
    'not-set': (now: string) =>
      `Packets are of a time before TLS: the clock of the machine that made the capture was not set. Their certificates are judged by the clock of the judgement (${now}) alone.`,
    later: (now: string) =>
      `Packets are later than the clock of the judgement (${now}): one of the two clocks is wrong. Certificates are blamed only for what both say; --now gives the right time.`,
  },
  linkTypeUnread: (count: number, names: string) =>
    `${count === 1 ? '1 packet was' : `${grouped(count)} packets were`} not looked into: the link layer (${names}) is not one that is read. Capture on an Ethernet, IP or loopback interface.`,
  /** A title that stands for several findings. */
  times: (title: string, count: number) => `${title} (${grouped(count)} findings)`,
  counted: (outcome: string, count: number) => `${grouped(count)} ${outcome}`,
  brokenOff: (why: string) => `Reading broke off: ${why} What follows is what was seen until then; nothing was judged.`,
  selection: (shown: number, all: number) =>
    `Shown: ${grouped(shown)} of ${grouped(all)} conversations and their certificates. Findings and verdict are those of the whole capture.`,
  more: (count: number) => `and ${grouped(count)} more: --csv or --json has all of them`,
  head: {
    conversations: 'Conversations',
    certificates: 'Certificates',
    sftunnel: 'sftunnel (FMC and FTD)',
    failed: 'Connections that did not come up',
    empty: 'Connections that ended before either side sent a byte',
    arp: 'ARP requests without a reply',
  },
  column: {
    id: 'Id',
    time: 'UTC',
    client: 'Client',
    server: 'Server',
    sni: 'SNI',
    version: 'Version',
    suite: 'Cipher suite',
    outcome: 'Outcome',
    subject: 'Subject',
    from: 'From',
    notAfter: 'Not after',
    daysLeft: 'Days left',
    daysLeftAtCapture: 'At capture',
    status: 'Status',
    issuer: 'Issuer',
    seenIn: 'Seen in',
    what: 'What',
    count: 'Times',
    clients: 'From',
    packets: 'Packets',
    address: 'Address',
    about: 'About',
    confidence: 'Confidence',
  },
  side: { client: 'client', server: 'server' },
  outcome: {
    completed: 'completed',
    alert: 'alert',
    reset: 'reset',
    closed: 'closed',
    stalled: 'stalled',
    unknown: 'not known',
    'not-tls': 'not TLS',
    malformed: 'broken TLS',
  },
  alertFrom: (side: string, alert: string) => `${side} alert ${alert}`,
  encryptedAlert: 'encrypted',
  endedBy: (outcome: string, side: string) => `${outcome} by ${side}`,
  saidBy: (outcome: string, side: string) => `${outcome} from ${side}`,
  after: (outcome: string, message: string) => `${outcome} after ${message}`,
  status: { valid: 'valid', expiring: 'expiring', expired: 'expired', 'not-yet-valid': 'not yet valid' },
  seenIn: (first: string, more: number) => (more === 0 ? first : `${first} +${grouped(more)}`),
  kind: {
    refused: 'refused (RST)',
    unanswered: 'SYN not answered',
    unreachable: 'ICMP unreachable',
    unacknowledged: 'SYN-ACK not acknowledged',
    closed: 'closed',
    reset: 'reset',
  },
  expired: 'TTL expired (loop or traceroute)',
  lasted: (least: string, most: string) => (least === most ? `after ${most}` : `after ${least} to ${most}`),
  icmp: (type: number, code: number) => `ICMP ${type}/${code}`,
  clients: (first: string, more: number) => (more === 0 ? first : `${first} and ${grouped(more)} more`),
  packet: (number: string) => `packet ${number}`,
  /** Whole units, the two greatest. */
  span: (days: number, hours: number, minutes: number, seconds: number) => {
    const units = [`${days} d`, `${hours} h`, `${minutes} min`, `${seconds} s`];
    const first = [days, hours, minutes].findIndex((count) => count > 0);
    return first === -1 ? `${seconds} s` : units.slice(first, first + 2).join(' ');
  },
  counters: 'Capture',
  dropped: 'Left out',
  sftunnel: {
    peers: (client: string, server: string) => `${client} (client) and ${server} (server)`,
    times: (count: number, first: string) =>
      count === 1 ? `conversation ${first}` : `${grouped(count)} conversations, the first is ${first}`,
    authority: 'InternalCA',
    asIn: (conversation: string) => `as in conversation ${conversation}`,
    atCapture: (days: number) => (days < 0 ? 'ended already when captured' : `${days} when captured`),
    signature: {
      verified: 'signature of the CA verified',
      'not-verified': 'NOT signed by the CA of this name',
      unknown: 'signature not checked: no CA certificate in the capture (--ca gives one)',
    },
    authorityGiven: (uuid: string) => `CN ${uuid}, given (--ca), not sent`,
    authorityUnseen: (name: string) =>
      `${name} was sent by neither side, so this capture does not show when it ends. On the FMC: openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem`,
    roleUnknown: 'role not known',
    upBefore:
      'no handshake in the capture: unknown, not OK. The channel was up before the capture began, and stays up when a certificate ends.',
    datesFirst:
      'See first when the InternalCA ends (FMC, expert mode, as root). If it has ended, restart, reboot and upgrade nothing: what is up now would not come up again.',
    thenRestart: 'Otherwise start a capture, then restart sftunnel (expert mode, as root): the handshake goes by.',
  },
  absence: {
    'tls13-encrypted':
      'certificate not visible: TLS 1.3 encrypts it. A key log (--keylog) shows it, or a look at the files on the device.',
    resumed:
      'no certificate: the session was resumed, which sends none. Capture a full handshake: the first one after both ends lost the session.',
    renegotiated: 'certificate not visible: it was sent in a renegotiation, which is encrypted.',
    truncated: 'certificate not known: packets, or parts of them, are missing in the capture.',
    'not-tls': 'no certificate: what was sent is not TLS.',
    'no-handshake': 'no certificate: the handshake did not get that far, or its begin is not in the capture.',
  },
  notSent: 'sent no certificate',
};
