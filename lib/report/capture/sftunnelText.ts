/** What a capture shows of sftunnel: which end is the FMC and which the FTD, both certificates and their CA, and why something is missing. */

import type { CapturedCertificate, Conversation, Side } from '../../evidence/index.ts';
import { nameAttributes, sftunnelShape } from '../../x509/index.ts';
import { day, validityText } from '../factsText.ts';
import { labelled, type Page, paragraph, type Row } from '../page.ts';
import type { CaptureDigest, SftunnelPeers } from './digest.ts';
import { endpointText, shortName } from './names.ts';

/** A block for each pair of ends. */
export function sftunnelLines(page: Page, digest: CaptureDigest): string[] {
  const known = new Map(digest.certificates.map((certificate) => [certificate.sha256, certificate]));
  const blocks = [...digest.peers.values()].map((peers) => peersLines(page, peers, known));
  return [
    ...blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])),
    ...(digest.morePeers === 0 ? [] : paragraph(page, page.words.capture.more(digest.morePeers), 2)),
  ];
}

type Certificates = ReadonlyMap<string, CapturedCertificate>;

function peersLines(page: Page, { first, count }: SftunnelPeers, known: Certificates): string[] {
  const { sftunnel } = page.words.capture;
  const ends = sftunnel.peers(first.client.address, endpointText(first.server));
  return [
    ...paragraph(page, `${ends}${page.words.comma}${sftunnel.times(count, first.id)}`, 2),
    ...labelled(page, [...sideRows(page, first, known), ...authorityRows(page, first, known)], 4),
  ];
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
  const absence = conversation.certificateAbsence[side];
  if (leaf === undefined) return [absence === null ? capture.notSent : capture.absence[absence]];
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
  const unseen = [...new Set(sent.map(({ issuer }) => issuer))].filter(
    (issuer) =>
      sftunnelShape({ subject: issuer, issuer })?.role === 'InternalCA' &&
      !authorities.some(({ subject }) => subject === issuer),
  );
  const paragraphs = [
    ...[...new Set(authorities)].flatMap((authority) => [
      `CN ${commonName(authority.subject)}`,
      validity(page, authority),
    ]),
    ...unseen.map((issuer) => capture.sftunnel.authorityUnseen(shortName(issuer))),
  ];
  return [{ label: capture.sftunnel.authority, paragraphs }];
}

function validity({ words }: Page, certificate: CapturedCertificate): string {
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
