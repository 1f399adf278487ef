/** Options of `pcap`: from words to the library's options, the fields of the CSV and the choice of conversations. */

import { isIP } from 'node:net';
import type { CaptureLimits } from '../../capture/index.ts';
import type { CaptureOptions } from '../../captureOptions.ts';
import type { Language } from '../../evidence/index.ts';
import { type CaptureField, captureFields, defaultFields } from '../../report/index.ts';
import { KeyLog } from '../../session/index.ts';
import { printable } from '../../wire/index.ts';
import { parseVersions } from '../codes.ts';
import { parseName, parsePort } from '../target.ts';
import { readPieces } from '../targets.ts';
import { suggestion, usageError } from '../usage.ts';
import { fingerprint, given, instant, wholeNumber } from './checkOptions.ts';
import { limitOptions } from './limitOptions.ts';

/** As commander hands them over; the `limit…` options are read by name. */
export interface RawPcapOptions {
  readonly json?: string | true;
  readonly jsonl?: string | true;
  readonly junit?: string | true;
  readonly csv?: string | true;
  readonly fields?: string;
  readonly certsOut?: string;
  readonly keylog?: readonly string[];
  readonly ca?: readonly string[];
  readonly sni?: string;
  readonly expectIssuer?: string;
  readonly expectFingerprint?: string;
  readonly clientVersions?: string;
  readonly now?: string;
  readonly host?: readonly string[];
  readonly port?: readonly string[];
  readonly sftunnel?: boolean;
  readonly failed?: boolean;
  readonly failOn?: string;
  readonly lang?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly debug?: boolean;
  readonly [limit: `limit${string}`]: string | undefined;
}

/** Which conversations are shown; what is judged does not depend on it. */
export interface Selection {
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
  readonly sftunnel: boolean;
  readonly failed: boolean;
}

/** Every value checked, the key logs read. @throws HarnessError `bad-option`, `unreadable-file` */
export async function pcapOptionsOf(raw: RawPcapOptions, language: Language): Promise<Omit<CaptureOptions, 'name'>> {
  const limits = limitsOf(raw);
  return {
    language,
    ...(raw.keylog === undefined ? {} : { keyLog: await readKeyLogs(raw.keylog, limits.keyLogSecrets) }),
    ...(raw.ca === undefined ? {} : { caFiles: raw.ca }),
    ...given('expectName', raw.sni, (text) => parseName(text, '--sni')),
    ...given('expectIssuer', raw.expectIssuer, (text) => text),
    ...given('expectFingerprint', raw.expectFingerprint, fingerprint),
    ...given('clientVersions', raw.clientVersions, (text) => parseVersions(text, '--client-versions')),
    ...given('now', raw.now, instant),
    ...(raw.port === undefined ? {} : { ports: raw.port.map((text) => parsePort(text)) }),
    limits,
  };
}

/** Key logs, in pieces: they may be larger than the captures. @throws HarnessError `bad-option` for a file that is something else, `unreadable-file` */
export async function readKeyLogs(files: readonly string[], maxSecrets?: number): Promise<KeyLog> {
  const log = new KeyLog(maxSecrets === undefined ? {} : { maxSecrets });
  for (const file of files) {
    const { accepted, malformed } = log;
    for await (const piece of readPieces(file)) log.add(piece);
    log.end();
    if (log.accepted === accepted && log.malformed > malformed)
      throw usageError(
        'bad-option',
        `--keylog: the file ${JSON.stringify(file)} is no key log.`,
        'SSLKEYLOGFILE writes one: lines such as CLIENT_HANDSHAKE_TRAFFIC_SECRET or CLIENT_RANDOM with hex digits.',
      );
  }
  return log;
}

/** Null when everything is shown. @throws HarnessError `bad-option`, `bad-port` */
export function selectionOf(raw: RawPcapOptions): Selection | null {
  const selection = {
    hosts: (raw.host ?? []).map(hostAddress),
    ports: (raw.port ?? []).map((text) => parsePort(text)),
    sftunnel: raw.sftunnel === true,
    failed: raw.failed === true,
  };
  const { hosts, ports, sftunnel, failed } = selection;
  return hosts.length > 0 || ports.length > 0 || sftunnel || failed ? selection : null;
}

/** @param several captures: the name of each is printed unless fields are chosen. @throws HarnessError `bad-option` */
export function fieldsOf(text: string | undefined, several: boolean): CaptureField[] {
  const names =
    text === undefined
      ? [...(several ? ['file'] : []), ...defaultFields]
      : text
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '');
  if (names.length === 0) throw usageError('bad-option', '--fields names no field.', '--fields list shows them all.');
  return names.map((name) => {
    const field = captureFields.get(name);
    if (field !== undefined) return field;
    throw usageError(
      'bad-option',
      `--fields has ${JSON.stringify(printable(name.slice(0, 60)))}, which is no field.`,
      suggestion(name, [...captureFields.keys()], '--fields list shows them all.'),
    );
  });
}

/** The limits that were given. @throws HarnessError `bad-option` */
export function limitsOf(raw: Readonly<Record<`limit${string}`, string | undefined>>): Partial<CaptureLimits> {
  const limits: Partial<Record<keyof CaptureLimits, number>> = {};
  for (const { key, name, property } of limitOptions) {
    const text = raw[property];
    if (text !== undefined) limits[key] = wholeNumber(text, name, 1, 999_999_999);
  }
  return limits;
}

/** An address as the report writes it. */
function hostAddress(text: string): string {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) === 6 && !bare.includes('%')) return new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  throw usageError(
    'bad-option',
    `--host ${JSON.stringify(printable(text.slice(0, 60)))} is not an IP address.`,
    'A capture holds addresses, not names.',
  );
}
