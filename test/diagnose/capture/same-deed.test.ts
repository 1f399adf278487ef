/** Ends of captured handshakes that look different and are the same. */

import { expect } from 'chai';
import { after, answered, capture, conversation, ids, mute, seen, the } from './support.ts';

describe('diagnose: a server that ends handshakes in two ways', () => {
  it('tells once of a server that ends some connections with FIN and others with RST at the same point', () => {
    const ends = (count: number, of: (number: number) => Parameters<typeof conversation>[1]) =>
      capture(Array.from({ length: count }, (_, i) => conversation(i + 1, { inbound: mute, ...of(i + 1) })));
    const mixed = the(
      ends(9, (number) => seen.ended(number % 3 === 0 ? 'closed' : 'reset', 'server')),
      'handshake.reset',
    );
    expect(mixed).to.include({ count: 9, severity: 'high', confidence: 'proven' });
    expect(mixed.evidence.map(({ text }) => /then (\w+) from the server,/.exec(text)?.[1]).join(' ')).to.equal(
      'RST RST FIN RST RST FIN RST RST FIN',
    );
    expect(mixed.remedies.map(({ id }) => id)).to.include.members(['read-server-log', 'check-port']);
    // Of many both are shown.
    const many = the(
      ends(80, (number) => seen.ended(number > 70 ? 'reset' : 'closed', 'server')),
      'handshake.closed',
    );
    expect(many.count).to.equal(80);
    expect(many.evidence.filter(({ text }) => text.includes('RST'))).to.have.length(10);
    expect(many.evidence).to.have.length(20);
  });

  it('keeps apart what two sides did, or one at different points', () => {
    const reset = conversation(1, seen.ended('reset', 'server'));
    const closed = seen.ended('closed', 'server');
    for (const other of [
      conversation(2, { ...answered(), ...closed }),
      conversation(2, { ...answered(), ...seen.ended('closed', 'client') }, { endedAt: after(1) }),
      conversation(2, closed, { sni: 'other.test' }),
      conversation(2, closed, { server: { address: '192.0.2.11', port: 443 } }),
    ])
      expect(ids(capture([reset, other]))).to.have.members(['handshake.reset', 'handshake.closed']);
    // Where one of them did something else as well, what is told of it is not the same.
    const client = conversation(3, { ...answered(), ...seen.ended('closed', 'client') }, { endedAt: after(1) });
    expect(ids(capture([reset, conversation(2, closed), client]))).to.have.length(2);
  });
});
