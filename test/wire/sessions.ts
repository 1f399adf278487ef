/** Recorded handshakes under test/vectors, message by message, with the codec of each. */

import { readFileSync } from 'node:fs';
import {
  decode,
  extensionType,
  findExtension,
  fromHex,
  type HandshakeContext,
  handshakeBody,
  handshakeMessage,
  handshakeType,
  isHelloRetryRequest,
  serverHello,
} from '../../lib/wire/index.ts';

export interface RecordedMessage {
  readonly session: string;
  readonly type: number;
  readonly body: Uint8Array;
  /** What the ServerHello had chosen when this message was sent. */
  readonly context: HandshakeContext;
}

interface Session {
  readonly name: string;
  readonly messages: readonly { readonly hex: string }[];
}

/** Handshakes with OpenSSL, one per form of key exchange. */
export function recordedMessages(): RecordedMessage[] {
  const text = readFileSync(new URL('../vectors/openssl-3.0/sessions.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as Session[]).flatMap(({ name, messages }) => {
    let context: HandshakeContext = { version: null, cipherSuite: null };
    return messages.map(({ hex }) => {
      const { type, body } = decode(handshakeMessage, fromHex(hex));
      const message = { session: name, type, body, context };
      context = contextAfter(type, body, context);
      return message;
    });
  });
}

/** The context for the messages after this one. */
export function contextAfter(type: number, body: Uint8Array, before: HandshakeContext): HandshakeContext {
  if (type !== handshakeType.server_hello) return before;
  const hello = decode(serverHello, body);
  const selected = isHelloRetryRequest(hello)
    ? findExtension(hello.extensions, extensionType.supported_versions)
    : findExtension(hello.extensions, extensionType.supported_versions);
  return { version: selected ?? hello.legacyVersion, cipherSuite: hello.cipherSuite };
}

/** Bodies of one type, hex, by session name; all sessions unless given. */
export function bodiesOf(type: number, ...sessions: readonly string[]): string[] {
  return recordedMessages()
    .filter((message) => message.type === type && (sessions.length === 0 || sessions.includes(message.session)))
    .map(({ body }) => Buffer.from(body).toString('hex'));
}

/** Codec of a recorded message. */
export function codecOf({ type, context }: RecordedMessage) {
  const codec = handshakeBody(type, context);
  if (codec === undefined) throw new Error(`no codec for message type ${type}`);
  return codec;
}

/** Messages of RFC 8448 §3 by name, bodies only. */
export function rfc8448(name: 'clientHello' | 'serverHello' | 'encryptedExtensions'): string {
  const text = readFileSync(new URL('../vectors/rfc8448/simple-1-rtt.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as Record<string, string>)[name]?.slice(8) as string;
}
