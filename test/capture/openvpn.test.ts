/** TLS in the control channel of OpenVPN, over UDP and TCP. */

import { expect } from 'chai';
import { webIdentity } from '../../captures/make/pki.ts';
import { helloHmac, readReset } from '../../lib/capture/carriers/openvpn-packet.ts';
import { analyzeCapture } from '../../lib/captures.ts';
import type { CaptureReport } from '../../lib/evidence/index.ts';
import { alertDescription, concat } from '../../lib/wire/index.ts';
import { type Side, Talk, Trace, UdpTalk } from '../support/capture/index.ts';
import { framed, type OpenVpnOptions, OpenVpnSession } from '../support/capture/openvpn.ts';
import { bytesFrom } from '../support/capture/random.ts';
import { alertRecord, helloRecord } from '../support/capture/tls/messages.ts';
import { tls12Hello } from '../support/capture/tls/play.ts';
import { tls12Handshake, tls12Streams } from '../support/capture/tls/tls12.ts';

const name = 'vpn.example.com';
const hello = tls12Hello(7, name);
const options = {
  hello,
  seed: 8,
  server: webIdentity([name]),
  client: webIdentity(['client.example.com']),
  authorities: [],
};
const streams = tls12Streams(tls12Handshake(options));
const now = new Date('2026-03-05T00:00:00Z');
const hmacs = [0, 16, 20, 28, 32, 48, 64];

interface Packet {
  readonly side: Side;
  readonly bytes: Uint8Array;
}

/** All packets of a session up to the end of its handshake. */
function packetsOf(session: OpenVpnSession, resets = true): Packet[] {
  const of = (side: Side, bytes: Uint8Array): Packet[] =>
    session.control(side, bytes).map((bytes) => ({ side, bytes }));
  const begin: Packet[] = [
    { side: 'client', bytes: session.reset('client') },
    { side: 'server', bytes: session.reset('server') },
    { side: 'client', bytes: session.acknowledge('client', 0) },
  ];
  return [
    ...(resets ? begin : []),
    ...of('client', helloRecord(hello)),
    { side: 'server', bytes: session.acknowledge('server', 1) },
    ...of('server', streams.server),
    ...of('client', streams.client),
    ...of('server', streams.serverEnd),
    { side: 'client', bytes: session.data(bytesFrom(3)(400)) },
    { side: 'server', bytes: session.data(bytesFrom(4)(400)) },
  ];
}

async function overUdp(
  packets: readonly Packet[],
  around: (trace: Trace) => void = () => undefined,
): Promise<CaptureReport> {
  const trace = new Trace();
  const talk = new UdpTalk(trace, { server: { port: 1194 } });
  for (const { side, bytes } of packets) talk.send(side, bytes);
  around(trace);
  return await analyzeCapture(trace.toPcapng(), { now });
}

/** @param segment bytes of TCP at most; absent: a segment for each packet */
async function overTcp(
  packets: readonly Packet[],
  segment?: number,
  unseen: readonly number[] = [],
): Promise<CaptureReport> {
  const trace = new Trace();
  const talk = new Talk(trace, { server: { port: 1194 } }).connect();
  packets.forEach(({ side, bytes }, i) => {
    talk.send(side, framed(bytes), {
      ...(segment === undefined ? {} : { size: segment }),
      ...(unseen.includes(i) ? { unseen: [0] } : {}),
    });
  });
  talk.close('client');
  return await analyzeCapture(trace.toPcapng(), { now });
}

const summary = ({ conversations }: CaptureReport): unknown[] =>
  conversations.map(({ carrier, outcome, clientHello, serverHello, certificates }) => [
    carrier?.name,
    carrier?.transport,
    outcome,
    clientHello?.sni,
    serverHello?.version,
    certificates.server.length,
    certificates.client.length,
  ]);
const whole = (transport: string): unknown[] => [['openvpn', transport, 'completed', name, 'TLSv1.2', 2, 2]];
const session = (how: OpenVpnOptions = {}): OpenVpnSession => new OpenVpnSession(how);

describe('capture: TLS in OpenVPN', () => {
  for (const hmac of hmacs) {
    it(`is read over UDP and TCP with an HMAC of ${hmac} bytes`, async () => {
      expect(summary(await overUdp(packetsOf(session({ hmac }))))).to.deep.equal(whole('udp'));
      expect(summary(await overTcp(packetsOf(session({ hmac }))))).to.deep.equal(whole('tcp'));
    });
  }

  for (const segment of [1, 7, 100, 1_448]) {
    it(`is read over TCP in segments of ${segment} bytes, and in pieces of 50`, async () => {
      expect(summary(await overTcp(packetsOf(session({ size: 50 })), segment))).to.deep.equal(whole('tcp'));
    });
  }

  it('is put in order, and what comes twice counts once', async () => {
    const packets = packetsOf(session({ size: 60 }));
    const shuffled = packets.flatMap((packet, i) =>
      i % 5 === 3 ? [] : i % 5 === 4 ? [packet, packets[i - 1], packet] : [packet],
    );
    const report = await overUdp(shuffled as Packet[]);
    expect(summary(report)).to.deep.equal(whole('udp'));
    expect(report.conversations[0]?.loss.retransmissions).to.be.greaterThan(3);
  });

  it('is found over UDP without the resets before it', async () => {
    expect(summary(await overUdp(packetsOf(session({ hmac: 20 }), false)))).to.deep.equal(whole('udp'));
  });

  it('with another key is another conversation', async () => {
    const report = await overUdp([...packetsOf(session()), ...packetsOf(session({ keyId: 1 }), false)]);
    expect(summary(report)).to.deep.equal([...whole('udp'), ...whole('udp')]);
  });

  it('whose packets the capture lacks tells what is there', async () => {
    const packets = packetsOf(session({ size: 300 }));
    const first = packets.findIndex(({ side, bytes }) => side === 'server' && bytes.length > 200);
    const lacking = packets.filter((_, i) => i !== first + 2);
    for (const report of [await overUdp(lacking), await overTcp(packets, undefined, [first + 2])]) {
      const [conversation] = report.conversations;
      expect(conversation?.clientHello?.sni).to.equal(name);
      expect(conversation?.serverHello?.version).to.equal('TLSv1.2');
      expect(conversation?.certificateAbsence.server).to.equal('truncated');
      expect(report.findings.map(({ id }) => id).filter((id) => !id.startsWith('cert.'))).to.deep.equal([]);
    }
  });

  it('shows alerts', async () => {
    const vpn = session();
    const refused = alertRecord(alertDescription.handshake_failure);
    const packets: Packet[] = [
      { side: 'client', bytes: vpn.reset('client') },
      { side: 'server', bytes: vpn.reset('server') },
      ...vpn.control('client', helloRecord(hello)).map((bytes) => ({ side: 'client' as const, bytes })),
      ...vpn.control('server', refused).map((bytes) => ({ side: 'server' as const, bytes })),
    ];
    for (const report of [await overUdp(packets), await overTcp(packets)]) {
      expect(report.conversations.map(({ outcome }) => outcome)).to.deep.equal(['alert']);
      expect(report.findings[0]?.evidence[0]?.text).to.contain('handshake_failure');
    }
  });

  it('that nobody answers is no TCP connection that came up', async () => {
    const vpn = session();
    const sent = vpn.control('client', helloRecord(hello));
    const packets = [vpn.reset('client'), ...sent, ...sent].map((bytes) => ({ side: 'client' as const, bytes }));
    const { conversations, findings } = await overUdp([{ side: 'server', bytes: vpn.reset('server') }, ...packets]);
    expect(conversations.map(({ carrier }) => carrier?.transport)).to.deep.equal(['udp']);
    expect(JSON.stringify(findings)).not.to.match(/TCP/);
  });

  it('is not seen in what is encrypted (tls-crypt) or only begins alike', async () => {
    const encrypted = (side: Side, first: number, length: number): Packet => ({
      side,
      bytes: concat(Uint8Array.of(first), bytesFrom(length)(length)),
    });
    const packets = [encrypted('client', 0x38, 53), encrypted('server', 0x40, 65), encrypted('client', 0x20, 300)];
    for (const report of [await overUdp(packets), await overTcp(packets)]) {
      expect(report.conversations).to.deep.equal([]);
      expect(report.counters.dropped).to.deep.equal({});
    }
  });

  it('behind another start is TLS as ever', async () => {
    const trace = new Trace();
    const talk = new Talk(trace).connect();
    // The length of a reset, and its opcode, but not its end.
    talk.send('client', concat(Uint8Array.of(0, 14, 0x38), bytesFrom(1)(13)));
    talk.send('server', Uint8Array.of(0, 1, 0));
    talk.send('client', helloRecord(hello));
    talk.send('server', alertRecord(alertDescription.handshake_failure));
    talk.close('server');
    const { conversations } = await analyzeCapture(trace.toPcapng(), { now });
    expect(conversations.map(({ outcome, carrier }) => [outcome, carrier])).to.deep.equal([['alert', undefined]]);
  });

  it('never throws, nor shows what was not sent, whatever is cut or changed', async () => {
    const random = bytesFrom(11)(4_000);
    for (let round = 0; round < 60; round++) {
      const packets = packetsOf(session({ hmac: hmacs[round % hmacs.length] ?? 0, size: 40 + round * 9 })).map(
        ({ side, bytes }, i) => {
          const chance = random[(round * 61 + i * 7) % random.length] as number;
          if (chance > 40) return { side, bytes };
          const changed = bytes.slice(0, chance % 3 === 0 ? Math.max(1, bytes.length - chance) : bytes.length);
          changed[chance % changed.length] = random[(round + i) % random.length] as number;
          return { side, bytes: changed };
        },
      );
      for (const { conversations } of [await overUdp(packets), await overTcp(packets, 1 + round * 13)])
        expect(conversations.length).to.be.lessThan(3);
    }
  });
});

describe('a packet of OpenVPN', () => {
  it('is a reset by its length and its end', () => {
    for (const hmac of hmacs)
      for (const side of ['client', 'server'] as const) {
        const reset = session({ hmac }).reset(side);
        expect(readReset(reset, 0, reset.length)).to.equal(hmac);
        expect(readReset(reset, 0, reset.length - 1)).to.equal(null);
        reset[reset.length - 1] = 1;
        expect(readReset(reset, 0, reset.length)).to.equal(null);
      }
  });

  it('holds a ClientHello behind acknowledgements and an HMAC of any length', () => {
    for (const hmac of hmacs) {
      const [packet = new Uint8Array()] = session({ hmac }).control('client', helloRecord(hello));
      expect(helloHmac(packet, 0, packet.length)).to.equal(hmac);
      for (let end = 1; end < 20 + hmac; end++) expect(helloHmac(packet, 0, end)).to.equal(null);
    }
  });
});
