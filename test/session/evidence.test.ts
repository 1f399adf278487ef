/** The evidence of a live attempt says what the flight says, and nothing that kernel TCP cannot know. */

import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { unknownPath } from '../../lib/evidence/index.ts';
import { evidenceOf } from '../../lib/session/index.ts';
import { concat } from '../../lib/wire/index.ts';
import {
  alertRecord,
  at,
  certificates,
  changeCipherSpecRecord,
  handshake,
  helloDone,
  helloOf,
  issuer,
  leaf,
  none,
  read,
  records,
  text,
  tls12Flight,
  tls13Hello,
} from './server-flights.ts';

const connection = { connect: 'ok', bytesSent: 200, endedBeforeHello: false, detail: null } as const;
const attempt = {
  ref: 'a7',
  controlRef: 'a1',
  hello: { sni: 'vpn.example.com', versions: ['0x0303'], length: 195 },
} as const;
const evidence = (...given: Parameters<typeof read>): ReturnType<typeof evidenceOf> =>
  evidenceOf(read(...given), connection, attempt);

describe('evidenceOf', () => {
  it('tells a whole flight in the shape of the contract', () => {
    const found = evidence(tls12Flight);
    const sha256 = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');
    expect(found).to.deep.include({
      source: { kind: 'attempt', ref: 'a7' },
      completeness: 'full',
      controlRef: 'a1',
      hello: attempt.hello,
      negotiated: { version: '0x0303', cipherSuite: '0xc02f', group: '0x0017' },
      certificates: { server: [sha256(leaf), sha256(issuer)], client: [] },
      certificateAbsence: { server: null, client: null },
      connect: 'ok',
      sent: { bytes: 200, acked: null, retransmitted: null, tailSacked: null },
      reply: 'server-hello',
      end: 'complete',
      endedBeforeHello: false,
      looksLike: null,
      missingInbound: null,
      alert: null,
      path: unknownPath,
      detail: null,
    });
    expect(found.received[0]?.at).to.equal(at.toISOString());
    expect(JSON.parse(JSON.stringify(found))).to.deep.equal(found);
  });

  it('says why the certificates are not known', () => {
    const absence = (...given: Parameters<typeof read>): string | null => evidence(...given).certificateAbsence.server;
    expect(absence(records(tls13Hello))).to.equal('tls13-encrypted');
    expect(absence(concat(records(helloOf()), changeCipherSpecRecord))).to.equal('resumed');
    expect(absence(text('SSH-2.0-x\r\n'))).to.equal('not-tls');
    expect(absence(alertRecord(2, 40))).to.equal('no-handshake');
    expect(absence(none, { ending: 'silent' })).to.equal('no-handshake');
    expect(absence(tls12Flight, { goal: 'server-hello' })).to.equal('truncated');
    expect(absence(records(concat(helloOf(), certificates(leaf)).subarray(0, 400)), { ending: 'silent' })).to.equal(
      'truncated',
    );
    expect(absence(records(concat(helloOf({ cipherSuite: 0x008c }), helloDone))), 'a PSK suite has none').to.equal(
      null,
    );
  });

  it('replies with how it ended when no message came', () => {
    expect(evidence(none, { ending: 'reset' })).to.include({ reply: 'reset', end: 'reset' });
    expect(evidence(alertRecord(2, 70))).to.include({ reply: 'alert', end: 'alert' });
  });

  it('replies with the ServerHello, whatever may precede it', () => {
    const warned = concat(alertRecord(1, 112), records(concat(handshake('hello_request', none), helloOf())));
    expect(evidence(warned)).to.include({ reply: 'server-hello' });
    expect(evidence(alertRecord(1, 112), { ending: 'silent' })).to.include({ reply: 'alert', end: 'silent' });
  });

  it('passes on what the connection says where the flight has nothing to add', () => {
    const refused = {
      connect: 'refused',
      bytesSent: 0,
      endedBeforeHello: false,
      detail: 'connect ECONNREFUSED 127.0.0.1:1.',
    } as const;
    const found = evidenceOf(read(none, { ending: 'not-connected' }), refused, attempt);
    expect(found).to.include({ connect: 'refused', end: null, reply: null, detail: refused.detail });
  });
});
