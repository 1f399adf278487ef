import { expect } from 'chai';
import { analyzeCapture } from '../../lib/captures.ts';
import type { CaptureReport, Language } from '../../lib/evidence/index.ts';
import { concat, encode, fromHex, sslv2ClientHello } from '../../lib/wire/index.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { bytesFrom } from '../support/capture/random.ts';
import { later, tls12 } from './scenes.ts';

const random = bytesFrom(1_995);

const hello = encode(sslv2ClientHello, {
  version: 0x0002,
  cipherSpecs: [0x010080, 0x0700c0],
  sessionId: new Uint8Array(),
  challenge: random(16),
});

/** SSL 2.0 draft §2.6: version 2, no certificate, one cipher, 16 bytes of connection id. */
const serverHello = concat(fromHex('801e 04 00 01 0002 0000 0003 0010 010080'.replaceAll(' ', '')), random(16));
const error = fromHex('8003000001');

/** A record of SSL 2.0 whose content is encrypted, or might be. */
function record(length: number): Uint8Array {
  return concat(Uint8Array.of(0x80 | (length >> 8), length & 0xff), random(length));
}

function reportOf(play: (talk: Talk) => void, language: Language = 'en'): Promise<CaptureReport> {
  const trace = new Trace();
  const talk = new Talk(trace).connect();
  play(talk);
  talk.close('client');
  return analyzeCapture(later(trace).toPcapng(), { now: new Date('2026-03-05T00:00:00Z'), language });
}

const asked =
  (question: Uint8Array, answer: Uint8Array) =>
  (talk: Talk): void => {
    talk.send('client', question);
    talk.send('server', answer);
  };

const told = ({ findings }: CaptureReport): string[] =>
  findings.map(({ id, severity, confidence, subject }) => `${id} ${severity} ${confidence} ${subject}`);

describe('captures: SSL 2.0', () => {
  it('is an outdated version where both sides speak it, and nothing broken', async () => {
    const works = (talk: Talk): void => {
      talk.send('client', hello);
      talk.send('server', serverHello);
      for (let i = 0; i < 4; i++) {
        talk.send('client', record(60 + i));
        talk.send('server', record(300 + i));
      }
    };
    const report = await reportOf(works);
    expect(told(report)).to.deep.equal(['tls.legacy-version-enabled medium proven 198.51.100.20:443 SSLv2']);
    const [conversation] = report.conversations;
    expect(conversation?.outcome).to.equal('unknown');
    expect(conversation?.evidence).to.include({ end: 'not-tls', looksLike: 'ssl2' });
    expect(report.findings[0]?.evidence[0]?.text).to.include('answer of SSL 2.0, which is not TLS: ');
    const [japanese] = (await reportOf(works, 'ja')).findings;
    expect(japanese?.evidence[0]?.text).to.include('TLS ではない SSL 2.0 の応答: ');
  });

  it('is told by its first bytes, however the answer is cut', async () => {
    const cut = (talk: Talk): void => {
      talk.send('client', hello);
      for (const byte of serverHello) talk.send('server', Uint8Array.of(byte));
      talk.send('client', record(61));
    };
    expect(told(await reportOf(cut))).to.deep.equal([
      'tls.legacy-version-enabled medium proven 198.51.100.20:443 SSLv2',
    ]);
  });

  it('is no TLS where it refuses, or answers a hello of TLS', async () => {
    const refused = await reportOf(asked(hello, error));
    expect(told(refused).map((line) => line.split(' ')[0])).to.have.members([
      'handshake.not-tls',
      'tls.legacy-version-enabled',
    ]);
    const answered = await reportOf(asked(tls12().hello, serverHello));
    expect(answered.findings.map(({ id }) => id)).to.deep.equal(['handshake.not-tls']);
    expect(answered.findings[0]?.remedies.map(({ id }) => id)).to.include('enable-tls12');
  });
});
