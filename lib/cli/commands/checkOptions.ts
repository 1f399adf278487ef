/** Options of `check` and the single-probe commands: from words to the library's options. */

import { isIP } from 'node:net';
import type { CheckOptions } from '../../check.ts';
import { type Language, type Severity, severities } from '../../evidence/index.ts';
import { fingerprintOf } from '../../judgement.ts';
import { cipherSuites, groups, printable } from '../../wire/index.ts';
import { parseCodes, parseVersions } from '../codes.ts';
import { parseName } from '../target.ts';
import { usageError } from '../usage.ts';

/** As commander hands them over. */
export interface RawCheckOptions {
  readonly file?: readonly string[];
  readonly port?: string;
  readonly timeout?: string;
  readonly connectTimeout?: string;
  readonly deadline?: string;
  readonly concurrency?: string;
  readonly maxConnections?: string;
  readonly delay?: string;
  readonly sni?: string | false;
  readonly address?: string;
  readonly ca?: readonly string[];
  readonly clientVersions?: string;
  readonly clientCiphers?: string;
  readonly clientGroups?: string;
  readonly expectIssuer?: string;
  readonly expectFingerprint?: string;
  readonly now?: string;
  readonly only?: string;
  readonly skip?: string;
  readonly quick?: boolean;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly json?: string | true;
  readonly jsonl?: string | true;
  readonly junit?: string | true;
  readonly pcap?: string;
  readonly failOn?: string;
  readonly lang?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly debug?: boolean;
  readonly dryRun?: boolean;
  readonly iOwnThisTarget?: boolean;
}

/** Exit status after Ctrl-C, as shells have it: 128 + SIGINT. */
export const interrupted = 130;

/** Every value checked. @throws HarnessError `bad-option`, naming the option. */
export function checkOptionsOf(raw: RawCheckOptions, language: Language): CheckOptions {
  const timeouts = {
    ...given('connectMs', raw.connectTimeout, (text) => seconds(text, '--connect-timeout')),
    ...given('firstReplyMs', raw.timeout, (text) => seconds(text, '--timeout')),
    ...given('totalMs', raw.timeout, (text) => Math.max(10_000, 3 * seconds(text, '--timeout'))),
    ...given('deadlineMs', raw.deadline, (text) => seconds(text, '--deadline', 86_400)),
  };
  return {
    language,
    timeouts,
    ...(raw.sni === undefined ? {} : { sni: raw.sni === false ? null : parseName(raw.sni, '--sni') }),
    ...given('address', raw.address, address),
    ...given('concurrency', raw.concurrency, (text) => wholeNumber(text, '--concurrency', 1, 64)),
    ...given('maxConnections', raw.maxConnections, (text) => wholeNumber(text, '--max-connections', 1, 100_000)),
    ...given('delayMs', raw.delay, (text) => wholeNumber(text, '--delay', 0, 600_000)),
    ...(raw.ca === undefined ? {} : { caFiles: raw.ca }),
    ...given('clientVersions', raw.clientVersions, (text) => parseVersions(text, '--client-versions')),
    ...given('clientCiphers', raw.clientCiphers, (text) => parseCodes(text, cipherSuites, '--client-ciphers')),
    ...given('clientGroups', raw.clientGroups, (text) => parseCodes(text, groups, '--client-groups')),
    ...given('expectIssuer', raw.expectIssuer, (text) => text),
    ...given('expectFingerprint', raw.expectFingerprint, fingerprint),
    ...given('now', raw.now, instant),
    ...given('only', raw.only, ids),
    ...given('skip', raw.skip, ids),
    ...(raw.quick === true ? { quick: true } : {}),
    ...(raw.iOwnThisTarget === true ? { ownTarget: true } : {}),
  };
}

/** `--fail-on`, default `medium`. @throws HarnessError `bad-option` */
export function failOnOf(text: string | undefined): Severity {
  const severity = severities.find((known) => known === (text ?? 'medium'));
  if (severity !== undefined) return severity;
  throw usageError(
    'bad-option',
    `--fail-on ${quoted(text)} is not a severity.`,
    `Severities are ${severities.join(', ')}.`,
  );
}

/** `{ [key]: value }`, or nothing for an option that was not given. */
export function given<Key extends string, Value>(
  key: Key,
  text: string | undefined,
  parse: (text: string) => Value,
): { [K in Key]?: Value } {
  return (text === undefined ? {} : { [key]: parse(text) }) as { [K in Key]?: Value };
}

/** Seconds, fractions allowed, as milliseconds. */
function seconds(text: string, option: string, most = 3600): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0.01 && value <= most) return Math.round(value * 1000);
  throw usageError('bad-option', `${option} ${quoted(text)} is not a number of seconds from 0.01 to ${most}.`);
}

/** @throws HarnessError `bad-option` naming the option and its range */
export function wholeNumber(text: string, option: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usageError('bad-option', `${option} ${quoted(text)} is not a whole number from ${least} to ${most}.`);
}

function address(text: string): string {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0) return bare;
  throw usageError(
    'bad-option',
    `--address ${quoted(text)} is not an IP address.`,
    'It is the address to dial; the host name stays the one of the target.',
  );
}

/** `--expect-fingerprint`. @throws HarnessError `bad-option` */
export function fingerprint(text: string): string {
  const hex = fingerprintOf(text);
  if (hex !== null) return hex;
  throw usageError(
    'bad-option',
    `--expect-fingerprint ${quoted(text)} is not a SHA-256 fingerprint.`,
    'It has 64 hex digits, with or without colons.',
  );
}

/** `--now`: an ISO 8601 date or time; without a zone it is UTC. @throws HarnessError `bad-option` */
export function instant(text: string): Date {
  const match = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const time =
    match === null ? Number.NaN : Date.parse(match[1] === undefined || match[2] !== undefined ? text : `${text}Z`);
  if (!Number.isNaN(time)) return new Date(time);
  throw usageError(
    'bad-option',
    `--now ${quoted(text)} is not a time in ISO 8601.`,
    'For example 2026-11-22 or 2026-11-22T09:00:00Z.',
  );
}

function ids(text: string): string[] {
  return text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

function quoted(text: string | undefined): string {
  return JSON.stringify(printable((text ?? '').slice(0, 60)));
}
