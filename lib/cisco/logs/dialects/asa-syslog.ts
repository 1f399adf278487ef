/** Syslog messages of ASA and FTD about SSL, AnyConnect and DTLS, by their numbers. */

import type { GrammarRow, LineFacts } from '../grammar.ts';
import { portIn } from '../grammar.ts';
import { opensslReason } from '../openssl-reason.ts';

const guide = 'Cisco Secure Firewall ASA Series Syslog Messages, 722001 to 776020';
const mtuDocument = `${guide}; Cisco document 116881`;

/** `client outside:192.0.2.7/51000 to 198.51.100.1/443`: the remote end comes first. */
const peers = /(?<type>client|server) [^ :]{1,64}:(?<address>[0-9a-fA-F.:]{2,39})\/(?<port>\d{1,5})(?:\(\d+\))? to /;
/** `Group <g> User <u> IP <192.0.2.7>`: the user's name is none of our business. */
const user = /IP <?(?<address>[0-9a-fA-F.:]{2,39})>?/;

const row = (
  number: number,
  kind: GrammarRow['kind'],
  more: Partial<Omit<GrammarRow, 'id' | 'kind'>> = {},
): GrammarRow => ({ id: `asa-syslog.${number}`, dialect: 'asa-syslog', kind, words: '', source: guide, ...more });

const remote =
  (facts: LineFacts) =>
  (rest: string): LineFacts => ({ ...facts, ...remoteIn(rest) });
const ofUser =
  (facts: LineFacts) =>
  (rest: string): LineFacts => {
    const address = user.exec(rest)?.groups?.['address'];
    return { ...facts, ...(address === undefined ? {} : { address, flow: address }) };
  };

/** By number. */
export const asaSyslogRows: ReadonlyMap<number, GrammarRow> = new Map(
  [
    row(722033, 'connected', { read: ofUser({ outcome: 'connected' }) }),
    row(722034, 'note', { read: ofUser({}) }),
    row(722035, 'packet-size', { read: ofUser({}) }),
    row(722036, 'packet-size', { source: mtuDocument, read: ofUser({}) }),
    row(722037, 'disconnected', { read: ofUser({}) }),
    row(722038, 'disconnected', { read: ofUser({}) }),
    row(722043, 'dtls', { read: ofUser({ dtls: 'refused' }) }),
    row(725001, 'hello', { begins: true, read: remote({ connect: 'ok' }) }),
    row(725002, 'negotiated', {
      ends: true,
      read: (rest) => {
        const version = /for (?<version>D?TLSv[\d.]{1,3}|SSLv\d) session/.exec(rest)?.groups?.['version'];
        return {
          connect: 'ok',
          outcome: 'connected',
          ...remoteIn(rest),
          ...(version === undefined ? {} : { version }),
          ...(version?.startsWith('DTLS') === true ? { dtls: 'established' } : {}),
        };
      },
    }),
    row(725003, 'resumed', { read: remote({}) }),
    row(725004, 'note', { read: remote({ writer: 'server' }) }),
    row(725006, 'handshake-failed', { read: remote({ connect: 'ok', outcome: 'failed' }) }),
    row(725007, 'disconnected', { read: remote({}) }),
    row(725012, 'negotiated', {
      read: (rest) => {
        const cipher = /chooses cipher (?<cipher>[\w-]{3,60}) for/.exec(rest)?.groups?.['cipher'];
        return { ...remoteIn(rest), ...(cipher === undefined ? {} : { cipher }) };
      },
    }),
    row(725014, 'handshake-failed', {
      read: (rest) => {
        const reason = /Reason:\s*(?<reason>.*)$/.exec(rest)?.groups?.['reason'] ?? '';
        return { outcome: 'failed', ...opensslReason(reason) };
      },
    }),
    row(725015, 'verify-error', { read: () => ({ writer: 'server', outcome: 'failed' }) }),
    row(725017, 'note', { read: remote({}) }),
    row(725025, 'note'),
  ].map((known) => [Number(known.id.slice('asa-syslog.'.length)), known] as const),
);

function remoteIn(rest: string): LineFacts {
  const { type, address, port } = peers.exec(rest)?.groups ?? {};
  if (address === undefined) return {};
  // The device is the server of a client, and the client of a server. A client's port says nothing of the service.
  const flow = `${address}/${port}`;
  return type === 'server' ? { writer: 'client', flow, address, ...portIn(port) } : { writer: 'server', flow, address };
}
