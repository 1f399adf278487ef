/** Data that nobody in this project wrote; skipped where it is not there. */

import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  type Codec,
  certificateTls13,
  certificateVerify,
  clientHello,
  codeText,
  contentType,
  DecodeError,
  decode,
  encode,
  encryptedExtensions,
  extensionType,
  findExtension,
  fromHex,
  type HandshakeContext,
  HandshakeDeframer,
  handshakeBody,
  handshakeType,
  looksLikeTls,
  RecordDeframer,
  serverHello,
  type Tagged,
  tlsVersion,
  toHex,
} from '../../lib/wire/index.ts';
import { expectRefusedOrReproduced } from './codec-laws.ts';
import { contextAfter } from './sessions.ts';

type Fields = Readonly<Record<string, unknown>>;
interface Session {
  readonly name: string;
  readonly flows: readonly { readonly dir: 'c' | 's'; readonly hex: string }[];
  readonly expected: readonly Fields[];
}

const corpus = new URL('../../../shared/corpus/tls/', import.meta.url);
const folders = [
  'go-crypto-tls',
  'utls-sessions',
  'illustrated-tls12',
  'illustrated-tls13',
  'illustrated-dtls',
  'rfc8448-draft',
  'rusticata',
  'boringssl-fuzz',
  'openssl-fuzz',
];

function vectors<T>(folder: string): T[] {
  const file = new URL(`${folder}/vectors.jsonl`, corpus);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

interface ReadMessage {
  readonly type: number;
  readonly body: Uint8Array;
  readonly codec: Codec<unknown> | undefined;
}

/** Handshake messages of each flow in the clear: up to change_cipher_spec, or the hellos in TLS 1.3. */
function messagesOf(session: Session): ReadMessage[][] {
  const side = () => ({ records: new RecordDeframer(), messages: new HandshakeDeframer(), encrypted: false });
  const sides = { c: side(), s: side() };
  let context: HandshakeContext = { version: null, cipherSuite: null };
  return session.flows.map(({ dir, hex }) => {
    const { records, messages } = sides[dir];
    const read: ReadMessage[] = [];
    for (const { type, fragment } of records.push(fromHex(hex))) {
      if (type === contentType.change_cipher_spec) sides[dir].encrypted = context.version !== tlsVersion['TLSv1.3'];
      if (type !== contentType.handshake || sides[dir].encrypted) continue;
      for (const message of messages.push(fragment)) {
        read.push({ ...message, codec: handshakeBody(message.type, context) });
        context = contextAfter(message.type, message.body, context);
      }
    }
    return read;
  });
}

const codes = (numbers: readonly number[] | undefined): string[] => (numbers ?? []).map(codeText);

/** What Wireshark shows of the hellos of a flow, under its field names. */
function hellosAsWireshark(messages: readonly ReadMessage[]): Fields {
  const fields = {
    random: [] as string[],
    session_id: [] as string[],
    ciphersuite: [] as string[],
    'extension.type': [] as string[],
    extensions_supported_group: [] as string[],
    'extensions.supported_version': [] as string[],
  };
  const common = (hello: {
    random: Uint8Array;
    sessionId: Uint8Array;
    extensions?: readonly Tagged[] | undefined;
  }): void => {
    fields.random.push(toHex(hello.random));
    if (hello.sessionId.length > 0) fields.session_id.push(toHex(hello.sessionId));
    fields['extension.type'].push(...(hello.extensions ?? []).map(({ type }) => String(type)));
  };
  for (const { type, body } of messages) {
    if (type === handshakeType.client_hello) {
      const hello = decode(clientHello, body);
      common(hello);
      fields.ciphersuite.push(...codes(hello.cipherSuites));
      fields.extensions_supported_group.push(...codes(findExtension(hello.extensions, extensionType.supported_groups)));
      const versions = findExtension(hello.extensions, extensionType.supported_versions);
      fields['extensions.supported_version'].push(...codes(versions));
    } else if (type === handshakeType.server_hello) {
      const hello = decode(serverHello, body);
      common(hello);
      fields.ciphersuite.push(codeText(hello.cipherSuite));
      const { version } = contextAfter(type, body, { version: null, cipherSuite: null });
      if (version === tlsVersion['TLSv1.3']) fields['extensions.supported_version'].push(codeText(version));
    }
  }
  return fields;
}

describe('recorded sessions of other projects', () => {
  for (const folder of ['go-crypto-tls', 'utls-sessions']) {
    const sessions = vectors<Session>(folder);

    it(`${folder}: every message in the clear reads and writes back`, function () {
      if (sessions.length === 0) this.skip();
      let count = 0;
      for (const session of sessions) {
        for (const { type, body, codec } of messagesOf(session).flat()) {
          if (codec === undefined) throw new Error(`${session.name}: no codec for message type ${type}`);
          expect(toHex(encode(codec, decode(codec, body))), `${session.name} type ${type}`).to.equal(toHex(body));
          count++;
        }
      }
      expect(count).to.be.greaterThan(2 * sessions.length);
    });

    it(`${folder}: the hellos hold what Wireshark shows`, function () {
      if (sessions.length === 0) this.skip();
      for (const session of sessions) {
        for (const [i, messages] of messagesOf(session).entries()) {
          for (const [name, values] of Object.entries(hellosAsWireshark(messages))) {
            expect(values, `${session.name} flow ${i} ${name}`).to.deep.equal(session.expected[i]?.[name] ?? []);
          }
        }
      }
    });
  }

  for (const folder of ['illustrated-tls12', 'illustrated-tls13']) {
    it(`${folder}: every message reads and writes back`, function () {
      const messages = vectors<{ name: string; hex: string }>(folder);
      if (messages.length === 0) this.skip();
      const version = folder.endsWith('13') ? tlsVersion['TLSv1.3'] : tlsVersion['TLSv1.2'];
      const context = { version, cipherSuite: version === tlsVersion['TLSv1.3'] ? 0x1302 : 0xc013 };
      let count = 0;
      for (const { name, hex } of messages) {
        // Records in the clear, and messages that the site shows decrypted.
        const bytes = fromHex(hex);
        if (
          /^(client|server)(hello|cert|hellodone|keyexchange|certverify|extensions|ticket\d|finished(plain)?)$/.test(
            name,
          )
        ) {
          const inRecord = looksLikeTls(bytes);
          if (inRecord && name.endsWith('finished')) continue;
          const message = inRecord ? new RecordDeframer().push(bytes)[0]?.fragment : bytes;
          const [first] = new HandshakeDeframer().push(message ?? bytes);
          const codec = handshakeBody(first?.type ?? -1, context);
          if (first === undefined || codec === undefined) throw new Error(`${name}: not a known message`);
          expect(toHex(encode(codec, decode(codec, first.body))), name).to.equal(toHex(first.body));
          count++;
        }
      }
      expect(count).to.be.at.least(6);
    });
  }

  it('rfc8448-draft: every message reads and writes back', function () {
    const steps = vectors<{ label: string; hex: string }>('rfc8448-draft');
    if (steps.length === 0) this.skip();
    const codecs = new Map<string, Codec<unknown>>([
      ['ClientHello', clientHello],
      ['ServerHello', serverHello],
      ['EncryptedExtensions', encryptedExtensions],
      ['Certificate', certificateTls13],
      ['CertificateVerify', certificateVerify],
    ]);
    let count = 0;
    for (const { label, hex } of steps) {
      const codec = codecs.get(label);
      // A hello with a PSK is first shown without its binders, which is not a whole message.
      const [message] = codec === undefined ? [] : new HandshakeDeframer().push(fromHex(hex));
      if (codec === undefined || message === undefined) continue;
      expect(toHex(encode(codec, decode(codec, message.body))), label).to.equal(toHex(message.body));
      count++;
    }
    expect(count).to.be.greaterThan(20);
  });

  it('rusticata: a ClientHello in two records reads as one', function () {
    const files = new Map(
      vectors<{ name: string; hex: string }>('rusticata').map(({ name, hex }) => [name, fromHex(hex)]),
    );
    const parts = [1, 2].map((n) => files.get(`tls_record_ch_fragmented_${n}.bin`));
    if (parts[0] === undefined || parts[1] === undefined) this.skip();
    const records = new RecordDeframer();
    const messages = new HandshakeDeframer();
    const read = parts.flatMap((part) =>
      records.push(part as Uint8Array).flatMap(({ fragment }) => messages.push(fragment)),
    );
    expect(read.map(({ type }) => type)).to.deep.equal([handshakeType.client_hello]);
  });
});

describe('hostile inputs kept by other projects', () => {
  for (const folder of folders) {
    it(`${folder}: records, messages and bodies are refused with a DecodeError or reproduced`, function () {
      const inputs = vectors<{ hex?: string; flows?: readonly { hex: string }[] }>(folder);
      if (inputs.length === 0) this.skip();
      for (const { hex, flows } of inputs) {
        for (const text of flows?.map((flow) => flow.hex) ?? [hex ?? '']) survive(fromHex(text));
      }
    });
  }
});

/** Reads bytes as a stream, as a message and as every kind of body. */
function survive(bytes: Uint8Array): void {
  const messages = new HandshakeDeframer();
  const bodies = [bytes.subarray(0, 2000)];
  try {
    for (const { type, fragment } of new RecordDeframer().push(bytes)) {
      if (type === contentType.handshake) bodies.push(...messages.push(fragment).map(({ body }) => body));
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  for (const body of bodies) {
    for (const version of [tlsVersion['TLSv1.0'], tlsVersion['TLSv1.2'], tlsVersion['TLSv1.3']]) {
      for (let type = 0; type < 26; type++) {
        const codec = handshakeBody(type, { version, cipherSuite: 0xc02f });
        if (codec !== undefined) expectRefusedOrReproduced(codec, body);
      }
    }
  }
}
