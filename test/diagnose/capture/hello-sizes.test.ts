/** Servers that answer short hellos and not long ones, over the conversations of a capture. */

import { expect } from 'chai';
import { diagnoseCapture } from '../../../lib/diagnose/index.ts';
import type { Conversation, HandshakeEvidence } from '../../../lib/evidence/index.ts';
import { padTo } from '../../../lib/hello/index.ts';
import { Capture, enough, sni as name } from '../../capture/repeats/connections.ts';
import { helloRecord } from '../../support/capture/tls/messages.ts';
import { tls12Hello } from '../../support/capture/tls/play.ts';
import { after, capture, conversation, foundIn, ids, mute, path, seen, still, the } from './support.ts';

const id = 'tls.hello-size-intolerant';
const refused = { ...seen.ended('reset', 'server'), inbound: mute } as const;

interface Hello {
  readonly length: number;
  readonly became: Partial<HandshakeEvidence>;
  readonly more?: Partial<Conversation>;
}

const long: Hello = { length: 1790, became: refused };
const short: Hello = { length: 517, became: seen.complete() };

/** One after the other, each a second later. */
function talks(hellos: readonly Hello[]): Conversation[] {
  return hellos.map(({ length, became, more }, index) => {
    const acked = became.end === 'complete' ? {} : { sent: { ...still, bytes: length + 5, acked: length + 5 } };
    return conversation(
      index + 1,
      { ...acked, ...became },
      { length, startedAt: after(index), endedAt: after(index + 30), ...more },
    );
  });
}

const turns = (count: number, ...hellos: readonly Hello[]): Conversation[] =>
  talks(Array.from({ length: count }, () => hellos).flat());

describe('diagnose: hellos of a server that fail for their length, in a capture', () => {
  it('are possibly what it does not stand, when shorter ones are answered in between', () => {
    const finding = the(capture(turns(3, short, long)), id);
    expect(finding).to.include({
      confidence: 'possible',
      severity: 'medium',
      count: 3,
      title: 'Only long hellos fail',
    });
    expect(finding.subject).to.equal('192.0.2.10:443 (vpn.example.test)');
    expect(finding.evidence[0]?.text).to.match(
      /^hellos of 1790 bytes fail, and hellos of up to 517 bytes are answered in between \(3 times, first in c1\)\. c2, /,
    );
    expect(finding.excluded).to.deep.equal([
      { id: 'path.blackhole-outbound', why: 'all bytes of the hello were acknowledged (3 times)' },
    ]);
    // How they ended is proven; why, it is not.
    expect(ids(capture(turns(3, short, long)))).to.deep.equal(['handshake.reset', id]);
  });

  it('name what the long ones offer besides', () => {
    const { clientHello } = conversation(1, {});
    const offering = (groups: readonly `0x${string}`[], ja3: string): Partial<Conversation> => ({
      clientHello: { ...clientHello!, length: 1790, groups, extensions: [10, 13, 0x2a2a, 65_037], ja3 },
    });
    const both = [
      { ...long, more: offering(['0x001d', '0x11ec'], 'a') },
      { ...long, more: offering(['0x11ec', '0x0017'], 'b') },
    ];
    const answered = { ...short, more: { clientHello: { ...clientHello!, length: 517, extensions: [10, 13] } } };
    const [first] = the(capture(turns(3, answered, ...both)), id).evidence;
    expect(first?.text).to.include('those that failed offer besides X25519MLKEM768, encrypted_client_hello.');
  });

  it('may be long enough for two packets or not, but not among those that are answered', () => {
    expect(ids(capture(turns(3, { ...short, length: 200 }, { ...long, length: 400 })))).to.include(id);
    // Old load balancers stand what is shorter than 256 bytes, and what is longer than 511.
    const longer = { ...short, length: 600 };
    expect(ids(capture(turns(3, { ...short, length: 200 }, { ...long, length: 400 }, longer)))).to.include(id);
    expect(ids(capture(turns(3, short, long, { ...short, length: 1790 })))).to.not.include(id);
    expect(ids(capture(turns(3, short, { ...long, length: 560 })))).to.not.include(id);
    expect(ids(capture(turns(3, { ...short, length: 1790 }, { ...long, length: 517 })))).to.not.include(id);
  });

  it('are not claimed by fewer than three of each, or of one before the other', () => {
    expect(ids(capture(turns(2, short, long)))).to.not.include(id);
    expect(ids(capture(talks([short, long, long, long, long, short])))).to.not.include(id);
    expect(ids(capture(talks([long, long, long, short, short, short])))).to.not.include(id);
    expect(ids(capture(talks([short, short, short, long, long, long])))).to.not.include(id);
    expect(ids(capture(talks([short, short, long, long, long, short])))).to.include(id);
  });

  it('are of one server, by one name', () => {
    const at = (server: Conversation['server']): Hello => ({ ...short, more: { server } });
    expect(ids(capture(turns(3, at({ address: '192.0.2.99', port: 443 }), long)))).to.not.include(id);
    expect(ids(capture(turns(3, at({ address: '192.0.2.10', port: 8443 }), long)))).to.not.include(id);
  });

  it('are none that the path lost, that somebody reset in its name, or that were refused with a reason', () => {
    const lost = { ...seen.silent(0), sent: { ...still, bytes: 1795, acked: 0, tailSacked: true, lostSegment: 1448 } };
    const injected = { ...refused, path: { ...path, reset: { ttl: 61, ipId: 4711, window: 0 } } };
    for (const became of [
      lost,
      seen.silent(0),
      { ...seen.silent(), sent: { ...still, bytes: 1795, acked: 1448 } },
      injected,
      seen.alert('server', 40),
      seen.ended('closed', 'client'),
      { ...refused, completeness: 'one-sided' as const },
    ])
      expect(ids(capture(turns(3, short, { ...long, became }))), JSON.stringify(became)).to.not.include(id);
    const own = { attempt: 'a1', probing: false, mss: null, left: false };
    expect(ids(capture(turns(3, short, { ...long, more: { own } })))).to.not.include(id);
  });

  it('that were acknowledged and stay without an answer may have had one that was lost', () => {
    const silent = { ...seen.silent(), sent: { ...still, bytes: 1795, acked: 1795 } };
    const finding = the(capture(turns(3, short, { ...long, became: silent })), id);
    expect(finding.remedies.map((remedy) => remedy.id)).to.include('clamp-on-router');
    const mixed = turns(3, short, { ...long, became: silent }, long);
    expect(the(capture(mixed), id).count).to.equal(6);
  });

  it('are counted as they are when conversations alike are not read', async () => {
    const made = new Capture();
    for (let i = 0; i < 2 * enough; i++) {
      made.tls12();
      const talk = made.talk().connect();
      talk.send('client', helloRecord(padTo(tls12Hello(i, name), 1700)));
      talk.reset('server');
    }
    expect(await made.repeats('sizes')).to.be.at.least(enough - 5);
  });

  it('are found in a bounded memory', () => {
    const many = turns(200, short, long).map((one, index) => ({
      ...one,
      clientHello: { ...one.clientHello!, length: one.clientHello!.length + (index % 150) },
    }));
    expect(diagnoseCapture(capture(many)).map((finding) => finding.id)).to.not.include(id);
    expect(foundIn(capture(turns(200, short, long))).find((finding) => finding.id === id)?.count).to.equal(200);
  });
});
