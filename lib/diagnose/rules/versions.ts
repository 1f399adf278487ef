/** TLS versions (pattern 2): none in common, or outdated ones enabled. */

import type { Code, Confidence, VersionName } from '../../evidence/index.ts';
import { alerts, codeText, tlsVersions } from '../../wire/index.ts';
import type { CaptureView, Facts } from '../facts/facts.ts';
import { isAnswered, isFailure } from '../facts/outcome.ts';
import { endpointText, type Witness, witnessEvidence } from '../facts/witness.ts';
import { type Rule, repeatsForClaim } from './rule.ts';

/** Versions that RFC 7568 and RFC 8996 retired. */
const outdated: readonly VersionName[] = ['SSLv3', 'TLSv1.0', 'TLSv1.1'];
const outdatedInCaptures: ReadonlySet<string> = new Set([...outdated, 'SSLv2', 'DTLSv1.0', 'DTLSv0.9']);

const noCommonVersion: Rule = (facts, say) => {
  const refused = versionsRefused(facts);
  if (refused === null) return [];
  return [
    {
      id: 'tls.no-common-version',
      confidence: refused.confidence,
      subject: facts.judgement.clientVersions.map(versionName).join(', '),
      evidence: [...refused.refusals, ...refused.answers].map((attempt) => witnessEvidence(say, attempt)),
      excluded: refused.refusals.every(({ evidence }) => evidence.end !== 'silent')
        ? [{ id: 'handshake.silent', why: say.whyRefusedByAnswer() }]
        : [],
    },
  ];
};

const legacyVersionEnabled: Rule = (facts, say) => {
  const enabled = outdated.filter((version) => supports(facts, version) === true);
  const shown = enabled.flatMap((version) =>
    choosing(facts.witnesses.values(), versionCode(version)).slice(0, repeatsForClaim),
  );
  if (shown.length === 0) return [];
  return [
    {
      id: 'tls.legacy-version-enabled',
      // SSLv3 is not only old but broken (RFC 7568).
      severity: enabled.includes('SSLv3') ? 'medium' : 'low',
      confidence: 'proven',
      subject: enabled.join(', '),
      evidence: shown.map((attempt) => witnessEvidence(say, attempt)),
    },
  ];
};

/** In a capture the client in question is the one that is seen: one side says with an alert that it does not speak the other's version. */
const versionRefusedInCapture: Rule = (facts, say) => {
  const witness = facts.capture?.witness;
  if (witness === undefined || facts.capture?.conversation.own?.probing === true) return [];
  if (!refusesVersion(witness)) return [];
  const { alert, hello, negotiated } = witness.evidence;
  // The client names a version that it was answered with; the server none, and other versions were not tried.
  const confidence = alert?.from === 'client' && negotiated !== null ? 'proven' : 'likely';
  return [
    {
      id: 'tls.no-common-version',
      confidence,
      evidence: [witnessEvidence(say, witness)],
      excluded: hello === null ? [] : [{ id: 'handshake.silent', why: say.whyRefusedByAnswer() }],
    },
  ];
};

const legacyVersionInCapture: Rule = (facts, say) => {
  if (facts.capture === null) return [];
  const { conversation, witness } = facts.capture;
  const version = conversation.serverHello?.version ?? (speakSsl2(facts.capture) ? 'SSLv2' : '');
  // What only begins like TLS has no version.
  if (!isOutdated(version) || facts.capture.witness.evidence.imitated === true) return [];
  const { address, port } = conversation.server;
  return [
    {
      id: 'tls.legacy-version-enabled',
      severity: version === 'SSLv2' || version === 'SSLv3' ? 'medium' : 'low',
      confidence: 'proven',
      subject: `${endpointText({ address, port })} ${version}`,
      evidence: [witnessEvidence(say, witness)],
    },
  ];
};

export const versionRules: readonly Rule[] = [
  noCommonVersion,
  legacyVersionEnabled,
  versionRefusedInCapture,
  legacyVersionInCapture,
];

/** A hello in the form of SSL 2.0, which may ask for TLS too, was answered in SSL 2.0. */
export function speakSsl2({ conversation, witness }: CaptureView): boolean {
  return conversation.clientHello?.version === 'SSLv2' && witness.evidence.looksLike === 'ssl2';
}

/** Nothing but an ERROR came: 3 bytes behind a header of 2 (SSL 2.0 draft §2.7). */
export function refusesInSsl2({ evidence }: Witness): boolean {
  return evidence.looksLike === 'ssl2' && (evidence.inbound?.bytes ?? 0) <= 5;
}

/** True when the handshake ended in protocol_version: the server's before its ServerHello, or the client's for what that chose. */
export function refusesVersion({ evidence }: Pick<Witness, 'evidence'>): boolean {
  const { alert, end, negotiated } = evidence;
  if (end !== 'alert' || alert === null || alert.code !== alerts.codeOf('protocol_version')) return false;
  return alert.from === 'client' || negotiated === null;
}

/** Versions that RFC 6176, RFC 7568 and RFC 8996 retired, DTLS 1.0 among them, by the names of a ServerHello. */
function isOutdated(version: string): boolean {
  return outdatedInCaptures.has(version);
}

/** Why client and server have no version in common. */
export interface VersionsRefused {
  readonly confidence: Confidence;
  /** Attempts in which the client's versions were refused. */
  readonly refusals: readonly Witness[];
  /** Attempts in which another version was chosen. */
  readonly answers: readonly Witness[];
}

/** Evidence that the server refuses each of the client's versions, null when one is supported or not known. */
export function versionsRefused(facts: Facts): VersionsRefused | null {
  const { clientVersions } = facts.judgement;
  if (clientVersions.length === 0) return null;
  const all = [...facts.witnesses.values()];
  const others = all.filter((attempt) => {
    const chosen = isAnswered(attempt) ? chosenVersion(attempt) : null;
    return chosen !== null && !clientVersions.includes(chosen);
  });
  const refusals: Witness[] = [];
  let vague = false;
  for (const version of clientVersions) {
    const measured = supports(facts, versionName(version));
    // Without the probe for versions only the alert that names the cause counts.
    if (measured === true || (measured === null && facts.value('versions') !== null)) return null;
    const offering = all.filter(({ evidence }) => evidence.hello?.versions.includes(version) === true);
    if (choosing(offering, version).length > 0) return null;
    const clear = offering.filter((attempt) => isAnswered(attempt) || saysVersion(attempt));
    if (clear.length > 0) {
      refusals.push(...clear.slice(0, repeatsForClaim));
      continue;
    }
    // Another alert is an answer of somebody who read the hello; RST and FIN count when they repeat. Silence never does.
    const alerted = offering.filter(({ evidence }) => evidence.alert?.from === 'server');
    const ended = offering.filter((attempt) => isFailure(attempt) && attempt.evidence.end !== 'silent');
    const enough = alerted.length > 0 ? others.length > 0 : Math.min(ended.length, others.length) >= repeatsForClaim;
    if (measured !== false || !enough) return null;
    refusals.push(...(alerted.length > 0 ? alerted : ended).slice(0, repeatsForClaim));
    vague = true;
  }
  return {
    confidence: vague || others.length === 0 ? 'likely' : 'proven',
    refusals: [...new Set(refusals)],
    answers: others.slice(0, repeatsForClaim),
  };
}

/** Client versions that the server supports too, by name; empty when none is known. */
export function commonVersions(facts: Facts): VersionName[] {
  return facts.judgement.clientVersions
    .map((version) => versionName(version) as VersionName)
    .filter((version) => supports(facts, version) === true);
}

/** Version that the server chose; a HelloRetryRequest is TLS 1.3's. */
export function chosenVersion({ evidence }: Witness): Code | null {
  if (evidence.negotiated !== null) return evidence.negotiated.version;
  return evidence.received.some(({ message }) => message === 'hello-retry-request') ? versionCode('TLSv1.3') : null;
}

/** Name of a version's code; the code itself when it has none. */
export function versionName(code: Code): string {
  return tlsVersions.nameOf(Number(code));
}

function versionCode(name: VersionName): Code {
  return codeText(tlsVersions.codeOf(name) ?? 0);
}

/** What the probe found; null when it did not find out. */
function supports(facts: Facts, version: string): boolean | null {
  return facts.value('versions')?.find((row) => row.version === version)?.supported ?? null;
}

/** The one alert that means the version (RFC 5246 §7.2.2). */
function saysVersion({ evidence }: Witness): boolean {
  return evidence.alert?.from === 'server' && evidence.alert.code === alerts.codeOf('protocol_version');
}

function choosing(attempts: Iterable<Witness>, version: Code): Witness[] {
  return [...attempts].filter((attempt) => isAnswered(attempt) && chosenVersion(attempt) === version);
}
