/** captureDiagnosis and diagnoseCapture as a whole: joining, bounds, memory, order, damage. */

import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  type CaptureDiagnosisInput,
  captureDiagnosis,
  diagnose,
  diagnoseCapture,
} from '../../../lib/diagnose/index.ts';
import type { Certificate, Conversation, Finding } from '../../../lib/evidence/index.ts';
import { certificate, spoil } from '../support.ts';
import {
  answered,
  capture,
  captured,
  conversation,
  failedConnections,
  foundIn,
  host,
  inDays,
  path,
  seen,
  sftunnelUnknown,
  the,
} from './support.ts';

const expired = certificate({ notAfter: inDays(-40) });

/** A capture in which most rules have something to say. */
function rich(): CaptureDiagnosisInput {
  const organisation = 'OU=Intrusion Management System,O=Cisco Systems\\, Inc';
  const ends = ['CN=1', 'CN=2'].map((name, index) =>
    certificate({
      sha256: `${index}e`.repeat(32),
      subject: `title=sftunnel,${organisation},${name}`,
      issuer: `title=InternalCA,${organisation},${name}`,
      notAfter: inDays(-35),
    }),
  ) as [Certificate, Certificate];
  const made = [
    conversation(1, seen.complete(), { chain: [expired], sni: 'other.test' }),
    conversation(2, seen.alert('client', 48), { chain: [certificate({ sha256: 'ab'.repeat(32) })] }),
    conversation(3, { ...seen.ended('reset', 'server'), path: { ...path, reset: { ttl: 61, ipId: 7, window: 0 } } }),
    conversation(4, {
      ...seen.silent(),
      sent: {
        bytes: 1705,
        acked: 0,
        retransmitted: 9000,
        tailSacked: true,
        lostSegment: 1448,
        largestAcked: null,
      },
    }),
    conversation(5, { ...seen.complete(), path: { ...path, peerMss: 1380 } }, { version: 'TLSv1.0' }),
    conversation(6, seen.alert('server', 70), { sni: 'old.test' }),
    conversation(7, seen.silent(0)),
    conversation(
      8,
      { ...answered(), ...seen.alert('server', 40) },
      { certificateRequest: { packet: 806, authorities: ['CN=Clients'] } },
    ),
    conversation(9, seen.ended('reset', 'server'), {
      server: { address: '2001:db8::20', port: 8305 },
      chain: [ends[0]],
      clientChain: [ends[1]],
      sftunnel: sftunnelUnknown,
    }),
  ];
  return capture(made, {
    certificates: [expired, certificate({ sha256: 'ab'.repeat(32) }), ...ends],
    failed: [
      failedConnections('refused'),
      failedConnections('unanswered', { server: { address: '192.0.2.99', port: 443 } }),
      failedConnections('unreachable', {
        server: { address: '192.0.2.98', port: 443 },
        icmp: { type: 3, code: 13, from: '203.0.113.1', mtu: null },
      }),
    ],
    arp: [{ address: '192.0.2.99', count: 9, packets: [1, 2] }],
  });
}

const many = (count: number, make: (number: number) => Conversation): Conversation[] =>
  Array.from({ length: count }, (_, i) => make(i + 1));

/** One conversation at a time, told to go on as long as wanted. */
function stream(conversations: Iterable<Conversation>, certificates: readonly Certificate[] = []): Finding[] {
  const { judgement, chains } = capture([]);
  expect(chains).to.deep.equal([]);
  const byHash = new Map(certificates.map((one) => [one.sha256, one]));
  const diagnosis = captureDiagnosis({
    judgement,
    certificate: (sha256) => byHash.get(sha256),
    assessment: () => undefined,
  });
  for (const one of conversations) diagnosis.conversation(one);
  return diagnosis.finish();
}

describe('diagnose: captures as a whole', () => {
  it('finds the same in a stream, in a saved report, in either language, and through diagnose', () => {
    const found = foundIn(rich());
    expect(diagnoseCapture(rich())).to.deep.equal(found);
    expect(new Set(found.map(({ id }) => id))).to.include.members([
      'cert.expired',
      'cert.name-mismatch',
      'cert.untrusted-root',
      'handshake.reset',
      'path.blackhole-outbound',
      'path.mss-clamped',
      'policy.arp-unanswered',
      'policy.handshake-dropped',
      'policy.port-filtered',
      'policy.port-refused',
      'policy.reset-injected',
      'sftunnel.ca-mismatch',
      'sftunnel.certificate-expired',
      'tls.client-certificate-required',
      'tls.legacy-version-enabled',
      'tls.no-common-version',
    ]);
    for (const { evidence, remedies, title } of found) {
      expect(evidence.every(({ kind }) => kind === 'packet' || kind === 'certificate')).to.equal(true);
      expect(remedies).not.to.be.empty;
      expect(title).not.to.match(/every/);
    }
  });

  it('joins what is about the same certificate, whichever server presented it, and counts beyond twenty', () => {
    const input = capture(
      many(50, (i) =>
        conversation(i, seen.complete(), { chain: [expired], server: { address: `192.0.2.${i}`, port: 443 } }),
      ),
      { certificates: [expired] },
    );
    const finding = the(input, 'cert.expired');
    expect(finding).to.include({ count: 51 });
    expect(finding.evidence).to.have.length(20);
    expect(foundIn(input)).to.have.length(1);
  });

  it('counts alike whether it judges each conversation or remembers that it was as the others', () => {
    const alike = (count: number): Finding[] =>
      stream(
        many(count, (i) => conversation(i, seen.complete(), { chain: [expired], version: 'TLSv1.0' })),
        [expired],
      );
    for (const count of [1, 19, 20, 21, 300]) {
      const counts = Object.fromEntries(alike(count).map((finding) => [finding.id, finding.count]));
      expect(counts).to.deep.equal({ 'cert.expired': count + 1, 'tls.legacy-version-enabled': count });
    }
  });

  it('keeps chains that failed apart from those that did not, and counts the certificate in both', () => {
    const mixed = many(100, (i) =>
      conversation(i, i % 2 === 0 ? seen.complete() : seen.ended('closed', 'server'), { chain: [expired] }),
    );
    const counts = Object.fromEntries(stream(mixed, [expired]).map((finding) => [finding.id, finding.count]));
    expect(counts).to.deep.equal({ 'cert.expired': 101, 'handshake.closed': 50 });
  });

  it('does not remember beyond the day on which a certificate expires', () => {
    const ends = new Date(Date.parse(captured) + 500_500).toISOString();
    const short = certificate({ notAfter: ends });
    const made = many(1000, (i) => ({
      ...conversation(i, seen.complete(), { chain: [short] }),
      startedAt: new Date(Date.parse(captured) + i * 1000).toISOString(),
    }));
    const finding = stream(made, [short]).find(({ id }) => id === 'cert.expired');
    expect(finding).to.include({ confidence: 'proven', severity: 'high' });
  });

  it('tells servers apart, also those it remembers', () => {
    const old = many(90, (i) =>
      conversation(i, seen.complete(), { version: 'TLSv1.0', server: { address: `192.0.2.${i % 3}`, port: 443 } }),
    );
    expect(stream(old).map(({ subject, count }) => `${subject} ${count}`)).to.deep.equal([
      '192.0.2.0:443 TLSv1.0 30',
      '192.0.2.1:443 TLSv1.0 30',
      '192.0.2.2:443 TLSv1.0 30',
    ]);
  });

  it('excludes only what holds for every conversation', () => {
    const small = conversation(1, seen.ended('reset', 'server'));
    const large = conversation(2, seen.ended('reset', 'server'), { length: 1300 });
    const ids = (made: readonly Conversation[]): string[] =>
      the(capture(made), 'handshake.reset').excluded.map(({ id }) => id);
    expect(ids([small])).to.include('path.blackhole-outbound');
    expect(ids([small, large])).not.to.include('path.blackhole-outbound');
    expect(ids([large, small])).not.to.include('path.blackhole-outbound');
  });

  it('tells a thousand findings one by one, and counts the others together', () => {
    const made = many(1200, (i) =>
      conversation(i, seen.ended('closed', 'server'), { server: { address: `10.0.${i >> 8}.${i & 255}`, port: 443 } }),
    );
    const found = stream(made);
    expect(found).to.have.length(1001);
    const rest = found.find(({ subject }) => subject === undefined);
    expect(rest).to.include({ id: 'handshake.closed', count: 200 });
    expect(rest?.evidence[0]?.text).to.include('beyond the 1000 findings that are told one by one: c1001');
    expect(found.reduce((sum, { count }) => sum + count, 0)).to.equal(1200);
  });

  it('counts the conversations that decide something: a handshake that came up, or a hello that was made to fail', () => {
    const diagnosis = captureDiagnosis({
      judgement: capture([]).judgement,
      certificate: () => undefined,
      assessment: () => undefined,
    });
    diagnosis.conversation(conversation(1, { end: null }));
    expect(diagnosis.decided).to.equal(0);
    diagnosis.conversation(conversation(2, seen.complete()));
    expect(diagnosis.decided).to.equal(1);
    const broken = { end: 'malformed', completeness: 'one-sided' } as const;
    diagnosis.conversation(conversation(3, broken));
    diagnosis.conversation(conversation(4, seen.ended('closed', 'client')));
    expect(diagnosis.decided).to.equal(1);
    diagnosis.conversation({
      ...conversation(5, broken),
      own: { attempt: 'a1', probing: true, mss: null, left: false },
    });
    expect(diagnosis.decided).to.equal(2);
  });

  it('writes nothing that could drive a terminal', () => {
    const evil = certificate({ subject: 'CN=\u001b[2J\u202e', names: ['DNS:\u0007'], notAfter: inDays(-40) });
    const found = stream([conversation(1, seen.complete(), { chain: [evil], sni: `${host}\n` })], [evil]);
    expect(found).not.to.be.empty;
    expect(JSON.stringify(found)).not.to.match(/\\u00[01]|\\n|\u202e/);
  });

  it('finds nothing in what is no report', () => {
    for (const nothing of [
      null,
      undefined,
      1,
      'x',
      [],
      {},
      { conversations: null },
      { conversations: [null, 1, {}] },
    ]) {
      expect(diagnoseCapture(nothing as unknown as CaptureDiagnosisInput)).to.deep.equal([]);
      expect(diagnose(nothing as unknown as CaptureDiagnosisInput)).to.deep.equal([]);
    }
  });

  it('reads reports of an older version, which lack the newest fields', () => {
    const report = JSON.parse(JSON.stringify(rich())) as CaptureDiagnosisInput;
    for (const one of report.conversations as unknown as Record<string, unknown>[]) delete one['endedAt'];
    expect(diagnose(report).length).to.be.above(10);
  });

  it('survives any damage to a report, and gives well-formed findings of what is left', () => {
    const text = JSON.stringify(rich());
    const values = [null, -1, 1e300, '', '__proto__', 'toString', '2030-13-45', '0xzzzz', '\u001b[31m', true, [], {}];
    const damage = fc.array(
      fc.record({
        at: fc.nat(),
        value: fc.oneof(fc.constantFrom(...values), fc.jsonValue({ maxDepth: 2 })),
        remove: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(damage, (edits) => {
        const broken = JSON.parse(text) as CaptureDiagnosisInput;
        for (const { at, value, remove } of edits) spoil(broken, at, structuredClone(value), remove);
        for (const language of ['en', 'ja'] as const) {
          const found = diagnose(broken, { language });
          for (const { evidence, title, count } of found) {
            if (evidence.length === 0 || evidence.length > count || title === '') throw new Error('not a finding');
          }
          const printed = JSON.stringify(found);
          if (/\\u00[01]|NaN|Invalid Date|undefined/.test(printed)) throw new Error(`unprintable: ${printed}`);
        }
        return true;
      }),
      { seed: 20_301_122, numRuns: 120 },
    );
  });
});
