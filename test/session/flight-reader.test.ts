/** What a server's bytes turn into: facts of good flights, and one clear word for bad ones. */

import { expect } from 'chai';
import type { Flight } from '../../lib/session/index.ts';
import {
  certificateRequestTls10,
  concat,
  contentType,
  encode,
  encodeRecord,
  extensionType,
  opaque,
  serverKeyExchange,
  suiteTraits,
} from '../../lib/wire/index.ts';
import {
  aes128Gcm,
  alertRecord,
  at,
  authority,
  certificateRequest,
  certificates,
  changeCipherSpecRecord,
  ecdheRsa,
  emptyRecord,
  handshake,
  helloDone,
  helloOf,
  issuer,
  keyExchange,
  leaf,
  none,
  random,
  read,
  records,
  retryHello,
  tls12,
  tls12Flight,
  tls12Messages,
  tls13,
  tls13Hello,
} from './server-flights.ts';

const names = (flight: Flight): string[] => flight.messages.map(({ message }) => message);
const times = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);

describe('the flight reader on a good flight', () => {
  it('reads every fact of a TLS 1.2 flight and calls it complete', () => {
    const flight = read(tls12Flight);
    expect(names(flight)).to.deep.equal([
      'server-hello',
      'certificate',
      'server-key-exchange',
      'certificate-request',
      'server-hello-done',
    ]);
    expect(flight.messages[0]).to.deep.equal({
      message: 'server-hello',
      at: at.toISOString(),
      bytes: tls12Messages[0]?.length,
    });
    expect(flight).to.deep.include({
      end: 'complete',
      detail: null,
      negotiated: { version: tls12, cipherSuite: ecdheRsa, group: 0x0017 },
      certificates: [leaf, issuer],
      serverKeyExchange: { group: 0x0017, signatureScheme: 0x0804, dhBits: null },
      certificateRequest: { types: [1, 64], signatureSchemes: [0x0403, 0x0804], authorities: [authority] },
      alert: null,
      looksLike: null,
      resumed: false,
      bytes: tls12Flight.length,
    });
  });

  it('does not care how messages are cut into records', () => {
    for (const size of [1, 2, 3, 5, 100, 1000]) {
      const flight = read(records(concat(...tls12Messages), size));
      expect(names(flight), `records of ${size}`).to.deep.equal(names(read(tls12Flight)));
      expect(flight.end).to.equal('complete');
    }
  });

  it('gives the bits of a DHE prime without its leading zeros', () => {
    const dheRsa = 0x009e;
    const p = Uint8Array.from({ length: 129 }, (_, i) => (i === 0 ? 0 : i === 1 ? 0x80 : 7));
    const kind = suiteTraits(dheRsa);
    if (kind === undefined) throw new Error('no traits');
    const body = encode(serverKeyExchange(kind, tls12), {
      dh: { p, g: Uint8Array.of(2), ys: Uint8Array.of(5) },
      signed: { algorithm: 0x0401, signature: random },
    });
    const flight = read(
      records(
        concat(helloOf({ cipherSuite: dheRsa }), certificates(leaf), handshake('server_key_exchange', body), helloDone),
      ),
    );
    expect(flight.serverKeyExchange).to.deep.equal({ group: null, signatureScheme: 0x0401, dhBits: 1024 });
    expect(flight.end).to.equal('complete');
  });

  it('reads the CertificateRequest of TLS 1.0, which names no signature schemes', () => {
    const body = encode(certificateRequestTls10, { certificateTypes: [1], certificateAuthorities: [] });
    const stream = records(
      concat(
        helloOf({ legacyVersion: 0x0301, cipherSuite: 0x002f }),
        certificates(leaf),
        handshake('certificate_request', body),
        helloDone,
      ),
    );
    expect(read(stream).certificateRequest).to.deep.equal({ types: [1], signatureSchemes: [], authorities: [] });
  });

  it('stops at a TLS 1.3 ServerHello, since the rest is encrypted', () => {
    const flight = read(
      concat(records(tls13Hello), changeCipherSpecRecord, encodeRecord(contentType.application_data, tls12, random)),
    );
    expect(flight).to.deep.include({
      end: 'stopped',
      negotiated: { version: tls13, cipherSuite: aes128Gcm, group: 0x001d },
      certificates: [],
    });
    expect(names(flight)).to.deep.equal(['server-hello']);
  });

  it('stops at a HelloRetryRequest and keeps the group it asks for', () => {
    for (const goal of ['reply', 'server-hello', 'server-flight'] as const) {
      const flight = read(records(retryHello), { goal });
      expect(names(flight)).to.deep.equal(['hello-retry-request']);
      expect(flight).to.include({ end: 'stopped', serverHello: null });
      expect(flight.helloRetryRequest).to.not.equal(null);
      expect(flight.negotiated).to.deep.equal({ version: tls13, cipherSuite: aes128Gcm, group: 0x0018 });
    }
  });

  it('stops at the ServerHello when that is the goal, whatever follows in the same bytes', () => {
    for (const goal of ['reply', 'server-hello'] as const) {
      const flight = read(tls12Flight, { goal });
      expect(names(flight)).to.deep.equal(['server-hello']);
      expect(flight).to.include({ end: 'stopped', detail: null });
      expect(flight.certificates).to.have.length(0);
    }
  });

  it('knows a resumed session by its change_cipher_spec, with or without a new ticket', () => {
    const ticket = handshake('new_session_ticket', new Uint8Array(10));
    for (const stream of [
      concat(records(helloOf()), changeCipherSpecRecord),
      concat(records(concat(helloOf(), ticket)), changeCipherSpecRecord),
    ]) {
      const flight = read(stream);
      expect(flight).to.include({ end: 'stopped', resumed: true, detail: null });
      expect(names(flight).at(-1)).to.equal('change-cipher-spec');
    }
  });

  it('passes over a HelloRequest and a warning that the server sends first', () => {
    const flight = read(concat(alertRecord(1, 112), records(handshake('hello_request', none)), tls12Flight));
    expect(flight.end).to.equal('complete');
    expect(flight.alert).to.deep.equal({ from: 'server', level: 'warning', code: 112, name: 'unrecognized_name' });
    expect(names(flight).slice(0, 3)).to.deep.equal(['alert', 'hello-request', 'server-hello']);
  });

  it('takes nothing more after it had enough', () => {
    const flight = read(concat(tls12Flight, alertRecord(2, 40)));
    expect(flight).to.include({ end: 'complete', alert: null, bytes: tls12Flight.length });
  });
});

describe('the flight reader on an end before the flight is whole', () => {
  it('reads a fatal alert with level and name', () => {
    const flight = read(alertRecord(2, 40));
    expect(flight.end).to.equal('alert');
    expect(flight.alert).to.deep.equal({ from: 'server', level: 'fatal', code: 40, name: 'handshake_failure' });
    expect(flight.messages).to.deep.equal([{ message: 'alert', at: at.toISOString(), bytes: 2 }]);
  });

  it('joins an alert that comes in two records, and takes two alerts from one', () => {
    const halves = concat(
      encodeRecord(contentType.alert, tls12, Uint8Array.of(2)),
      encodeRecord(contentType.alert, tls12, Uint8Array.of(70)),
    );
    expect(read(halves).alert).to.include({ level: 'fatal', name: 'protocol_version' });
    const both = encodeRecord(contentType.alert, tls12, Uint8Array.of(1, 112, 2, 40));
    expect(names(read(both))).to.deep.equal(['alert', 'alert']);
    expect(read(both).alert).to.include({ code: 40 });
  });

  it('takes close_notify and levels that nobody defined as the end', () => {
    expect(read(alertRecord(1, 0))).to.include({ end: 'alert' });
    const odd = read(alertRecord(7, 199));
    expect(odd.end).to.equal('alert');
    expect(odd.alert).to.deep.equal({ from: 'server', level: 'unknown', code: 199, name: '0x00c7' });
  });

  it('calls it an alert when the server closes or resets right after a warning, but not when it falls silent', () => {
    expect(read(alertRecord(1, 40), { ending: 'closed' }).end).to.equal('alert');
    expect(read(alertRecord(1, 40), { ending: 'reset' }).end).to.equal('alert');
    expect(read(alertRecord(1, 112), { ending: 'silent' }).end).to.equal('silent');
  });

  it('is content with any alert when any reply will do', () => {
    expect(read(concat(alertRecord(1, 112), tls12Flight), { goal: 'reply' })).to.include({
      end: 'stopped',
      serverHello: null,
    });
  });

  it('keeps reset, close and silence apart, and says where they fell', () => {
    for (const ending of ['reset', 'closed', 'silent'] as const) {
      expect(read(none, { ending })).to.include({ end: ending, detail: null });
      const inMessage = read(records(concat(...tls12Messages.slice(0, 2)).slice(0, 1000)), { ending });
      expect(inMessage.end).to.equal(ending);
      expect(inMessage.detail).to.match(
        /^The stream ended inside a handshake message; at least \d+ bytes are missing\.$/,
      );
      expect(names(inMessage)).to.deep.equal(['server-hello']);
      const inRecord = read(tls12Flight.subarray(0, 1), { ending });
      expect(inRecord).to.include({
        end: ending,
        detail: 'The stream ended inside a record; at least 4 bytes are missing.',
      });
    }
  });

  it('claims no end when the caller stopped or no connection stood', () => {
    expect(read(tls12Flight.subarray(0, 50), { ending: 'aborted' }).end).to.equal(null);
    expect(read(none, { ending: 'not-connected' }).end).to.equal(null);
  });

  it('calls a flood that hit the cap of the connection malformed', () => {
    expect(read(tls12Flight.subarray(0, 50), { ending: 'limit' })).to.include({ end: 'malformed' });
  });
});

describe('the flight reader on a malformed flight', () => {
  const malformed = (stream: Uint8Array, pattern: RegExp, options: Parameters<typeof read>[1] = {}): Flight => {
    const flight = read(stream, { ending: 'silent', ...options });
    expect(flight.end, String(flight.detail)).to.equal('malformed');
    expect(flight.detail)
      .to.match(pattern)
      .and.to.match(/^[A-Za-z].*\.$/);
    return flight;
  };

  it('names the message that came out of order', () => {
    malformed(records(certificates(leaf)), /^certificate came before server_hello\.$/);
    malformed(
      records(concat(helloOf(), keyExchange, certificates(leaf))),
      /^certificate came after server_key_exchange\.$/,
    );
    malformed(records(concat(helloOf(), helloOf())), /^server_hello came after server_hello\.$/);
    malformed(records(handshake('client_hello', none)), /^client_hello came before server_hello\.$/);
    malformed(records(concat(helloOf(), handshake('finished', random))), /^finished came after server_hello\.$/);
    malformed(records(concat(helloOf(), Uint8Array.of(99, 0, 0, 0))), /type 99 came after server_hello\.$/);
    malformed(
      concat(records(concat(helloOf(), certificates(leaf))), changeCipherSpecRecord),
      /^change_cipher_spec came after certificate\.$/,
    );
    malformed(
      records(concat(helloOf(), handshake('new_session_ticket', none), certificates(leaf))),
      /^certificate came after new_session_ticket\.$/,
    );
  });

  it('misses the messages that the suite needs', () => {
    malformed(
      records(concat(helloOf(), certificates(leaf), helloDone)),
      /^The flight has no server_key_exchange message, which TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 needs\.$/,
    );
    malformed(records(concat(helloOf(), keyExchange, helloDone)), /^The flight has no certificate message, which /);
    const rsa = helloOf({ cipherSuite: 0x002f });
    expect(read(records(concat(rsa, certificates(leaf), helloDone))).end).to.equal('complete');
    expect(read(records(concat(helloOf({ cipherSuite: 0xeeee }), helloDone))).end).to.equal('complete');
  });

  it('misses the key share of TLS 1.3', () => {
    const extensions = [{ type: extensionType.supported_versions, data: tls13 }];
    malformed(records(helloOf({ cipherSuite: aes128Gcm, extensions })), /^TLS 1\.3 is chosen without a key share\.$/);
    const psk = [...extensions, { type: extensionType.pre_shared_key, data: 0 }];
    expect(read(records(helloOf({ cipherSuite: aes128Gcm, extensions: psk }))).end).to.equal('stopped');
  });

  it('keeps what was read before', () => {
    const flight = malformed(
      records(concat(helloOf(), certificates(leaf), helloOf())),
      /server_hello came after certificate/,
    );
    expect(flight.certificates).to.deep.equal([leaf]);
    expect(names(flight)).to.deep.equal(['server-hello', 'certificate']);
  });

  it('says which field of which message cannot be read', () => {
    malformed(
      records(handshake('server_hello', new Uint8Array(20))),
      /^The server_hello message cannot be read: truncated: random: .*\.$/,
    );
    malformed(
      records(concat(helloOf(), certificates(leaf), handshake('server_hello_done', Uint8Array.of(0)))),
      /server_hello_done.*trailing/,
    );
    malformed(
      records(concat(helloOf(), handshake('certificate', Uint8Array.of(0, 0, 9, 1)))),
      /certificate message cannot be read/,
    );
    malformed(records(concat(helloOf(), certificates())), /holds no certificate/);
  });

  it('refuses a choice that was not offered, or that makes no sense', () => {
    const offer = { versions: [tls13, tls12], cipherSuites: [aes128Gcm, ecdheRsa] };
    expect(read(tls12Flight, { offer }).end).to.equal('complete');
    malformed(
      records(helloOf({ cipherSuite: 0x002f })),
      /chose TLS_RSA_WITH_AES_128_CBC_SHA \(0x002f\), which was not offered/,
      { offer },
    );
    malformed(records(helloOf({ legacyVersion: 0x0302 })), /chose TLSv1\.1, which was not offered/, { offer });
    malformed(records(helloOf({ legacyVersion: 0x0305 })), /chose version 0x0305, which was not offered/);
    malformed(records(helloOf({ compressionMethod: 1 })), /compression method 1/, { offer });
    malformed(records(helloOf({ cipherSuite: aes128Gcm })), /TLS_AES_128_GCM_SHA256 .*TLSv1\.2 does not have/, {
      offer,
    });
    malformed(records(helloOf({ cipherSuite: 0x00ff })), /no cipher suite/);
    malformed(records(helloOf({ cipherSuite: 0x1a1a })), /no cipher suite/, {
      offer: { ...offer, cipherSuites: [0x1a1a] },
    });
    malformed(records(helloOf({ legacyVersion: tls13, cipherSuite: aes128Gcm })), /without supported_versions/, {
      offer,
    });
    malformed(
      records(helloOf({ extensions: [{ type: extensionType.supported_versions, data: tls12 }] })),
      /supported_versions selects TLSv1\.2/,
      { offer },
    );
    malformed(records(tls13Hello), /chose TLSv1\.3, which was not offered/, { offer: { ...offer, versions: [tls12] } });
    const unknown = { versions: [tls12], cipherSuites: [0xee01] };
    expect(
      read(records(helloOf({ cipherSuite: 0xee01 })), { offer: unknown }).end,
      'a suite that only the client knows',
    ).to.equal('closed');
  });

  it('refuses records that cannot stand in a handshake', () => {
    malformed(encodeRecord(contentType.application_data, tls12, random), /record of type application_data/);
    malformed(encodeRecord(contentType.heartbeat, tls12, random), /record of type heartbeat/);
    malformed(concat(records(helloOf()), Uint8Array.of(99, 3, 3, 0, 1, 0)), /not one of TLS records/);
    malformed(concat(records(helloOf()), Uint8Array.of(22, 4, 3, 0, 1, 0)), /not one of TLS records/);
    malformed(encodeRecord(contentType.change_cipher_spec, tls12, Uint8Array.of(2)), /change_cipher_spec/);
    malformed(concat(records(helloOf().subarray(0, 9)), changeCipherSpecRecord), /inside a handshake message/);
  });

  it('takes no record longer than the protocol allows', () => {
    malformed(Uint8Array.of(22, 3, 3, 0xff, 0xff), /65535 bytes where at most 18432/);
  });

  it('takes no message longer than its cap, and does not wait for it', () => {
    malformed(records(Uint8Array.of(2, 0xff, 0xff, 0xff)), /too long.*16777215 bytes where at most 65536/);
    malformed(records(concat(helloOf(), Uint8Array.of(11, 0xff, 0xff, 0xff))), /16777215 bytes where at most 262144/);
    malformed(tls12Flight, /at most 10/, { limits: { messageBytes: 10 } });
  });

  it('ends an endless stream of records without progress', () => {
    for (const record of [emptyRecord, changeCipherSpecRecord, encodeRecord(contentType.alert, tls12, none)]) {
      malformed(concat(...times(17, () => record)), /^More than 16 records in a row/);
      expect(read(concat(...times(16, () => record), tls12Flight)).end).to.equal('complete');
    }
  });

  it('ends an endless stream of warnings and of HelloRequests, also when they share a record', () => {
    malformed(concat(...times(5, () => alertRecord(1, 112))), /more than 4 warning alerts/);
    expect(read(concat(...times(4, () => alertRecord(1, 112)), tls12Flight)).end).to.equal('complete');
    malformed(records(concat(...times(17, () => handshake('hello_request', none)))), /more than 16 HelloRequests/);
    malformed(records(concat(...times(17, () => handshake('hello_request', none))), 1), /more than 16 HelloRequests/);
  });

  it('keeps the first certificates of an absurd list and says how many there were', () => {
    const flight = read(records(concat(helloOf(), certificates(...times(140, () => leaf)), keyExchange, helloDone)));
    expect(flight).to.include({ end: 'complete', detail: 'The server sent 140 certificates; the first 32 were kept.' });
    expect(flight.certificates).to.have.length(32);
    const tenThousand = handshake(
      'certificate',
      encode(opaque(3), concat(...times(10_000, () => Uint8Array.of(0, 0, 1, 0x30)))),
    );
    malformed(records(concat(helloOf(), tenThousand)), /certificate message cannot be read: too-long/);
  });
});

describe('the flight reader with a certificate request', () => {
  it('leaves it null when the server wants none', () => {
    const flight = read(records(concat(...tls12Messages.filter((message) => message !== certificateRequest))));
    expect(flight).to.include({ end: 'complete', certificateRequest: null });
  });
});
