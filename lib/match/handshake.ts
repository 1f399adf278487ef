/** Matchers over what a server negotiates and asks for. */

import type { CheckReport, VersionName } from '../evidence/index.ts';
import { tlsVersions } from '../wire/index.ts';
import { unknownName } from './names.ts';
import { inconclusive, type MatchResult, result } from './result.ts';
import { reportName, reportOf, valueOf } from './subject.ts';

/**
 * The server negotiates `version` (`SSLv3`, `TLSv1.0` … `TLSv1.3`) with a hello that offers it.
 * @throws HarnessError `unknown-name`; `inconclusive` when the report does not know.
 */
export function toNegotiate(actual: CheckReport, version: VersionName): MatchResult {
  const report = reportOf('toNegotiate', actual);
  const names = [...tlsVersions.entries()].map(([, name]) => name);
  if (!names.includes(version)) unknownName('TLS version', version, names);
  const statement = { subject: reportName(report), claim: `to negotiate ${version}` };
  const rows = valueOf(report, 'versions', statement);
  const row = rows.find((candidate) => candidate.version === version);
  if (row === undefined) inconclusive(statement, `the probe versions did not try ${version}`);
  if (row.supported === null) inconclusive(statement, row.why);
  const supported = rows.filter((candidate) => candidate.supported === true).map((candidate) => candidate.version);
  return result(row.supported, {
    ...statement,
    found: () => `found: ${supported.length === 0 ? 'no version' : supported.join(', ')}; ${version}: ${row.why}`,
    actual: supported,
    expected: [version],
  });
}

/**
 * The server ends the handshake of a client that has no certificate.
 * @throws HarnessError `inconclusive` when the report does not know.
 */
export function toRequireClientCertificate(actual: CheckReport): MatchResult {
  const report = reportOf('toRequireClientCertificate', actual);
  const statement = { subject: reportName(report), claim: 'to require a client certificate' };
  const { requested, required, authorities } = valueOf(report, 'client-auth', statement);
  if (required === null) {
    inconclusive(
      statement,
      requested === true
        ? 'it is requested, and whether it is required did not show'
        : 'the probe client-auth could not tell',
    );
  }
  const from = authorities.length === 0 ? '' : ` from ${authorities.join('; ')}`;
  return result(required, {
    ...statement,
    found: () =>
      `found: ${required ? 'required' : requested === true ? 'requested, not required' : 'not requested'}${from}`,
    actual: { requested, required },
    expected: { required: true },
  });
}
