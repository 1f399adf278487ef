/** Telling what a matcher was given: a check report, a ClientHello, a certificate. */

import type { Certificate, CheckReport, Observation, ProbeValues } from '../evidence/index.ts';
import { decodeHello, encodeHello, type HelloSpec } from '../hello/index.ts';
import { inconclusive, type Statement, wrongSubject } from './result.ts';

/** A ClientHello as data, or the bytes of its handshake message. */
export type HelloLike = HelloSpec | Uint8Array;

/** `actual` as a report. @throws HarnessError `wrong-subject` */
export function reportOf(matcher: string, actual: unknown, needed = 'a check report'): CheckReport {
  return isReport(actual) ? actual : wrongSubject(matcher, needed, actual);
}

/** True for the document that `check` returns, also when it comes from saved JSON. */
export function isReport(value: unknown): value is CheckReport {
  return (
    isObject(value) && isObject(value['observations']) && isObject(value['target']) && Array.isArray(value['findings'])
  );
}

/** `the report of vpn.example.com:443` */
export function reportName({ target }: CheckReport): string {
  return `the report of ${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
}

/** True for a certificate as reports show it. */
export function isCertificate(value: unknown): value is Certificate {
  return isObject(value) && typeof value['sha256'] === 'string' && 'notAfter' in value && 'daysLeft' in value;
}

/** A ClientHello in both forms, or null when `value` is none. @throws HarnessError, DecodeError for bytes that are not a ClientHello */
export function helloOf(value: unknown): { spec: HelloSpec; message: Uint8Array } | null {
  if (value instanceof Uint8Array) return { spec: decodeHello(value), message: value };
  if (!isObject(value) || !Array.isArray(value['cipherSuites']) || !('legacyVersion' in value)) return null;
  const spec = value as unknown as HelloSpec;
  return { spec, message: encodeHello(spec) };
}

/** The value of a probe, also of one that did not finish: its gaps are null in it. Without one the matcher ends as inconclusive. */
export function valueOf<Id extends keyof ProbeValues>(
  report: CheckReport,
  id: Id,
  statement: Pick<Statement, 'subject' | 'claim'>,
): ProbeValues[Id] {
  const observation = report.observations[id] as Observation<ProbeValues[Id]> | undefined;
  return observation?.value ?? inconclusive(statement, gapOf(id, observation) ?? `the probe ${id} has no value`);
}

/** Why `observation` says nothing certain, null when it completed. */
export function gapOf(id: string, observation: Observation | undefined): string | null {
  if (observation === undefined) return `the probe ${id} was not run`;
  if (observation.status === 'completed') return null;
  return `the probe ${id} is ${observation.status}${observation.reason === null ? '' : ` (${observation.reason})`}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
