/** What a capture shows of sftunnel: which end is the FMC and which the FTD, both certificates and their CA, and why something is missing. */

import type { CapturedCertificate, Conversation, DatedCertificate, Side } from '../../evidence/index.ts';
import { nameAttributes, sftunnelShape } from '../../x509/names.ts';
import { labelled, type Page, paragraph, type Row } from '../page.ts';
import { day, validityText } from '../validityText.ts';
import type { CaptureDigest, SftunnelPeers } from './digest.ts';
import { endpointText, shortName } from './names.ts';

/** A block for each pair of ends; those of whom no certificate is to be seen share one for each reason. */
export function sftunnelLines(page: Page, digest: CaptureDigest): string[] {
  const known = new Map(digest.certificates.map((certificate) => [certificate.sha256, certificate]));
  const more = (count: number): string[] => (count === 0 ? [] : paragraph(page, page.words.capture.more(count), 2));
  const told = new Map<string, string>();
  const seen = [...digest.peers.values()].map((peers) => peersLines(page, peers, known, told));
  if (digest.morePeers > 0) seen.push(more(digest.morePeers));
  const byReason = new Map<string, SftunnelPeers[]>();
  for (const peers of digest.hiddenPeers.values()) {
    const reason = absenceTexts(page, peers.first).join('\n');
    byReason.set(reason, [...(byReason.get(reason) ?? []), peers]);
  }
  const hidden = [...byReason.values()].map((peers) =>
    hiddenLines(page, peers, byReason.size === 1 ? digest.moreHidden : 0),
  );
  if (digest.moreHidden > 0 && byReason.size > 1) hidden.push(more(digest.moreHidden));
  return [...seen, ...hidden].flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** Pairs of ends that are named before the rest is counted. */
const namedPairs = 5;

/** Ends of whom no certificate is to be seen for the same reason, which is told once; `unnamed` are not among `peers`. */
function hiddenLines(page: Page, peers: readonly SftunnelPeers[], unnamed: number): string[] {
  const [{ first } = { first: undefined }] = peers;
  if (first === undefined) return [];
  const { side, more } = page.words.capture;
  const [server = '', client = ''] = absenceTexts(page, first);
  const left = Math.max(0, peers.length - namedPairs) + unnamed;
  const rows: Row[] =
    server === client
      ? [{ label: `${side.server}${page.words.comma}${side.client}`.trim(), paragraphs: [server] }]
      : [
          { label: side.server, paragraphs: [server] },
          { label: side.client, paragraphs: [client] },
        ];
  return [
    ...peers.slice(0, namedPairs).flatMap((each) => endsLines(page, each)),
    ...(left > 0 ? paragraph(page, more(left), 2) : []),
    ...labelled(page, [...rows, ...captureAgainRows(page, first)], 4),
  ];
}

/** How to come by a handshake, and what to see to before: a channel whose CA has ended does not come up again. */
function captureAgainRows({ words }: Page, conversation: Conversation): Row[] {
  if (!upBefore(conversation)) return [];
  const { sftunnel } = words.capture;
  return [
    {
      label: words.label.next,
      paragraphs: [sftunnel.datesFirst],
      commands: ['openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem'],
    },
    { label: '', paragraphs: [sftunnel.thenRestart], commands: ['pmtool restartbyid sftunnel'] },
  ];
}

/** Why the server, then the client, has no certificate in the capture. */
function absenceTexts({ words: { capture } }: Page, conversation: Conversation): string[] {
  const { server, client } = conversation.certificateAbsence;
  return [server, client].map((absence) => {
    if (absence === null) return capture.notSent;
    const before = upBefore(conversation) && (absence === 'truncated' || absence === 'no-handshake');
    return before ? capture.sftunnel.upBefore : capture.absence[absence];
  });
}

/** The capture has nothing of the handshake, since it began later. */
function upBefore({ evidence, clientHello, serverHello }: Conversation): boolean {
  return evidence.completeness === 'mid-stream' && clientHello === null && serverHello === null;
}

type Certificates = ReadonlyMap<string, CapturedCertificate>;

function peersLines(page: Page, peers: SftunnelPeers, known: Certificates, told: Map<string, string>): string[] {
  const { first } = peers;
  const rows = [...sideRows(page, first, known), ...authorityRows(page, first, known)];
  return [...endsLines(page, peers), ...labelled(page, toldOnce(page, rows, first.id, told), 4)];
}

/** One FMC and its CA have many devices: what was told word for word of an earlier conversation is there. @param told conversations by what was told */
function toldOnce(page: Page, rows: readonly Row[], id: string, told: Map<string, string>): Row[] {
  return rows.map((row) => {
    const key = JSON.stringify(row.paragraphs);
    const before = told.get(key);
    if (before === undefined) told.set(key, id);
    if (before === undefined || before === id || key.length < worthPointing) return row;
    const [name] = row.paragraphs;
    const names = row.paragraphs.length > 1 && name !== undefined ? [name] : [];
    return { ...row, paragraphs: [...names, page.words.capture.sftunnel.asIn(before)] };
  });
}

/** Shorter than this, telling again takes no more room than where it was told. */
const worthPointing = 60;

function endsLines(page: Page, { first, count }: SftunnelPeers): string[] {
  const { sftunnel } = page.words.capture;
  const ends = sftunnel.peers(first.client.address, endpointText(first.server));
  return paragraph(page, `${ends}${page.words.comma}${sftunnel.times(count, first.id)}`, 2);
}

/** The FMC first where it is known which end that is. */
function sideRows(page: Page, conversation: Conversation, known: Certificates): Row[] {
  const sides: Side[] = conversation.sftunnel?.role.client === 'FMC' ? ['client', 'server'] : ['server', 'client'];
  return sides.map((side) => {
    const role = conversation.sftunnel?.role[side] ?? null;
    const { capture } = page.words;
    const name = capture.side[side];
    return {
      label: role === null ? name : `${role} (${name})`,
      paragraphs: sideTexts(page, conversation, side, known),
    };
  });
}

function sideTexts(page: Page, conversation: Conversation, side: Side, known: Certificates): string[] {
  const { capture } = page.words;
  const [leaf] = conversation.certificates[side];
  if (leaf === undefined)
    return absenceTexts(page, conversation)
      .slice(side === 'server' ? 0 : 1)
      .slice(0, 1);
  const { sftunnel } = conversation;
  const uuid = sftunnel?.uuid[side] ?? null;
  const certificate = known.get(leaf);
  return [
    ...(uuid === null ? [] : [`UUID ${uuid}`]),
    ...(certificate === undefined ? [] : [validity(page, certificate)]),
    ...(certificate === undefined ? [] : [`${page.words.label.issuer} ${shortName(certificate.issuer)}`]),
    capture.sftunnel.signature[sftunnel?.authority[side] ?? 'unknown'],
    ...((sftunnel?.role[side] ?? null) === null ? [capture.sftunnel.roleUnknown] : []),
  ];
}

/** The CA of each leaf where it was sent; that it was not is worth a line, as its end stops the tunnel. */
function authorityRows(page: Page, conversation: Conversation, known: Certificates): Row[] {
  const { capture } = page.words;
  const sent = [...conversation.certificates.server, ...conversation.certificates.client].flatMap((sha256) => {
    const certificate = known.get(sha256);
    return certificate === undefined ? [] : [certificate];
  });
  const authorities = sent.filter((certificate) => sftunnelShape(certificate)?.role === 'InternalCA');
  const { client, server } = conversation.sftunnel?.given ?? { client: null, server: null };
  const given = [server ?? [], client?.sha256 === server?.sha256 ? [] : (client ?? [])].flat();
  const unseen = [...new Set(sent.map(({ issuer }) => issuer))].filter(
    (issuer) =>
      sftunnelShape({ subject: issuer, issuer })?.role === 'InternalCA' &&
      ![...authorities, ...given].some(({ subject }) => subject === issuer),
  );
  const paragraphs = [
    ...[...new Set(authorities)].flatMap((authority) => [
      `CN ${commonName(authority.subject)}`,
      validity(page, authority),
    ]),
    ...given.flatMap((authority) => [
      capture.sftunnel.authorityGiven(commonName(authority.subject)),
      validity(page, { ...authority, daysLeftAtCapture: null }),
    ]),
    ...unseen.map((issuer) => capture.sftunnel.authorityUnseen(shortName(issuer))),
  ];
  return [{ label: capture.sftunnel.authority, paragraphs }];
}

function validity(
  { words }: Page,
  certificate: DatedCertificate & Pick<CapturedCertificate, 'daysLeftAtCapture'>,
): string {
  const { notBefore, daysLeft, daysLeftAtCapture: then } = certificate;
  return [
    words.from(day(notBefore)),
    validityText(words, certificate),
    ...(then === null || then === daysLeft ? [] : [words.capture.sftunnel.atCapture(then)]),
  ].join(words.comma);
}

function commonName(name: string): string {
  return nameAttributes(name).find(({ type }) => type === 'CN')?.value ?? name;
}
