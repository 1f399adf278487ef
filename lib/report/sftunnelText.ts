/** The peer of an sftunnel in a few lines: who it is, whose CA, how long that lasts, and what it asks for. */

import type { SftunnelCa, SftunnelValue } from '../evidence/index.ts';
import type { Messages } from './messages/index.ts';
import { validityText } from './validityText.ts';

/** Names of CAs shown of those the peer takes. */
const shownAuthorities = 3;

export function sftunnelFacts(words: Messages, value: SftunnelValue): string[] {
  const { sftunnel: said } = words;
  if (value.peer !== 'answers') return [said.peer[value.peer]];
  return [
    speaksText(words, value),
    identityText(words, value),
    ...(value.identity === null ? [] : [value.ca === null ? said.caUnknown : caText(words, value.ca)]),
    ...askText(words, value.clientCertificate),
  ];
}

function speaksText({ sftunnel: said, comma }: Messages, { tls12, tls13 }: SftunnelValue): string {
  const versions = [...(tls12 === true ? ['TLSv1.2'] : []), ...(tls13 === true ? ['TLSv1.3'] : [])];
  return versions.length === 0 ? said.peer.answers : said.speaks(versions.join(comma));
}

function identityText({ sftunnel: said, comma }: Messages, { identity, chains }: SftunnelValue): string {
  if (identity === null) return chains.length === 0 ? said.hidden : said.stranger;
  const { role, uuid, managerUuid } = identity;
  const issuer = role === 'InternalCA' || managerUuid === null ? [] : [said.issuedBy(managerUuid)];
  return [said.identity[role ?? 'sftunnel'](uuid ?? said.unnamed), ...issuer].join(comma);
}

function caText(words: Messages, { how, certificate, signed }: SftunnelCa): string {
  const { sftunnel: said, comma } = words;
  const proof = signed === null ? said.signed.unknown : signed ? said.signed.yes : said.signed.no;
  const facts = [validityText(words, certificate), proof, said.caSha256(certificate.sha256)];
  return `${said.ca[how]}: ${facts.join(comma)}`;
}

function askText({ sftunnel: said, comma }: Messages, asking: SftunnelValue['clientCertificate']): string[] {
  if (asking.when === null) return [];
  const { authorities } = asking;
  const more = authorities.length > shownAuthorities ? '; …' : '';
  const names = authorities.length === 0 ? [] : [said.takes(authorities.slice(0, shownAuthorities).join('; ') + more)];
  return [[said.asks[asking.when], ...names].join(comma)];
}
