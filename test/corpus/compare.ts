/** Our analysis of a capture beside that of others, field by field. */

import type { CapturedClientHello, CaptureReport, Conversation, Endpoint } from '../../lib/evidence/index.ts';
import type { OracleClientHello, OracleFile, OracleServerHello, OracleSession } from './oracle.ts';

export interface Comparison {
  readonly file: string;
  /** `client > server` as we, or else they, have it. */
  readonly conversation: string;
  readonly field: string;
  readonly ours: string;
  readonly theirs: string;
  /** What both are about, for the rules that explain differences. */
  readonly about: { readonly session: OracleSession | null; readonly conversation: Conversation | null };
}

/** Every field that can be compared, the same or not. */
export function compare(
  oracle: OracleFile,
  report: CaptureReport,
  ja4: ReadonlyMap<string, readonly string[]>,
): Comparison[] {
  const comparisons: Comparison[] = [];
  for (const [session, conversation] of paired(oracle.sessions, report.conversations)) {
    const name = conversation !== null ? nameOf(conversation) : `${session?.client} > ${session?.server}`;
    const add = (field: string, ours: unknown, theirs: unknown): void => {
      const about = { session, conversation };
      comparisons.push({ file: oracle.file, conversation: name, field, ours: text(ours), theirs: text(theirs), about });
    };
    add('conversation', conversation === null ? null : protocolOf(conversation), session?.layer ?? null);
    if (session !== null && conversation !== null) compareConversation(session, conversation, add);
  }
  for (const [client, values] of ja4) {
    const hellos = report.conversations.filter((each) => endpoint(each.client) === client);
    hellos.forEach((conversation, i) => {
      if (values[i] === undefined) return;
      const about = { session: null, conversation };
      const ours = conversation.clientHello?.ja4 ?? 'null';
      comparisons.push({
        file: oracle.file,
        conversation: nameOf(conversation),
        field: 'ja4',
        ours,
        theirs: values[i],
        about,
      });
    });
  }
  return comparisons;
}

type Add = (field: string, ours: unknown, theirs: unknown) => void;

function compareConversation(session: OracleSession, conversation: Conversation, add: Add): void {
  const { clientHellos = [], serverHellos = [], certificates = {}, alerts = [] } = session;
  if (session.client != null) add('client', endpoint(conversation.client), session.client);
  const hellos = [conversation.clientHello, ...conversation.moreClientHellos].filter((hello) => hello !== null);
  // Of a hello in DTLS fragments tshark lists each packet, only the last of them with fields.
  const told = clientHellos.filter(({ version }) => version !== null);
  add('clientHellos', hellos.length, told.length);
  for (const [ours, theirs] of aligned(hellos, told)) compareClientHello(ours, theirs, add);
  const answers = answersOf(conversation);
  add('serverHellos', answers.length, serverHellos.length);
  for (const [ours, theirs] of aligned(answers, serverHellos)) compareServerHello(ours, theirs, add);
  const theirs = (side: 'client' | 'server'): readonly string[] =>
    certificates[side] ?? certificates[endpoint(conversation[side])] ?? [];
  add('certificates.server', conversation.certificates.server, theirs('server'));
  add('certificates.client', conversation.certificates.client, theirs('client'));
  add(
    'alerts',
    conversation.alerts.map(
      ({ from, level, code, packet }) => `${packet} ${endpoint(conversation[from])} ${levels[level] ?? level} ${code}`,
    ),
    alerts.map(({ frame, from, level, description }) => `${frame} ${from} ${level} ${description}`),
  );
}

/** One by one where they are as many, else those of the same packet. */
function aligned<A extends { readonly packet: number }, B extends { readonly frame: number }>(
  ours: readonly A[],
  theirs: readonly B[],
): [A, B][] {
  return ours.flatMap((one, i): [A, B][] => {
    const other = ours.length === theirs.length ? theirs[i] : theirs.find(({ frame }) => frame === one.packet);
    return other === undefined ? [] : [[one, other]];
  });
}

const levels: Readonly<Record<string, number>> = { warning: 1, fatal: 2 };

function compareClientHello(ours: CapturedClientHello, theirs: OracleClientHello, add: Add): void {
  add('clientHello.frame', ours.packet, theirs.frame);
  add('clientHello.version', ours.version, versionName(theirs.version));
  add('clientHello.sni', ours.sni, theirs.sni?.[0] ?? null);
  add('clientHello.cipherSuites', ours.cipherSuites.map(Number), theirs.ciphers);
  add('clientHello.extensions', ours.extensions, theirs.extensions);
  add('clientHello.groups', ours.groups.map(Number), theirs.groups ?? []);
  add('clientHello.supportedVersions', ours.supportedVersions.map(Number), theirs.supportedVersions ?? []);
  add('clientHello.signatureSchemes', ours.signatureSchemes.map(Number), theirs.sigAlgs ?? []);
  add('clientHello.alpn', ours.alpn, theirs.alpn ?? []);
  if (theirs.ja3 !== undefined) add('clientHello.ja3', ours.ja3, theirs.ja3);
}

/** A ServerHello or a HelloRetryRequest; of the latter its extensions are not told. */
interface Answer {
  readonly packet: number;
  readonly cipherSuite: string;
  readonly version: string | null;
  readonly extensions: readonly number[] | null;
  readonly alpn: string | null;
}

function answersOf({ helloRetryRequest, serverHello, moreServerHellos }: Conversation): Answer[] {
  const answers: Answer[] = [serverHello, ...moreServerHellos].filter((hello) => hello !== null);
  if (helloRetryRequest !== null) answers.push({ ...helloRetryRequest, version: null, extensions: null, alpn: null });
  return answers.sort((a, b) => a.packet - b.packet);
}

function compareServerHello(ours: Answer, theirs: OracleServerHello, add: Add): void {
  add('serverHello.frame', ours.packet, theirs.frame);
  add('serverHello.cipherSuite', Number(ours.cipherSuite), theirs.cipher);
  if (ours.version !== null)
    add('serverHello.version', ours.version, versionName(theirs.supportedVersions?.[0] ?? theirs.version));
  if (ours.extensions !== null) add('serverHello.extensions', ours.extensions, theirs.extensions);
  if (ours.extensions !== null) add('serverHello.alpn', ours.alpn, theirs.alpn?.[0] ?? null);
}

const versions: Readonly<Record<number, string>> = {
  0x0002: 'SSLv2',
  0x0300: 'SSLv3',
  0x0301: 'TLSv1.0',
  0x0302: 'TLSv1.1',
  0x0303: 'TLSv1.2',
  0x0304: 'TLSv1.3',
  0x0100: 'DTLSv0.9',
  0xfeff: 'DTLSv1.0',
  0xfefd: 'DTLSv1.2',
  0xfefc: 'DTLSv1.3',
};

const versionName = (code: number | null): string | null =>
  code === null ? null : (versions[code] ?? `0x${code.toString(16).padStart(4, '0')}`);

/** Sessions and conversations of the same two ends in the order of their packets, each null where the other side has none. */
function paired(
  sessions: readonly OracleSession[],
  conversations: readonly Conversation[],
): [OracleSession | null, Conversation | null][] {
  const known = conversations.map((each) => [each.protocol, endpoint(each.client), endpoint(each.server)]);
  const theirs = groupedBy(sessions.filter(comparable), (session) => {
    const ends = endsOf(session);
    // Of a stream that only one side speaks in, the oracle has no more than that end.
    const whole = known.find(
      ([protocol, ...both]) => protocol === session.layer && ends.every((end) => both.includes(end)),
    );
    return keyOf(session.layer, ends.length < 2 && whole !== undefined ? whole.slice(1) : ends);
  });
  const ours = groupedBy(conversations, (each) => keyOf(each.protocol, [endpoint(each.client), endpoint(each.server)]));
  const pairs: [OracleSession | null, Conversation | null][] = [];
  for (const key of new Set([...theirs.keys(), ...ours.keys()])) {
    const left = theirs.get(key) ?? [];
    const right = (ours.get(key) ?? []).toSorted((a, b) => a.firstPacket - b.firstPacket);
    for (let i = 0; i < Math.max(left.length, right.length); i++) pairs.push([left[i] ?? null, right[i] ?? null]);
  }
  return pairs;
}

/** Handshakes over TCP and UDP; QUIC is none of ours, and of a stream with nothing but encrypted records there is nothing to compare. */
function comparable({
  layer,
  clientHellos = [],
  serverHellos = [],
  certificates = {},
  alerts = [],
}: OracleSession): boolean {
  if (layer === 'quic') return false;
  return (
    alerts.some(({ level }) => level !== 'encrypted') ||
    clientHellos.length + serverHellos.length + Object.values(certificates).flat().length > 0
  );
}

const protocolOf = ({ protocol }: Conversation): string => protocol;

function endsOf({ client, server, ends, certificates = {}, alerts = [] }: OracleSession): string[] {
  const known = [client, server, ...(ends ?? [])].filter((end) => typeof end === 'string');
  return known.length > 0 ? known : [...Object.keys(certificates), ...alerts.map(({ from }) => from)];
}

const keyOf = (protocol: string, ends: readonly string[]): string => [protocol, ...[...ends].sort()].join(' ');

function groupedBy<T>(items: readonly T[], keyFor: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyFor(item), [...(groups.get(keyFor(item)) ?? []), item]);
  return groups;
}

/** Certificates of both sides. */
export const certificatesOf = ({ certificates }: Conversation): readonly string[] => [
  ...certificates.client,
  ...certificates.server,
];

const endpoint = ({ address, port }: Endpoint): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
const nameOf = ({ client, server }: Conversation): string => `${endpoint(client)} > ${endpoint(server)}`;
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
