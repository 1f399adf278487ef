/** Conformance: whatever a server does, an exchange ends within its deadlines and limits, with the right outcome, and leaves nothing open. */

import { expect } from 'chai';
import type { EndOutcome, HandshakeEvidence } from '../../lib/evidence/index.ts';
import { makePreset, planOf } from '../../lib/hello/index.ts';
import { type HeadendId, type HostileHeadendId, headends, hostileHeadends, startHeadend } from '../../lib/lab/index.ts';
import { exchange, handshake } from '../../lib/live/index.ts';
import { activeHandles, openDescriptors } from '../net/servers.ts';

/** Rows of the embedded lab that belong here too. */
type EmbeddedId = Extract<
  HeadendId,
  | 'silent'
  | 'reset-on-hello'
  | 'close-on-hello'
  | 'reset-on-accept'
  | 'alert-handshake_failure'
  | 'garbage'
  | 'http'
  | 'ssh'
  | 'smtp'
  | 'one-byte-records'
  | 'slow-bytes-200ms'
  | `endless-${string}`
  | 'oversized-message'
>;

interface Expected {
  readonly end: EndOutcome;
  /** Of the evidence; null: nothing to add. */
  readonly detail: RegExp | null;
  readonly reply?: HandshakeEvidence['reply'];
  readonly looksLike?: HandshakeEvidence['looksLike'];
}

const inRecord = /^The stream ended inside a record; at least \d+ bytes are missing\.$/;
const tooLong = /^A handshake message is too long: \d+ bytes where at most \d+ are read\.$/;
const idle = /^More than 16 records in a row brought nothing of a handshake message\.$/;
const noSuchOffer = /^The server chose .+, which was not offered\.$/;

const expected: Readonly<Record<HostileHeadendId | EmbeddedId, Expected>> = {
  silent: { end: 'silent', detail: /^No reply within \d+ ms/ },
  'reset-on-accept': { end: 'reset', detail: /ECONNRESET/ },
  'close-on-accept': { end: 'closed', detail: null },
  'reset-on-hello': { end: 'reset', detail: /ECONNRESET/ },
  'close-on-hello': { end: 'closed', detail: null },
  'cut-in-record-header-silent': { end: 'silent', detail: inRecord },
  'cut-in-record-header-reset': { end: 'reset', detail: inRecord },
  'cut-in-record-header-close': { end: 'closed', detail: inRecord },
  'cut-in-server-hello-silent': { end: 'silent', detail: inRecord },
  'cut-in-server-hello-reset': { end: 'reset', detail: inRecord },
  'cut-in-server-hello-close': { end: 'closed', detail: inRecord },
  'cut-after-server-hello-silent': { end: 'silent', detail: /^Not finished within/, reply: 'server-hello' },
  'cut-after-server-hello-reset': { end: 'reset', detail: /ECONNRESET/, reply: 'server-hello' },
  'cut-after-server-hello-close': { end: 'closed', detail: null, reply: 'server-hello' },
  // In TLS 1.3 all that can be read ends with the ServerHello.
  'cut-after-tls13-server-hello-silent': { end: 'stopped', detail: null, reply: 'server-hello' },
  'cut-after-tls13-server-hello-reset': { end: 'stopped', detail: null, reply: 'server-hello' },
  'cut-after-tls13-server-hello-close': { end: 'stopped', detail: null, reply: 'server-hello' },
  'cut-in-certificate-silent': { end: 'silent', detail: inRecord, reply: 'server-hello' },
  'cut-in-certificate-reset': { end: 'reset', detail: inRecord, reply: 'server-hello' },
  'cut-in-certificate-close': { end: 'closed', detail: inRecord, reply: 'server-hello' },
  'cut-after-certificate-silent': { end: 'silent', detail: /^Not finished within/, reply: 'server-hello' },
  'cut-after-certificate-reset': { end: 'reset', detail: /ECONNRESET/, reply: 'server-hello' },
  'cut-after-certificate-close': { end: 'closed', detail: null, reply: 'server-hello' },
  'cut-before-server-hello-done-silent': { end: 'silent', detail: /^Not finished within/, reply: 'server-hello' },
  'cut-before-server-hello-done-reset': { end: 'reset', detail: /ECONNRESET/, reply: 'server-hello' },
  'cut-before-server-hello-done-close': { end: 'closed', detail: null, reply: 'server-hello' },
  'slow-bytes-200ms': { end: 'silent', detail: /bytes are missing\.$|^No reply within/ },
  'one-byte-records': { end: 'stopped', detail: null, reply: 'server-hello' },
  'alert-handshake_failure': { end: 'alert', detail: null },
  'warnings-4': { end: 'stopped', detail: null, reply: 'server-hello' },
  'warnings-5': { end: 'malformed', detail: /^The server sent more than 4 warning alerts\.$/, reply: 'alert' },
  'alert-unknown': { end: 'alert', detail: null, reply: 'alert' },
  'half-alert': { end: 'closed', detail: /^The stream ended inside an alert; 1 byte is missing\.$/ },
  'alert-after-server-hello': { end: 'alert', detail: null, reply: 'server-hello' },
  'unknown-version': { end: 'malformed', detail: /^The server chose version 0x0305, which was not offered\.$/ },
  'tls13-without-key-share': { end: 'malformed', detail: /^TLS 1\.3 is chosen without a key share\.$/ },
  'tls12-by-supported-versions': {
    end: 'malformed',
    detail: /^supported_versions selects TLSv1\.2, which it cannot\.$/,
  },
  'suite-not-offered': { end: 'malformed', detail: noSuchOffer },
  'tls13-suite-in-tls12': { end: 'malformed', detail: /0x1301\), which TLSv1\.2 does not have\.$/ },
  'compression-not-offered': { end: 'malformed', detail: /^The server chose compression method 1, which/ },
  'server-hello-trailing-bytes': { end: 'malformed', detail: /server_hello message cannot be read: trailing: 3 bytes/ },
  'server-hello-lying-length': { end: 'malformed', detail: /server_hello .*truncated: sessionId: need 255 bytes/ },
  'certificate-before-server-hello': { end: 'malformed', detail: /^certificate came before server_hello\.$/ },
  'server-hello-twice': { end: 'malformed', detail: /^server_hello came after server_hello\.$/, reply: 'server-hello' },
  // The flight is over with the first ServerHelloDone; node:tls meets the second one.
  'server-hello-done-twice': { end: 'complete', detail: null, reply: 'server-hello' },
  'key-exchange-before-certificate': {
    end: 'malformed',
    detail: /^certificate came after server_key_exchange\.$/,
    reply: 'server-hello',
  },
  'no-server-key-exchange': { end: 'malformed', detail: /no server_key_exchange message/, reply: 'server-hello' },
  'no-certificate': { end: 'malformed', detail: /no certificate message/, reply: 'server-hello' },
  'unknown-message': { end: 'malformed', detail: /message type 99 came after server_hello\.$/, reply: 'server-hello' },
  'encrypted-extensions-in-tls12': {
    end: 'malformed',
    detail: /^encrypted_extensions came after/,
    reply: 'server-hello',
  },
  'early-change-cipher-spec': {
    end: 'malformed',
    detail: /^change_cipher_spec came after cert/,
    reply: 'server-hello',
  },
  'application-data-first': { end: 'malformed', detail: /^A record of type application_data came during/ },
  'certificates-100': {
    end: 'complete',
    detail: /^The server sent 103 certificates; the first 32 were kept\.$/,
    reply: 'server-hello',
  },
  'certificates-10000-empty': {
    end: 'malformed',
    detail: /certificate message cannot be read: too-long/,
    reply: 'server-hello',
  },
  'certificates-10000': { end: 'malformed', detail: tooLong, reply: 'server-hello' },
  'empty-certificate-list': { end: 'malformed', detail: /message holds no certificate\.$/, reply: 'server-hello' },
  'unreadable-certificate': { end: 'complete', detail: null, reply: 'server-hello' },
  'unreadable-dates': { end: 'complete', detail: null, reply: 'server-hello' },
  'certificate-in-one-byte-records': {
    end: 'malformed',
    detail: /more than is read of one connection\.$/,
    reply: 'server-hello',
  },
  'oversized-message': { end: 'malformed', detail: tooLong },
  'endless-certificate': { end: 'malformed', detail: tooLong, reply: 'server-hello' },
  'endless-empty-records': { end: 'malformed', detail: idle },
  'endless-warnings': { end: 'malformed', detail: /^The server sent more than 4 warning alerts\.$/, reply: 'alert' },
  'endless-hello-requests': { end: 'malformed', detail: /more than 16 HelloRequests\.$/, reply: 'hello-request' },
  'endless-change-cipher-specs': { end: 'malformed', detail: idle, reply: 'change-cipher-spec' },
  'endless-application-data': { end: 'malformed', detail: /^A record of type application_data came during/ },
  'endless-random-records': { end: 'malformed', detail: /^The stream is not one of TLS records: / },
  // One is an answer; the next is for whoever goes on, which is node:tls.
  'endless-hello-retry-requests': { end: 'stopped', detail: null, reply: 'hello-retry-request' },
  garbage: { end: 'not-tls', detail: /^The first bytes are c7/, looksLike: 'binary' },
  'endless-noise': { end: 'not-tls', detail: /^The first bytes are c7/, looksLike: 'binary' },
  'endless-text': { end: 'not-tls', detail: /^The first line is "the quick .{70}…"\.$/, looksLike: 'text' },
  http: { end: 'not-tls', detail: /HTTP\/1\.1 400/, looksLike: 'http' },
  ssh: { end: 'not-tls', detail: /SSH-2\.0/, looksLike: 'ssh' },
  smtp: { end: 'not-tls', detail: /ESMTP/, looksLike: 'smtp' },
  ftp: { end: 'not-tls', detail: /FTP/, looksLike: 'ftp' },
  imap: { end: 'not-tls', detail: /IMAP/, looksLike: 'imap' },
  pop3: { end: 'not-tls', detail: /POP3/, looksLike: 'pop3' },
  telnet: { end: 'not-tls', detail: /^The first bytes are fffd18\.$/, looksLike: 'binary' },
  'hostile-banner': { end: 'not-tls', detail: /^The first bytes are 323230201b\.$/, looksLike: 'binary' },
  ssl2: { end: 'not-tls', detail: /SSL 2\.0 SERVER-HELLO/, looksLike: 'ssl2' },
  echo: { end: 'malformed', detail: /^client_hello came before server_hello\.$/ },
};

const ids = Object.keys(expected) as (keyof typeof expected)[];

/** So long that only silence and dripping can use them up. */
const patient = { connectMs: 2000, firstReplyMs: 4000, totalMs: 8000 };
const short = { connectMs: 2000, firstReplyMs: 300, totalMs: 400 };

describe('an exchange with a hostile server', () => {
  for (const id of ids) {
    it(`ends as it should: ${id}`, async () => {
      const { end, detail, reply = end, looksLike = null } = expected[id];
      // By then the timer of this test itself is running.
      await Promise.resolve();
      const [handles, descriptors] = [activeHandles(), openDescriptors()];
      {
        await using headend = await startHeadend(id);
        const hello = makePreset('openssl-3', { sni: headend.sni, random: (n) => new Uint8Array(n).fill(7) });
        const { attempt, flight } = await exchange({ address: headend.host, port: headend.port }, planOf(hello), {
          goal: 'server-flight',
          id: 'a1',
          timeouts: end === 'silent' ? short : patient,
        });
        expect(attempt.evidence).to.include({ connect: 'ok', end, reply, looksLike });
        if (detail === null) expect(attempt.evidence.detail).to.equal(null);
        else expect(attempt.evidence.detail).to.match(detail);
        expect(attempt.evidence.detail ?? '').to.match(/^[ -~…]*$/);
        expect(flight.bytes).to.be.at.most(2 ** 20);
        expect(flight.messages.length).to.be.at.most(40);
        expect(flight.certificates.length).to.be.at.most(32);
      }
      await settled(() => activeHandles().length <= handles.length);
      expect(activeHandles()).to.have.length.at.most(handles.length);
      if (descriptors !== null) expect(openDescriptors()).to.be.at.most(descriptors);
    });
  }

  it('is tested on every hostile headend, and on the endless ones of the embedded lab', () => {
    const embedded = Object.keys(headends).filter((id) => /^endless|^oversized|^(?:reset|close|alert)-/.test(id));
    expect(ids).to.include.members([...Object.keys(hostileHeadends), ...embedded]);
  });
});

/** Where our own client, which goes on to the end of the handshake, meets more than a reader of clear flights. */
const ofClient: Partial<Record<keyof typeof expected, Pick<Expected, 'end' | 'detail'>>> = {
  'cut-after-tls13-server-hello-silent': { end: 'silent', detail: /^Not finished within/ },
  'cut-after-tls13-server-hello-reset': { end: 'reset', detail: /ECONNRESET/ },
  'cut-after-tls13-server-hello-close': { end: 'closed', detail: null },
  'one-byte-records': { end: 'complete', detail: null },
  'warnings-4': { end: 'complete', detail: null },
  'server-hello-done-twice': {
    end: 'malformed',
    detail: /^server_hello_done came where TLS 1\.2 has change_cipher_spec/,
  },
  // What was put into the flight on its way is not what the server hashed: it refuses our Finished.
  'certificates-100': { end: 'alert', detail: /^The server sent 103 certificates; the first 32 were kept\.$/ },
  'unreadable-certificate': { end: 'alert', detail: null },
  'unreadable-dates': { end: 'alert', detail: null },
  'endless-hello-retry-requests': { end: 'malformed', detail: /^A second HelloRetryRequest came\.$/ },
};

describe('our own client at a hostile server', () => {
  for (const id of ids) {
    it(`ends as it should: ${id}`, async () => {
      const { end, detail } = ofClient[id] ?? expected[id];
      await using headend = await startHeadend(id);
      const hello = makePreset('openssl-3', { sni: headend.sni, random: (n) => new Uint8Array(n).fill(7) });
      const { flight, attempt } = await handshake({ address: headend.host, port: headend.port }, hello, {
        goal: 'finished',
        id: 'a1',
        timeouts: end === 'silent' ? short : patient,
      });
      expect(attempt.evidence).to.include({ connect: 'ok', end });
      if (detail === null) expect(attempt.evidence.detail).to.equal(null);
      else expect(attempt.evidence.detail).to.match(detail);
      expect(flight.bytes).to.be.at.most(2 ** 20);
      expect(flight.messages.length).to.be.at.most(40);
      expect(flight.certificates.length).to.be.at.most(32);
    });
  }
});

/** Closed handles are gone some turns of the event loop later. */
async function settled(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !condition(); turn++) await new Promise((resolve) => setImmediate(resolve));
}
