/** What of DTLS is encrypted: opened with secrets in DTLS 1.2, counted in DTLS 1.3. */

import { expect } from 'chai';
import { type AeadSuite, aeadSuite, KeyLog, sealerDtls12, sessionKeysTls12 } from '../../../lib/session/index.ts';
import { nodeAead } from '../../../lib/session/node.ts';
import {
  concat,
  contentType,
  dtlsVersion,
  encode,
  extensionType,
  helloRetryRequestRandom,
  serverHello,
  toHex,
} from '../../../lib/wire/index.ts';
import {
  changeCipherSpec,
  clientRandom,
  contextWith,
  DtlsSender,
  factsOf,
  handshake,
  helloBody,
  type Sent,
  serverRandom,
} from './dtls-datagrams.ts';

describe('DtlsReader with secrets', () => {
  const suite = aeadSuite(0xc02b) as AeadSuite;
  const master = new Uint8Array(48).fill(5);
  const log = new KeyLog();
  log.add(`CLIENT_RANDOM ${toHex(clientRandom)} ${toHex(master)}\n`);
  const keys = sessionKeysTls12(suite, master, clientRandom, serverRandom);
  const clear = handshake().slice(0, -4);

  /** change_cipher_spec, Finished in two records, the second one sent twice, and close_notify: sealed. */
  function sealedFlight(direction: 0 | 1, messageSeq: number): Sent[] {
    const sealer = sealerDtls12(suite, direction === 0 ? keys.client : keys.server, nodeAead);
    const sender = new DtlsSender();
    sender.sequenceNumber = 50;
    const sent: Sent[] = [[direction, sender.record(contentType.change_cipher_spec, changeCipherSpec)]];
    sender.epoch = 1;
    sender.sequenceNumber = 0;
    const seal = (type: number, content: Uint8Array): Sent => {
      const fragment = sealer.seal(type, sender.version, 1, sender.sequenceNumber, content);
      return [direction, sender.record(type, fragment)];
    };
    const [first, second] = sender.fragments('finished', new Uint8Array(12), messageSeq, 7) as [Uint8Array, Uint8Array];
    sent.push(seal(22, first), seal(22, second), seal(22, second), seal(21, Uint8Array.of(1, 0)));
    return sent;
  }

  it('opens Finished and alerts', () => {
    const facts = factsOf([...clear, ...sealedFlight(0, 3), ...sealedFlight(1, 4)], contextWith({}, log));
    expect(facts).to.deep.include({ decrypted: true, complete: true, renegotiated: false });
    expect(facts.clientMessages.map(({ message }) => message).slice(-3)).to.deep.equal([
      'change-cipher-spec',
      'finished',
      'alert',
    ]);
    expect(facts.alerts.map(({ from, name }) => [from, name])).to.deep.equal([
      ['client', 'close_notify'],
      ['server', 'close_notify'],
    ]);
    expect(facts.encryptedHandshakes).to.deep.equal({ client: 0, server: 0 });
  });

  it('leaves closed what does not authenticate, or has no secret', () => {
    const sent = [...clear, ...sealedFlight(0, 3), ...sealedFlight(1, 4)];
    const other = new KeyLog();
    other.add(`CLIENT_RANDOM ${toHex(clientRandom)} ${'00'.repeat(48)}\nCLIENT_RANDOM ${toHex(serverRandom)} 00\n`);
    for (const secrets of [null, other, new KeyLog()]) {
      const facts = factsOf(sent, contextWith({}, secrets));
      expect(facts).to.deep.include({ decrypted: false, complete: true });
      expect(facts.encryptedHandshakes).to.deep.equal({ client: 1, server: 1 });
      expect(facts.alerts.map(({ level }) => level)).to.deep.equal(['encrypted', 'encrypted']);
    }
  });
});

describe('DTLS 1.3', () => {
  const supported = (version: number) => [{ type: extensionType.supported_versions, data: version }] as const;
  const chosen = encode(serverHello, {
    legacyVersion: dtlsVersion['DTLSv1.2'],
    random: serverRandom,
    sessionId: new Uint8Array(),
    cipherSuite: 0x1301,
    compressionMethod: 0,
    extensions: [...supported(dtlsVersion['DTLSv1.3'])],
  });
  const unified = (epoch: number, length: number, flags = 0x0c): Uint8Array =>
    Uint8Array.of(0x20 | flags | epoch, 0, 1, length >> 8, length, ...new Uint8Array(length));
  const begin = (): Sent[] => [
    ...new DtlsSender().message('client_hello', helloBody()).map((one): Sent => [0, one]),
    ...new DtlsSender().message('server_hello', chosen).map((one): Sent => [1, one]),
  ];

  it('is named, its encrypted part is counted, and its certificates are told to be encrypted', () => {
    const facts = factsOf([...begin(), [1, concat(unified(2, 50), unified(2, 900))], [0, unified(2, 60)]]);
    expect(facts.serverHellos[0]).to.deep.include({ version: 'DTLSv1.3', cipherSuite: '0x1301' });
    expect(facts.certificateAbsence.server).to.equal('tls13-encrypted');
    expect(facts.applicationData.client).to.equal(1);
    expect(facts.complete).to.equal(false);
  });

  it('is complete once the server goes on, and not when it sends its flight again', () => {
    const flight: Sent[] = [[1, concat(unified(2, 50), unified(2, 900))]];
    const answered: Sent[] = [...begin(), ...flight, [0, unified(2, 60)]];
    expect(factsOf([...answered, ...flight]).complete).to.equal(false);
    expect(factsOf([...answered, [1, unified(3, 40)]]).complete).to.equal(true);
  });

  it('is not answered by an ACK of the client, of parts of the flight, as it is by its Finished', () => {
    const begun: Sent[] = [...begin(), [1, concat(unified(2, 50), unified(2, 900))]];
    for (const numbers of [1, 2, 3, 7]) {
      const facts = factsOf([...begun, [0, unified(2, 2 + 16 * numbers + 1 + 16)], [1, unified(3, 200)]]);
      expect(facts, `${numbers} records`).to.deep.include({ clientAnswered: false, complete: false });
    }
    const short: Sent[] = [
      ...begin(),
      [1, unified(2, 35)],
      [1, unified(2, 900)],
      [0, unified(2, 61)],
      [1, unified(3, 37)],
    ];
    expect(factsOf(short).complete, 'EncryptedExtensions as long as an ACK').to.equal(true);
    for (const hash of [32, 48]) {
      const facts = factsOf([...begun, [0, unified(2, 12 + hash + 1 + 16)], [1, unified(3, 200)]]);
      expect(facts).to.deep.include({ clientAnswered: true, complete: true });
    }
  });

  it('is read with a HelloRetryRequest, a connection ID and records without a length', () => {
    const retry = encode(serverHello, {
      legacyVersion: dtlsVersion['DTLSv1.2'],
      random: helloRetryRequestRandom,
      sessionId: new Uint8Array(),
      cipherSuite: 0x1301,
      compressionMethod: 0,
      extensions: [...supported(dtlsVersion['DTLSv1.3'])],
    });
    const facts = factsOf([
      ...new DtlsSender().message('server_hello', retry).map((one): Sent => [1, one]),
      ...begin(),
      [1, unified(2, 50, 0x1c)],
      [1, unified(2, 50, 0x00)],
      [1, Uint8Array.of(0x2c)],
    ]);
    expect(facts.helloRetryRequest).to.not.equal(null);
    expect(facts.received.map(({ message }) => message).slice(0, 2)).to.deep.equal([
      'hello-retry-request',
      'server-hello',
    ]);
  });
});
