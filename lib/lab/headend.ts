/** What a headend is: data that says how it behaves and which faults a client must find in it. */

import type { Verdict } from '../evidence/index.ts';
import type { ClientHello } from '../wire/index.ts';
import type { Digest, Purpose } from './certificate.ts';
import type { KeyType } from './keys.ts';
import type { TestPki } from './pki.ts';

/** The name that every headend is asked for, unless its row says otherwise. */
export const labName = 'vpn.example.test';

/**
 * One row of the lab. The expectations are those of a client that speaks TLS 1.2 and 1.3 with the default cipher suites and
 * groups, trusts `RunningHeadend.rootsPem`, and sends and expects the name `sni`.
 */
export interface HeadendSpec {
  readonly id: string;
  readonly title: { readonly en: string; readonly ja: string };
  readonly behaviour: Behaviour;
  /** Ids of the findings that a default check over kernel TCP must report: the planted faults. */
  readonly expect: readonly string[];
  /** Further ids that are true of this headend, but that a check need not be able to prove. Any other finding of low or above is false. */
  readonly mayReport?: readonly string[];
  /** Verdict of that check. */
  readonly verdictHint: Verdict;
  /** Name to send as SNI and to expect in the certificate; default `labName`. */
  readonly sni?: string;
}

export type Behaviour = TlsBehaviour | RawBehaviour;

export type ServerVersion = 'TLSv1.0' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** A real TLS server, serving any number of connections at once. */
export interface TlsBehaviour {
  readonly kind: 'tls';
  /** Default TLSv1.2. */
  readonly minVersion?: ServerVersion;
  /** Default TLSv1.3. */
  readonly maxVersion?: ServerVersion;
  /** OpenSSL names in the server's order of preference; default: the suites with forward secrecy and AEAD. */
  readonly ciphers?: readonly string[];
  /** OpenSSL names; default X25519, P-256, P-384. */
  readonly groups?: readonly string[];
  /** One per kind of key; default: one good P-256 certificate. */
  readonly certificates?: readonly LeafRecipe[];
  /** Default `none`. Acceptable authorities are the roots of the lab. */
  readonly clientCertificate?: 'none' | 'optional' | 'required';
}

/** A server certificate, with dates in days from now. */
export interface LeafRecipe {
  /** Default P-256. */
  readonly key?: KeyType;
  /** Default: `labName`, 127.0.0.1 and ::1. */
  readonly names?: readonly string[];
  /** Default -30. */
  readonly validFromDays?: number;
  /** Default 365. */
  readonly validToDays?: number;
  readonly digest?: Digest;
  readonly extendedKeyUsage?: readonly Purpose[];
  readonly caIssuers?: readonly string[];
  /**
   * `lab`: under the trusted root. `stranger`: under one that nobody trusts. `internal-ca`: an sftunnel certificate under an FMC's
   * private CA; it and that CA have the dates given (default -3000 to 650 days), and names and key of their own. `branch`: by one CA more
   * than the path length above it allows. Default `lab`.
   */
  readonly issuedBy?: 'lab' | 'stranger' | 'self' | 'internal-ca' | 'branch';
  /** What is sent: `full` = leaf and intermediates in order, `swapped` = the intermediates in the wrong order. Default `full`. */
  readonly chain?: 'full' | 'leaf-only' | 'swapped' | 'with-root';
}

/** A server that misbehaves below or around TLS. */
export interface RawBehaviour {
  readonly kind: 'raw';
  /** The TLS server that answers the hellos which are passed on; default: a good one. */
  readonly inner?: Omit<TlsBehaviour, 'kind'>;
  /** Called once per running headend, so its closure may hold state that lasts over connections; after the inner server was made. */
  start(pki: TestPki): RawHandlers;
}

export interface RawHandlers {
  /** A client has connected and sent nothing yet. */
  connected?(connection: RawConnection): void;
  /** Its first message is there; without this handler every hello is passed on. */
  hello?(connection: RawConnection, hello: ReceivedHello): void;
  /** Bytes after the hello, unless it was passed on; without this handler they are read and dropped. */
  later?(connection: RawConnection, bytes: Uint8Array): void;
}

/** A client's first flight. */
export interface ReceivedHello {
  /** The handshake message with its 4-byte header; empty when the bytes are no TLS handshake. */
  readonly message: Uint8Array;
  /** Null when the message is no ClientHello that can be decoded. */
  readonly clientHello: ClientHello | null;
  /** Lengths of the record fragments the message came in. */
  readonly recordLengths: readonly number[];
  /** Lengths of the reads it came in: TCP segments, as far as a server can see them. */
  readonly readLengths: readonly number[];
}

/** One connection, as a misbehaviour handles it. Nothing it starts outlives the connection. */
export interface RawConnection {
  /** 1 for the first connection of this headend. */
  readonly number: number;
  send(bytes: Uint8Array): void;
  /** Sends FIN, after what was sent. */
  end(): void;
  /** Sends RST. */
  reset(): void;
  /** Lets the inner TLS server answer, from the hello on. `reshape` may change what it sends; it is called once per connection. */
  passOn(reshape?: Reshape): void;
  after(milliseconds: number, action: () => void): void;
  every(milliseconds: number, action: () => void): void;
  /** Sends what `next` returns again and again, as fast as the client reads. */
  flood(next: () => Uint8Array): void;
  onClose(action: () => void): void;
}

/** Makes the function that gets the inner server's bytes as they come and sends on what the client shall see. */
export type Reshape = (send: (bytes: Uint8Array) => void) => (fromServer: Uint8Array) => void;

export interface StartOptions {
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Default: one PKI per process, made on first use. */
  readonly pki?: TestPki;
  /** Closes the headend when it fires. */
  readonly signal?: AbortSignal;
}

export interface RunningHeadend {
  readonly host: string;
  readonly port: number;
  readonly spec: HeadendSpec;
  /** Name to send as SNI and to expect. */
  readonly sni: string;
  /** What the client must trust, as PEM. */
  readonly rootsPem: string;
  readonly seen: SeenByHeadend;
  /** Stops listening and ends every connection and timer; further calls wait for the first. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Counted live, for assertions. */
export interface SeenByHeadend {
  readonly connections: number;
  /** Lengths of the ClientHello messages with their 4-byte headers, in the order they came. */
  readonly helloLengths: readonly number[];
}
