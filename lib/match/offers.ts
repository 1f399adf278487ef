/** Matchers over cipher suites and groups: what a hello offers, what a server was found to accept. */

import type { CheckReport, NamedCode, VersionName } from '../evidence/index.ts';
import { annotatedHex, groupsOf, type HelloSpec } from '../hello/index.ts';
import { cipherSuites, codeText, groups, type Registry, tlsVersions } from '../wire/index.ts';
import { unknownName } from './names.ts';
import { inconclusive, type MatchResult, result, type Statement, wrongSubject } from './result.ts';
import { gapOf, type HelloLike, helloOf, isReport, reportName, valueOf } from './subject.ts';

/** Restricts a report's answer to one protocol version; a hello has one list for all of them. */
export interface OfferOptions {
  readonly version?: VersionName;
}

/**
 * A hello offers the cipher suite, or the server of a report was found to accept it.
 * @param name as IANA registers it (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`)
 * @throws HarnessError `unknown-name`; `inconclusive` when the report does not know.
 */
export function toOfferCipher(actual: CheckReport | HelloLike, name: string, options: OfferOptions = {}): MatchResult {
  return toOffer(cipherOffers, actual, name, options);
}

/**
 * A hello lists the group in supported_groups, or the server of a report was found to accept it.
 * @param name as IANA registers it (`x25519`, `secp256r1`)
 * @throws HarnessError `unknown-name`; `inconclusive` when the report does not know.
 */
export function toSupportGroup(actual: CheckReport | HelloLike, name: string, options: OfferOptions = {}): MatchResult {
  return toOffer(groupOffers, actual, name, options);
}

/** What the two matchers differ in. */
interface OfferKind {
  readonly matcher: string;
  /** `cipher suite`, in sentences. */
  readonly kind: string;
  readonly verb: string;
  readonly registry: Registry;
  readonly ofHello: (spec: HelloSpec) => readonly string[];
  /** What the first line of the field has in the annotated bytes. */
  readonly field: string;
  /** Probe that measures it, and how to read its value. */
  readonly probe: 'ciphers' | 'groups';
  readonly ofReport: (report: CheckReport, statement: Pick<Statement, 'subject' | 'claim'>) => readonly Accepted[];
}

/** What a server accepts in one version. */
interface Accepted {
  readonly version: string;
  readonly list: readonly NamedCode[];
  /** False: it may accept more than the list has. */
  readonly complete: boolean;
}

const cipherOffers: OfferKind = {
  matcher: 'toOfferCipher',
  kind: 'cipher suite',
  verb: 'offer',
  registry: cipherSuites,
  ofHello: ({ cipherSuites: codes }) => codes,
  field: 'cipherSuites',
  probe: 'ciphers',
  ofReport: (report, statement) =>
    Object.entries(valueOf(report, 'ciphers', statement)).map(([version, { suites, complete }]) => ({
      version,
      list: suites,
      complete,
    })),
};

const groupOffers: OfferKind = {
  matcher: 'toSupportGroup',
  kind: 'group',
  verb: 'support',
  registry: groups,
  ofHello: groupsOf,
  field: 'supported_groups',
  probe: 'groups',
  ofReport: (report, statement) =>
    Object.entries(valueOf(report, 'groups', statement)).map(([version, list]) => ({ version, list, complete: true })),
};

function toOffer(
  offers: OfferKind,
  actual: CheckReport | HelloLike,
  name: string,
  { version }: OfferOptions,
): MatchResult {
  const { kind, verb, registry, matcher } = offers;
  const code =
    registry.codeOf(name) ??
    unknownName(
      kind,
      name,
      [...registry.entries()].map(([, known]) => known),
    );
  const claim = `to ${verb} ${kind} ${name}${version === undefined ? '' : ` in ${version}`}`;
  if (isReport(actual)) return offeredByServer(offers, actual, code, version, claim);
  const hello = helloOf(actual);
  if (hello === null)
    wrongSubject(matcher, 'a check report, a hello spec or the bytes of a ClientHello message', actual);
  const offered = offers.ofHello(hello.spec);
  return result(
    offered.some((candidate) => candidate.toLowerCase() === codeText(code)),
    {
      subject: 'the ClientHello',
      claim,
      found: () => excerpt(hello.message, offers.field),
      actual: offered.map((candidate) => registry.nameOf(Number(candidate))),
      expected: [name],
    },
  );
}

function offeredByServer(
  { kind, registry, probe, ofReport }: OfferKind,
  report: CheckReport,
  code: number,
  version: VersionName | undefined,
  claim: string,
): MatchResult {
  const statement = { subject: reportName(report), claim };
  const versions = [...tlsVersions.entries()].map(([, name]) => name);
  if (version !== undefined && !versions.includes(version)) unknownName('TLS version', version, versions);
  const accepted = ofReport(report, statement).filter((row) => version === undefined || row.version === version);
  const pass = accepted.some(({ list }) => list.some((entry) => Number(entry.code) === code));
  if (!pass) {
    const open = accepted.find(({ complete }) => !complete);
    const why =
      open === undefined ? gapOf(probe, report.observations[probe]) : `the list of ${open.version} is not complete`;
    if (why !== null) inconclusive(statement, why);
  }
  const names = accepted.map((row) => `${row.version}: ${row.list.map((entry) => entry.name).join(', ') || 'none'}`);
  return result(pass, {
    ...statement,
    found: () => `found: ${names.length === 0 ? `no ${kind}` : names.join('\n       ')}`,
    actual: accepted.flatMap(({ list }) => list.map((entry) => entry.name)),
    expected: [registry.nameOf(code)],
  });
}

/** The lines of the annotated bytes that show the field in question; all of them when the hello does not have it. */
function excerpt(message: Uint8Array, field: string): string {
  const lines = annotatedHex(message).split('\n');
  const pathOf = (line: string): string => line.trim().split(/\s+/)[1] ?? '';
  const first = lines.find((line) => line.includes(field));
  if (first === undefined) return [`found: no ${field} in`, ...lines].join('\n');
  const path = pathOf(first);
  const parent = path.slice(0, path.lastIndexOf('.') + 1);
  return ['found:', ...lines.filter((line) => pathOf(line).startsWith(parent))].join('\n');
}
