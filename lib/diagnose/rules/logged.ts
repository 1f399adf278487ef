/**
 * What a log says went wrong. Its writer tells what it saw by its own clock, its own roots and the name it expected, which are not
 * known here: what it says of certificates is never proven.
 */

import {
  type CertificateComplaint,
  type Confidence,
  type LogComplaint,
  type LogEpisode,
  type LogLack,
  type Severity,
  sftunnelPort,
} from '../../evidence/index.ts';
import { alerts } from '../../wire/index.ts';
import { lineEvidence, linesOf } from '../facts/episode.ts';
import type { LogView } from '../facts/facts.ts';
import type { FindingId } from '../findings/catalogue.ts';
import type { FindingDraft } from '../findings/finding.ts';
import { connectRules } from './connect.ts';
import type { Rule } from './rule.ts';
import { sftunnelRules } from './sftunnel.ts';
import { refusesVersion } from './versions.ts';

/** A claim that a complaint about a certificate makes; `alternatives` are other things that the same words may mean. */
interface Meaning {
  readonly id: FindingId;
  readonly confidence: Confidence;
  readonly severity?: Severity;
  readonly alternatives?: readonly FindingId[];
}

/** Complaints about certificates. */
const complaints: Rule = ({ log }) => {
  if (log === null) return [];
  return log.episode.complaints.flatMap((complaint) =>
    meaningsOf(log.episode, complaint).map(
      (meaning): FindingDraft => ({
        ...meaning,
        ...aboutPeer(log),
        captured: false,
        evidence: complaintLines(log, complaint),
      }),
    ),
  );
};

/** Lacks that a line names by their words. */
const lacks: Rule = ({ log }) => {
  if (log === null) return [];
  const named = log.episode.lacks.map((lack) => lackIds[lack]);
  const version = refusesVersion(log.witness) && !log.episode.lacks.includes('version');
  const ids = version ? [...named, lackIds.version] : named;
  return ids.map(
    ({ id, severity }): FindingDraft => ({
      id,
      ...(severity === undefined ? {} : { severity }),
      confidence: 'likely',
      ...aboutPeer(log),
      evidence: failureLines(log),
    }),
  );
};

/** An alert, a RST or a FIN that nothing else in the episode explains. */
const unexplainedEnd: Rule = ({ log }) => {
  if (log === null) return [];
  const { complaints: said, lacks: named } = log.episode;
  const { end, alert } = log.witness.evidence;
  if (refusesVersion(log.witness) || named.length > 0 || said.some(({ what }) => what !== 'unspecified')) return [];
  if (end === 'alert' && alert !== null) {
    return [
      {
        id: 'handshake.alert',
        confidence: 'proven',
        ...aboutPeer(log),
        evidence: failureLines(log),
        alternatives: alert.code === alerts.codeOf('handshake_failure') ? afterFailure : [],
      },
    ];
  }
  if (end !== 'reset' && end !== 'closed' && end !== 'not-tls') return [];
  return [{ id: `handshake.${end}`, confidence: 'likely', ...aboutPeer(log), evidence: failureLines(log) }];
};

/** DTLS, beside a connection over TLS that came up. */
const dtls: Rule = ({ log }) => {
  if (log === null) return [];
  const { dtls: became } = log.episode;
  const evidence = linesOf(log.episode, ['dtls', 'negotiated']);
  if (evidence.length === 0 || became === null || became === 'established') return [];
  return [
    became === 'refused'
      ? { id: 'vpn.dtls-disabled', confidence: 'likely', ...aboutPeer(log), captured: false, evidence }
      : { id: 'vpn.dtls-blocked', confidence: 'possible', ...aboutPeer(log), captured: false, evidence },
  ];
};

/** Rules for episodes of logs: what holds for live attempts too, where nothing but the connection and its end is looked at, and their own. */
export const logRules: readonly Rule[] = [...connectRules, ...sftunnelRules, complaints, lacks, unexplainedEnd, dtls];

const lackIds: Readonly<Record<LogLack, { readonly id: FindingId; readonly severity?: Severity }>> = {
  version: { id: 'tls.no-common-version' },
  cipher: { id: 'tls.no-common-cipher' },
  group: { id: 'tls.no-common-group' },
  'client-certificate': { id: 'tls.client-certificate-required', severity: 'high' },
  'secure-renegotiation': { id: 'tls.insecure-renegotiation' },
};

/** What 40 may mean. */
const afterFailure: readonly FindingId[] = [
  'tls.no-common-cipher',
  'tls.no-common-group',
  'tls.client-certificate-required',
];

function meaningsOf(episode: LogEpisode, complaint: LogComplaint): readonly Meaning[] {
  return isOfSftunnel(episode) ? ofSftunnel(complaint) : ofOthers(complaint);
}

/** The writer is sftunnel, or it speaks of its certificates or its port. */
function isOfSftunnel({ dialect, peer, complaints: said }: LogEpisode): boolean {
  return dialect === 'sftunnel' || peer.port === sftunnelPort || said.some(({ subject }) => isInternalCa(subject));
}

function ofSftunnel(complaint: LogComplaint): readonly Meaning[] {
  const { what, subject, by } = complaint;
  switch (what) {
    case 'expired': {
      // Both are made for ten years and renewed together, and who finds the CA expired looks no further: the other may have too.
      // Captures and probes that see one of the two say the same. What no line names is no grave matter of its own.
      const named = subject === null ? null : expiredIdOf(subject);
      return (['sftunnel.ca-expired', 'sftunnel.certificate-expired'] as const).map((id) => ({
        id,
        confidence: id === named ? 'likely' : 'possible',
        ...(named === null || id === named ? {} : { severity: 'medium' }),
      }));
    }
    case 'issuer-unknown':
    case 'self-signed':
    case 'self-signed-in-chain':
    case 'bad-signature':
      return [{ id: 'sftunnel.ca-mismatch', confidence: 'likely' }];
    case 'unspecified':
      // An alert has a finding of its own.
      return by === 'peer'
        ? []
        : [{ id: 'sftunnel.ca-mismatch', confidence: 'possible', alternatives: ['sftunnel.ca-expired'] }];
    default:
      return ofOthers(complaint);
  }
}

/** A complaint that was cut is one of several that begin or end so. */
function ofOthers({ what, by, cut }: LogComplaint): readonly Meaning[] {
  // An alert without a reason has a finding of its own.
  if (what === 'unspecified' && by === 'peer') return [];
  return meanings[what].map((meaning) => ({ ...meaning, confidence: cut ? 'possible' : meaning.confidence }));
}

const likely = (id: FindingId): readonly Meaning[] => [{ id, confidence: 'likely' }];
const possible = (id: FindingId, alternatives: readonly FindingId[] = []): Meaning => ({
  id,
  confidence: 'possible',
  severity: 'medium',
  alternatives,
});

const meanings: Readonly<Record<CertificateComplaint, readonly Meaning[]>> = {
  expired: likely('cert.expired'),
  'not-yet-valid': likely('cert.not-yet-valid'),
  'name-mismatch': likely('cert.name-mismatch'),
  'self-signed': likely('cert.self-signed'),
  'self-signed-in-chain': likely('cert.untrusted-root'),
  // Not sent, or not trusted: from the words of the verifier it is not told which.
  'issuer-unknown': [possible('cert.chain-incomplete'), possible('cert.untrusted-root')],
  'bad-signature': [possible('cert.untrusted-root')],
  'weak-signature': likely('cert.weak-signature'),
  'weak-key': likely('cert.weak-key'),
  'wrong-usage': likely('cert.wrong-usage'),
  revoked: [],
  unspecified: [possible('cert.chain-incomplete', ['cert.untrusted-root', 'cert.name-mismatch', 'cert.expired'])],
};

/** `/title=InternalCA/…` as OpenSSL writes it in one line, also cut, and in the form of newer versions. */
function isInternalCa(subject: string | null): boolean {
  if (subject === null) return false;
  const title = /^\/?title ?= ?(\w{1,20})/.exec(subject)?.[1] ?? '';
  return title.length >= 'Intern'.length && 'InternalCA'.startsWith(title);
}

/** Which of the two a name is of; null where the line was cut before it tells. */
function expiredIdOf(subject: string): 'sftunnel.ca-expired' | 'sftunnel.certificate-expired' | null {
  if (isInternalCa(subject)) return 'sftunnel.ca-expired';
  return caBegins.startsWith(subject.replaceAll(' ', '')) ? null : 'sftunnel.certificate-expired';
}

const caBegins = '/title=InternalCA';

/** The other side; of a client that a server's log names, the server itself is what the finding is about. */
function aboutPeer({ episode }: LogView): { readonly subject?: string } {
  const { host, peer, writer, dialect } = episode;
  if (dialect === 'sftunnel' || writer !== 'server') {
    const { address, port } = peer;
    if (address === null) return host === null ? {} : { subject: host };
    const shown = address.includes(':') ? `[${address}]` : address;
    return { subject: port === null ? address : `${shown}:${port}` };
  }
  return host === null ? {} : { subject: host };
}

/** The line that complains, the names of the certificate right before it, and the first that tells of the failure. */
function complaintLines(log: LogView, { line }: LogComplaint): FindingDraft['evidence'] {
  const { episode } = log;
  const index = episode.events.findIndex((event) => event.line === line);
  if (index < 0) return failureLines(log);
  let first = index;
  // A line with its place in the chain begins what is said of a certificate.
  const begins = (at: number): boolean => /depth ?[=:]|certificate at/.test(episode.events[at]?.text ?? '');
  while (!begins(first) && episode.events[first - 1]?.kind === 'certificate-name') first--;
  const failed = episode.events.find((event, at) => event.kind === 'handshake-failed' && at !== index);
  const shown = [episode.events[index], ...episode.events.slice(Math.max(first, index - 3), index), failed];
  return shown.flatMap((event) =>
    event === undefined ? [] : [{ kind: 'log-line' as const, ...lineEvidence(episode, event) }],
  );
}

function failureLines({ episode, witness }: LogView): FindingDraft['evidence'] {
  const lines = linesOf(episode, ['alert', 'handshake-failed', 'verify-error']);
  return lines.length > 0 || witness.logged === undefined ? lines : [{ kind: 'log-line', ...witness.logged }];
}
