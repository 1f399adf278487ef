/** What tshark and the authors of JA4 say of the shared captures. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface OracleClientHello {
  readonly frame: number;
  /** Null in a packet with the beginning of a hello in DTLS fragments. */
  readonly version: number | null;
  readonly ciphers: readonly number[];
  readonly extensions: readonly number[];
  readonly supportedVersions?: readonly number[];
  readonly sni?: readonly string[];
  readonly groups?: readonly number[];
  readonly sigAlgs?: readonly number[];
  readonly alpn?: readonly string[];
  readonly ja3?: string;
}

export interface OracleServerHello {
  readonly frame: number;
  readonly version: number;
  readonly cipher: number;
  readonly extensions: readonly number[];
  readonly supportedVersions?: readonly number[];
  readonly alpn?: readonly string[];
}

export interface OracleAlert {
  readonly frame: number;
  /** `address:port` */
  readonly from: string;
  readonly level: number | 'encrypted';
  readonly description: number | null;
}

/** A stream with TLS in it. Where nothing tells who is the client, certificates are listed by `address:port`. */
export interface OracleSession {
  readonly transport: 'tcp' | 'udp';
  readonly stream: string;
  readonly layer: 'tls' | 'dtls' | 'quic';
  readonly client?: string | null;
  readonly server?: string | null;
  readonly ends?: readonly string[];
  readonly clientHellos?: readonly OracleClientHello[];
  readonly serverHellos?: readonly OracleServerHello[];
  readonly certificates?: Readonly<Record<string, readonly string[]>>;
  readonly alerts?: readonly OracleAlert[];
  readonly handshakeTypes?: Readonly<Record<string, number>>;
}

export interface OracleFile {
  readonly file: string;
  readonly keylog?: string;
  /** Exit status of tshark. */
  readonly exit: number;
  readonly error: string | null;
  readonly truncated?: number;
  readonly malformed?: number;
  readonly lostSegments?: number;
  readonly outOfOrder?: number;
  readonly retransmissions?: number;
  readonly sessions: readonly OracleSession[];
}

/** The folder, or null where the shared corpus is absent. */
export function corpusFolder(): string | null {
  const folder = fileURLToPath(new URL('../../../shared/corpus/pcap/', import.meta.url));
  return existsSync(folder) ? folder : null;
}

/** Only the files that are there. */
export function readOracle(folder: string): OracleFile[] {
  return readFileSync(join(folder, 'oracle/tshark.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Partial<OracleFile>)
    .filter((line): line is OracleFile => line.file !== undefined && existsSync(join(folder, line.file)));
}

/** JA4 of the first hello of TCP streams by `address:port` of the client, as published for that project's own captures. */
export function publishedJa4(folder: string, file: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const name = /^ja4\/pcap\/(.+)$/.exec(file)?.[1];
  const path = join(folder, `ja4/expected/rust/ja4__insta@${name}.snap`);
  if (name === undefined || !existsSync(path)) return found;
  for (const stream of readFileSync(path, 'utf8')
    .split(/^- stream:/m)
    .slice(1)) {
    const value = (key: string): string | undefined => new RegExp(`^ {2}${key}: (\\S+)$`, 'm').exec(stream)?.[1];
    const ja4 = value('ja4');
    if (ja4 === undefined || value('transport') !== 'tcp') continue;
    const client = `${value('src')}:${value('src_port')}`;
    found.set(client, [...(found.get(client) ?? []), ja4]);
  }
  return found;
}
