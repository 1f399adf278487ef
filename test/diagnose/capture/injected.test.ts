/** RSTs that another host sends in the name of a server: what tells them apart. */

import { expect } from 'chai';
import { diagnoseCapture } from '../../../lib/diagnose/index.ts';
import { answered, ids, path, seen, single, the } from './support.ts';

describe('diagnose: injected resets of a capture', () => {
  const reset = (ttl: number, more = {}): Parameters<typeof ids>[0] =>
    single({ ...seen.ended('reset', 'server'), path: { ...path, reset: { ttl, ipId: 4711, window: 0 } }, ...more });

  it('is likely when the RST of the server came over another number of hops than its SYN-ACK', () => {
    const finding = the(reset(61), 'policy.reset-injected');
    expect(finding.confidence).to.equal('likely');
    expect(finding.evidence[0]?.text).to.include('SYN-ACK with TTL 52, RST with TTL 61: sent by different hosts');
  });

  it('names IP-IDs where both count', () => {
    const synAck = { ttl: 52, ipId: 100 };
    const more = { path: { ...path, synAck, reset: { ttl: 61, ipId: 4711, window: 0 } } };
    expect(the(reset(61, more), 'policy.reset-injected').evidence[0]?.text).to.include('IP-ID 100 and 4711');
  });

  it('is only possible over the same distance with another initial TTL, as some hosts send it', () => {
    expect(the(reset(243), 'policy.reset-injected').confidence).to.equal('possible');
  });

  it('is not claimed for the same TTL, a RST of the client, an unknown sender, after an answer, or in a partial view', () => {
    expect(ids(reset(52))).to.deep.equal(['handshake.reset']);
    expect(ids(reset(61, { endedBy: 'client' }))).not.to.include('policy.reset-injected');
    expect(ids(reset(61, { endedBy: null }))).not.to.include('policy.reset-injected');
    expect(ids(reset(61, { ...answered(), end: 'reset' }))).not.to.include('policy.reset-injected');
    expect(ids(reset(61, { completeness: 'mid-stream' }))).to.deep.equal([]);
  });
});

describe('diagnose: injected resets that the server contradicts', () => {
  const contradicted = (ttl: number, more = {}): Parameters<typeof ids>[0] => {
    const reset = { ttl, ipId: 4711, window: 0, contradicted: true };
    return single({ ...answered(), end: 'reset', endedBy: null, path: { ...path, reset }, ...more });
  };
  const injected = (input: Parameters<typeof ids>[0]): ReturnType<typeof the> => the(input, 'policy.reset-injected');

  it('are likely with any TTL, also beside an answer, which excludes no alert', () => {
    for (const ttl of [52, 243]) {
      const finding = injected(contradicted(ttl));
      expect(finding).to.deep.include({ confidence: 'likely', excluded: [] });
      expect(finding.evidence.map(({ text }) => text)).to.deep.equal([
        "c1, 198.51.100.7:50001 > 192.0.2.10:443: the server went on sending after the RST that bears its address (bytes beyond the RST's sequence number): somebody else sent the RST",
      ]);
    }
    expect(
      injected(
        contradicted(52, {
          path: { ...path, synAck: null, reset: { ttl: 52, ipId: 0, window: 0, contradicted: true } },
        }),
      ),
    ).to.include({ confidence: 'likely' });
  });

  it('are proven when the RST came over another number of hops, too', () => {
    const finding = injected(contradicted(61));
    expect(finding.confidence).to.equal('proven');
    expect(finding.evidence).to.have.length(2);
    expect(finding.evidence[1]?.text).to.include('SYN-ACK with TTL 52, RST with TTL 61');
  });

  it('are one finding of a server, whichever names its conversations showed', () => {
    const named = (sni: string | null) => {
      const [conversation] = contradicted(61).conversations;
      const { clientHello, evidence } = conversation!;
      const hello = evidence.hello === null ? null : { ...evidence.hello, sni };
      return {
        ...conversation!,
        clientHello: clientHello && { ...clientHello, sni },
        evidence: { ...evidence, hello },
      };
    };
    const subjectsOf = (...names: (string | null)[]): (string | undefined)[] =>
      diagnoseCapture({ ...contradicted(61), conversations: names.map(named) }).map(({ subject }) => subject);
    expect(subjectsOf(null, 'a.test', null)).to.deep.equal(['192.0.2.10:443 (a.test)']);
    expect(subjectsOf('b.test', null, 'a.test', 'b.test')).to.deep.equal(['192.0.2.10:443 (b.test, a.test)']);
    expect(subjectsOf('a', 'b', 'c', 'd')).to.deep.equal(['192.0.2.10:443']);
    expect(subjectsOf(null)).to.deep.equal(['192.0.2.10:443']);
  });

  it('are found where the handshake was finished nevertheless', () => {
    expect(ids(contradicted(61, { end: 'complete' }))).to.deep.equal(['policy.reset-injected']);
  });

  it('are the one finding of what ended the handshake', () => {
    expect(ids(contradicted(61))).to.deep.equal(['policy.reset-injected']);
    expect(ids(contradicted(52))).to.deep.equal(['policy.reset-injected']);
  });

  it('leave the end of the handshake told where another TTL alone speaks for them', () => {
    const reset = { ttl: 243, ipId: 4711, window: 0 };
    const found = ids(single({ ...seen.ended('reset', 'server'), path: { ...path, reset } }));
    expect(found).to.have.members(['policy.reset-injected', 'handshake.reset']);
  });
});
