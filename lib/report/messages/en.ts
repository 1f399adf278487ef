/** Words of the text report, English. Findings bring their own texts from lib/diagnose. */

import type { OwnCertificateValue } from '../../evidence/index.ts';
import { captureEn } from './capture-en.ts';
import { certificatesEn } from './certificates-en.ts';
import { chainEn } from './chain-en.ts';
import { logEn } from './log-en.ts';
import { pathEn, pathReasonsEn } from './path-en.ts';
import { sftunnelEn } from './sftunnel-en.ts';

export const en = {
  verdict: { clean: 'CLEAN', findings: 'FINDINGS', inconclusive: 'INCONCLUSIVE', unreachable: 'UNREACHABLE' },
  verdictLong: {
    clean: 'no fault found',
    inconclusive: 'the measurements do not decide',
    unreachable: 'no connection could be established',
  },
  undecided: (probes: string) => `undecided: ${probes}`,
  cleanOf: (probes: string) => `no fault found in what was measured: ${probes}`,
  /** After the sentence of the verdict. */
  asksUntested: '; the server asks for a client certificate, and what it does with one, or without, was not tested',
  undecidedOf: (probes: string, open: string) => `no fault found in ${probes}; undecided: ${open}`,
  severity: { high: 'HIGH', medium: 'MEDIUM', low: 'LOW', info: 'INFO' },
  confidence: { proven: 'proven', likely: 'likely', possible: 'possible' },
  pattern: (pattern: string) => (pattern === 'sftunnel' ? 'sftunnel' : `pattern ${pattern}`),
  status: { completed: 'completed', inconclusive: 'inconclusive', skipped: 'skipped', failed: 'failed' },
  connect: {
    ok: 'connected',
    refused: 'the port refused the connection',
    timeout: 'no answer to the SYN',
    unreachable: 'the network says it is unreachable',
    'resolve-failed': 'the name does not resolve',
    unseen: 'not seen',
  },
  counted: (count: number, severity: string) => `${count} ${severity.toLowerCase()}`,
  asAbove: 'as above',
  label: {
    evidence: 'Evidence',
    excluded: 'Ruled out',
    next: 'Next step',
    verify: 'Verify',
    caution: 'Caution',
    versions: 'Versions',
    ciphers: 'Ciphers',
    groups: 'Groups',
    certificates: 'Certificates',
    clientAuth: 'Client auth',
    hello: 'Hello',
    path: 'Path',
    alpn: 'ALPN',
    renegotiation: 'Renegotiation',
    resumption: 'Resumption',
    undecided: 'Undecided',
    skipped: 'Skipped',
    checklist: 'Recommended',
    run: 'Run',
    issuer: 'issuer',
    names: 'names',
    key: 'key',
    valid: 'valid',
    sha256: 'sha256',
  },
  /** Between the items of a list in running text. */
  comma: ', ',
  moreEvidence: (count: number) => `and ${count} more (all of them: --json)`,
  attempt: {
    hello: (bytes: number) => `${bytes} B hello`,
    segments: (count: number) => `in ${count} segments`,
    records: (count: number) => `in ${count} records`,
    reply: (ms: string) => `reply after ${ms}`,
    noReply: 'no reply',
  },
  off: (names: string) => `off: ${names}`,
  unknown: (names: string) => `unknown: ${names}`,
  none: 'none',
  suites: (count: number) => (count === 1 ? '1 suite' : `${count} suites`),
  atLeast: (text: string) => `at least ${text}`,
  order: { server: "server's order", client: "client's order", unknown: 'order unknown' },
  /** `days` is rounded down: -1 is any moment of the first day after the end. */
  daysLeft: (days: number, date: string) => {
    if (days >= 0) return `${plural(days)} left (until ${date})`;
    return days === -1 ? `ended less than a day ago (${date})` : `ended ${plural(-days - 1)} ago (${date})`;
  },
  datesUnreadable: 'validity dates unreadable',
  startsLater: (date: string) => `not valid before ${date}`,
  from: (date: string) => `from ${date}`,
  bits: (bits: number) => `${bits} bits`,
  chainOf: (count: number) => `chain of ${count}`,
  trust: {
    trusted: 'trusted',
    incomplete: 'chain incomplete',
    'untrusted-root': 'root not trusted',
    'self-signed': 'self-signed',
    'bad-signature': 'bad signature',
    unverified: 'signature not checked',
    invalid: 'invalid path',
    unreadable: 'unreadable',
  },
  clientAuth: {
    required: 'certificate required',
    requested: 'certificate requested, not required',
    requestedUnknown: 'certificate requested',
    none: 'no certificate requested',
    untested:
      'the server asks for a client certificate; whether it refuses a client without one, and which it accepts, was not tested (probe client-auth)',
    authorities: (count: number) => (count === 1 ? '1 accepted CA' : `${count} accepted CAs`),
    ours: ({ accepted, alert }: OwnCertificateValue) =>
      accepted === true
        ? 'the certificate given is accepted'
        : accepted === false
          ? `the certificate given is refused: alert ${alert}`
          : `whether the certificate given is accepted does not show${alert === null ? '' : `: alert ${alert}`}`,
  },
  sizes: (count: number, from: number, to: number) => `all ${count} sizes tried from ${from} to ${to} B answered`,
  sizesUnproven: (sizes: string) => `no answer at ${sizes} B, not confirmed`,
  sizesFailing: (ranges: string) => `no answer at ${ranges} B`,
  cases: (probe: string, count: number) => `${probe}: ${count === 1 ? '1 case' : `all ${count} cases`} answered`,
  casesUnproven: (probe: string, names: string) => `${probe}: no answer at ${names}, not confirmed`,
  casesFailing: (probe: string, names: string) => `${probe}: fails at ${names}`,
  secureRenegotiation: (secure: boolean): string => (secure ? 'secure (RFC 5746)' : 'no renegotiation_info (RFC 5746)'),
  resumption: { sessionId: 'session id', ticket: 'ticket', tls13Ticket: 'TLS 1.3 ticket' },
  yes: 'yes',
  no: 'no',
  unsure: 'unknown',
  connections: (count: number) => (count === 1 ? '1 connection' : `${count} connections`),
  connectionsIn: (connections: string, time: string) => `${connections} in ${time}`,
  serial: () => 'one connection at a time: beside another of ours this server left one unanswered',
  table: { target: 'Target', verdict: 'Verdict', main: 'Main finding', time: 'Time' },
  targets: (count: number) => (count === 1 ? '1 target' : `${count} targets`),
  planted: (diagnosed: number, all: number) =>
    `${diagnosed} of ${all} embedded headends and paths diagnosed as planted`,
  missed: (expected: string, found: string) => `planted ${expected}, found ${found}`,
  nothingPlanted: 'no fault',
  noFinding: 'nothing wrong found',
  bundleHint: 'Everything that was measured: --json, or helloprobe check with one target',
  explainHint: 'More on a finding: helloprobe explain <id>',
  /** What stands behind the id of a reason. */
  detail: (detail: string) => detail,
  /** A part of why a version is known, or is not. */
  versionWhy: {
    alert: (alert: string) => `alert ${alert}`,
    chose: (version: string) => `server chose ${version}`,
    eachTime: (reply: string) => `${reply} each time`,
    /** What is not here is shown as it is. */
    phrases: {} as Readonly<Record<string, string>>,
  },
  /** Reasons of observations by id; `detail` is what follows the id, may be empty. A reason not listed is shown as it is. */
  reasons: {
    'missing-ability': (detail: string) => `needs an ability that is missing here: ${detail}`,
    'no-answer': () => 'no hello was answered',
    'deadline-reached': () => 'the deadline of the run passed',
    'budget-exhausted': () => 'the connections of the run are used up (--max-connections; --quick has 6)',
    'target-lost': () => 'the target stopped answering, also to the hello it had answered before',
    aborted: () => 'interrupted',
    'some-versions-unknown': () => 'a version was met with silence, which proves nothing',
    'quick-run': (detail: string) =>
      `not decided in the few connections of --quick: ${detail}; a run without it decides`,
    'usual-hello-failed': (detail: string) =>
      `the usual hello${detail === '' ? '' : ` (${detail})`} failed, a plainer one or one in smaller packets was answered; where no finding says why, helloprobe check looks into it, without --quick, --only and --skip`,
    unsteady: (detail: string) => `not answered alike each time: ${detail}`,
    'versions-unknown': () => 'it is not known which versions the server has',
    'list-incomplete': () => 'the server stopped answering before the list was complete',
    'no-certificate-seen': () => 'no certificate came',
    'not-reproducible': (detail: string) => `failed only sometimes${detail === '' ? '' : ` (${detail})`}`,
    unstable: (detail: string) => `failed only sometimes${detail === '' ? '' : ` (${detail})`}`,
    'control-failed': (detail: string) =>
      `the hello that is answered otherwise was not, either${detail === '' ? '' : ` (${detail})`}`,
    'needs-tls12': () => 'only TLS 1.2 shows it in clear',
    'no-extensions': () => 'the hello that is answered has no extensions',
    'no-signed-key-exchange': () => 'the server has neither ECDHE nor DHE',
    'no-spec': () => 'the hello that is answered was given as bytes',
    'handshake-unfinished': () => 'the handshake did not finish',
    'no-version': () => 'the server has no version that it applies to',
    refused: () => 'the port refuses connections',
    timeout: () => 'no answer to the SYN',
    unreachable: () => 'the network says the target is unreachable',
    'resolve-failed': () => 'the name does not resolve',
    silent: () => 'no answer to any hello',
    ...pathReasonsEn,
  } as Readonly<Record<string, (detail: string) => string>>,
  path: pathEn,
  checklist: {
    notDone: (title: string, why: string) => `✖ ${title}: ${why}`,
    done: (titles: string) => `✔ ${titles}`,
    unknown: (titles: string) => `? ${titles}`,
    notVisible: (titles: string) => `– not visible from outside: ${titles}`,
  },
  sftunnel: sftunnelEn,
  capture: captureEn,
  certs: certificatesEn,
  chain: chainEn,
  log: logEn,
};

function plural(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** What every language has to say. */
export type Messages = typeof en;
