/** Which datagrams are DTLS. */

import { expect } from 'chai';
import * as fc from 'fast-check';
import { looksLikeDtls } from '../../../lib/capture/tls/dtls.ts';
import { toHex } from '../../../lib/wire/index.ts';
import { DtlsSender, handshake } from './dtls-datagrams.ts';

const whole = handshake();

describe('looksLikeDtls', () => {
  it('knows every datagram of a handshake, in every version', () => {
    for (const version of [0xfeff, 0xfefd, 0x0100]) {
      const [client, server] = [new DtlsSender(), new DtlsSender()];
      client.version = version;
      server.version = version;
      for (const [, datagram] of handshake(200, client, server))
        expect(looksLikeDtls(datagram, 0, datagram.length), toHex(datagram)).to.equal(true);
    }
    const connectionId = Uint8Array.of(25, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 1, 0xaa, 0xbb, 0, 1, 7);
    expect(looksLikeDtls(connectionId, 0, connectionId.length)).to.equal(true);
  });

  it('knows none that is cut, and hardly one that is changed', () => {
    for (const [, datagram] of whole)
      for (let length = 0; length < datagram.length; length++)
        expect(looksLikeDtls(datagram, 0, length), `${length} of ${toHex(datagram)}`).to.equal(false);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (noise) => {
        expect(looksLikeDtls(noise, 0, noise.length)).to.equal(false);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it('takes neither TLS nor other UDP protocols for it', () => {
    const others = [
      '16030100c8010000c40303aabbccddeeff00112233445566',
      // DNS, SIP, STUN, QUIC, NTP, RADIUS, IKE, SNMP
      '16fe0100000100000000000003777777076578616d706c6503636f6d0000010001',
      '494e56495445207369703a',
      '000100002112a4420102030405060708090a0b0c',
      'c300000001088394c8f03e5157080000449e00000002',
      '160300fa000100000001000000000000',
      '1601001400112233445566778899aabbccddeeff',
      '16feff00000000000000000010000000000000000000000000',
      '16fefd000000000000000000100100000000000000ffffff0000000000',
      '15fefd0000000000000000000203ff',
      '14fefd000000000000000000010000',
      '17fefd0000000000000000000155',
    ];
    for (const hex of others) {
      const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
      expect(looksLikeDtls(bytes, 0, bytes.length), hex).to.equal(false);
    }
  });
});
