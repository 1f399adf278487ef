/** Certificates in captures: judged at their time and now, by what the client says of them. */

import { expect } from 'chai';
import { diagnose } from '../../../lib/diagnose/index.ts';
import type { Certificate } from '../../../lib/evidence/index.ts';
import { certificate } from '../support.ts';
import { capture, conversation, host, ids, inDays, seen, single, the } from './support.ts';

const with_ = (changes: Partial<Certificate>, more = {}, rest = {}): Parameters<typeof ids>[0] =>
  single(seen.complete(), { chain: [certificate(changes)], ...more }, rest);

describe('diagnose: certificates of a capture', () => {
  it('finds nothing wrong with a good one', () => {
    expect(ids(with_({}))).to.deep.equal([]);
  });

  it('proves what had expired when captured, and counts the days from the capture', () => {
    const finding = the(with_({ notAfter: inDays(-37) }), 'cert.expired');
    expect(finding).to.include({ severity: 'high', confidence: 'proven', subject: `CN=${host}` });
    expect(finding.evidence[0]?.text).to.include('7 days before it was captured');
    expect(finding.evidence.map(({ kind }) => kind)).to.deep.equal(['certificate', 'packet']);
    expect(finding.evidence[1]).to.include({ ref: '105' });
    expect(finding.evidence[1]?.text).to.include('c1, 198.51.100.7:50001 > 192.0.2.10:443: presented by the server');
  });

  it('only suspects what was valid when captured and has expired since', () => {
    const finding = the(with_({ notAfter: inDays(-3) }), 'cert.expired');
    expect(finding).to.include({ severity: 'medium', confidence: 'possible' });
    expect(finding.evidence[0]?.text).to.include('valid when captured (27 days left then)').and.include('3 days ago');
  });

  it('counts the days left at both times', () => {
    const soon = the(with_({ notAfter: inDays(20) }), 'cert.expiring');
    expect(soon).to.include({ severity: 'medium', confidence: 'proven' });
    expect(soon.evidence[0]?.text).to.include('50 days left when captured, 20 days now');
    const since = the(with_({ notAfter: inDays(80) }), 'cert.expiring');
    expect(since).to.include({ severity: 'low', confidence: 'possible' });
    expect(ids(with_({ notAfter: inDays(100) }))).to.deep.equal([]);
  });

  it('takes the clock of the capture for what it is when a certificate was not valid yet', () => {
    expect(the(with_({ notBefore: inDays(5) }), 'cert.not-yet-valid').confidence).to.equal('proven');
    const since = the(with_({ notBefore: inDays(-10) }), 'cert.not-yet-valid');
    expect(since.confidence).to.equal('possible');
    expect(since.evidence[0]?.text).to.include('20 days after it was captured');
  });

  it('judges by the clock of the judgement alone when the time of the conversation cannot be read', () => {
    const input = with_({ notAfter: inDays(-3) }, { startedAt: 'yesterday' });
    expect(the(input, 'cert.expired').evidence[0]?.text).to.include('3 days ago');
  });

  it('says only what both clocks say when the packets are later: one of them was wrong', () => {
    const startedAt = inDays(400);
    expect(ids(with_({ notAfter: inDays(100) }, { startedAt }))).to.deep.equal([]);
    expect(the(with_({ notAfter: inDays(-3) }, { startedAt }), 'cert.expired')).to.include({
      severity: 'high',
      confidence: 'proven',
    });
    const begins = { notBefore: inDays(300), notAfter: inDays(1_000) };
    expect(ids(with_(begins, { startedAt }))).to.deep.equal([]);
    expect(ids(with_(begins, { startedAt: inDays(200) }))).to.deep.equal(['cert.not-yet-valid']);
    expect(the(with_({ notAfter: inDays(20) }, { startedAt }), 'cert.expiring').confidence).to.equal('possible');
    expect(the(with_({ notAfter: inDays(0.4) }, { startedAt: inDays(0.9) }), 'cert.expired').confidence).to.equal(
      'proven',
    );
  });

  it('says in both languages that the version is unknown where no ServerHello was seen', () => {
    const input = single({ end: null }, { chain: [certificate({ notAfter: inDays(-40) })], serverHello: null });
    expect(the(input, 'cert.expired').evidence[1]?.text).to.include('the server in a handshake of unknown version, ');
    const inJapanese = diagnose(input, { language: 'ja' }).find(({ id }) => id === 'cert.expired');
    expect(inJapanese?.evidence[1]?.text).to.include('バージョン不明のハンドシェイク(');
  });

  it('judges validity in handshakes that failed too, and says whose certificate it is', () => {
    const client = certificate({ sha256: 'cc'.repeat(32), subject: 'CN=alice', names: [], notAfter: inDays(-40) });
    const input = single(seen.alert('server', 45), { chain: [certificate()], clientChain: [client] });
    const finding = the(input, 'cert.expired');
    expect(finding).to.include({ subject: 'CN=alice (client)', confidence: 'proven' });
    expect(finding.evidence[1]?.text)
      .to.include('presented by the client')
      .and.include('the server ended the handshake with alert 45 certificate_expired');
    expect(ids(input)).to.deep.equal(['cert.expired']);
  });

  it('matches the name that the client sent, never one of sftunnel', () => {
    expect(the(with_({ names: ['DNS:other.test'] }), 'cert.name-mismatch')).to.include({ confidence: 'proven' });
    const subject = 'title=sftunnel,OU=Intrusion Management System,O=Cisco Systems\\, Inc,CN=66666666';
    expect(ids(with_({ names: ['DNS:localhost'], subject }))).to.deep.equal([]);
  });

  it('only suspects a name that the CN alone has, when the client went on with it', () => {
    const onlyInCn = [certificate({ names: [] })];
    const accepted = the(single(seen.complete(), { chain: onlyInCn }), 'cert.name-mismatch');
    expect(accepted).to.include({ severity: 'medium', confidence: 'possible' });
    const refused = the(single(seen.alert('client', 42), { chain: onlyInCn }), 'cert.name-mismatch');
    expect(refused).to.include({ severity: 'high', confidence: 'likely' });
    const other = the(with_({ names: ['DNS:other.test'] }), 'cert.name-mismatch');
    expect(other).to.include({ severity: 'high', confidence: 'proven' });
  });

  it('claims nothing of names without one, and less where only the judgement expects one', () => {
    expect(ids(with_({ names: ['DNS:other.test'] }, { sni: null }))).to.deep.equal([]);
    const expected = with_({ names: ['DNS:other.test'] }, { sni: null }, { judgement: { expectName: host } });
    expect(the(expected, 'cert.name-mismatch').confidence).to.equal('possible');
    const other = with_({ names: ['DNS:www.test'] }, { sni: 'www.test' }, { judgement: { expectName: host } });
    expect(ids(other)).to.deep.equal([]);
    expect(ids(with_({}, { sni: '<script>' }))).to.deep.equal([]);
  });

  it('applies a pin to the server that has the expected name only', () => {
    const pin = { judgement: { expectName: host, expectIssuer: 'Somebody Else' } };
    expect(ids(with_({}, {}, pin))).to.deep.equal(['policy.tls-inspection']);
    expect(ids(with_({ names: ['DNS:www.test'] }, { sni: 'www.test' }, pin))).to.deep.equal([]);
  });

  it('finds weak keys and signatures as live', () => {
    expect(ids(with_({ key: { type: 'RSA', bits: 1024 }, signatureAlgorithm: 'sha1WithRSAEncryption' }))).to.deep.equal(
      ['cert.weak-key', 'cert.weak-signature'],
    );
  });
});

describe('diagnose: trust in captures', () => {
  const self = { assessment: { trust: 'self-signed' } } as const;
  const incomplete = {
    assessment: { trust: 'incomplete', missingIssuerUrls: ['http://ca.example.test/'] },
  } as const;
  const refused = (code: number, rest: object): Parameters<typeof ids>[0] =>
    single(seen.alert('client', code), { chain: [certificate()] }, rest);

  it('only suspects a chain that our roots do not know: the client may have others', () => {
    expect(the(with_({}, {}, self), 'cert.self-signed')).to.include({ confidence: 'possible', severity: 'low' });
    const closed = single(seen.ended('closed', 'client'), { chain: [certificate()] }, self);
    expect(the(closed, 'cert.self-signed')).to.include({ confidence: 'possible', severity: 'medium' });
    expect(the(with_({}, {}, incomplete), 'cert.chain-incomplete').confidence).to.equal('possible');
    expect(ids(with_({}, {}, { assessment: { trust: 'trusted', misordered: true } }))).to.deep.equal([
      'cert.chain-misordered',
    ]);
  });

  it('believes a client that says unknown_ca, and tells it once', () => {
    for (const [rest, id] of [
      [self, 'cert.self-signed'],
      [incomplete, 'cert.chain-incomplete'],
    ] as const) {
      const finding = the(refused(48, rest), id);
      expect(finding).to.include({ confidence: 'proven', severity: 'high' });
      expect(finding.evidence[1]?.text).to.include('alert 48 unknown_ca');
      expect(ids(refused(48, rest))).to.deep.equal([id]);
    }
  });

  it('believes unknown_ca also of a chain that is trusted here', () => {
    expect(the(refused(48, {}), 'cert.untrusted-root').confidence).to.equal('likely');
    expect(ids(refused(48, {}))).to.deep.equal(['cert.untrusted-root']);
  });

  it('takes bad_certificate and certificate_unknown for what is wrong, which they do not say', () => {
    for (const code of [42, 46]) {
      expect(the(refused(code, self), 'cert.self-signed').confidence).to.equal('likely');
      expect(ids(refused(code, self))).to.deep.equal(['cert.self-signed']);
      expect(ids(refused(code, {}))).to.deep.equal(['handshake.alert']);
    }
  });

  it('takes them for what is wrong for certain, where something is', () => {
    const otherName = { chain: [certificate({ names: ['DNS:other.test'] })] };
    const input = single(seen.alert('client', 42), otherName, incomplete);
    expect(ids(input)).to.deep.equal(['cert.name-mismatch', 'cert.chain-incomplete']);
    expect(the(input, 'cert.chain-incomplete')).to.include({ confidence: 'possible', severity: 'medium' });
    const expired = single(seen.alert('client', 46), { chain: [certificate({ notAfter: inDays(-40) })] }, self);
    expect(the(expired, 'cert.self-signed').confidence).to.equal('possible');
  });

  it('does not let an alert about something else confirm a suspicion', () => {
    expect(the(refused(45, self), 'cert.self-signed').confidence).to.equal('possible');
    const alert = the(refused(45, self), 'handshake.alert');
    expect(alert.evidence[0]?.text).to.include('from the client (the certificate counts as expired)');
    expect(alert.remedies.map(({ id }) => id)).to.include('check-clocks');
    expect(ids(refused(44, {}))).to.deep.equal(['handshake.alert']);
  });

  it('claims nothing of a chain that was not assessed', () => {
    expect(ids(with_({}, {}, { assessment: null }))).to.deep.equal([]);
  });

  it('claims nothing of certificates that were not kept', () => {
    expect(ids(capture([conversation(1, seen.complete(), { chain: [certificate()] })]))).to.deep.equal([]);
  });
});
