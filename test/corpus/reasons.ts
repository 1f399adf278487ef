/**
 * Why a field differs: general rules, each computed from the two analyses and the packets, never from the name of a file. A
 * difference that no rule explains is ours to look into.
 */

import type { CaptureReport } from '../../lib/evidence/index.ts';
import { type Comparison, certificatesOf } from './compare.ts';
import type { Frame } from './frames.ts';
import {
  beginsWithRecord,
  distinct,
  encryptsNothing,
  firstFrames,
  framesOf,
  holds,
  isAlertRecord,
  isRecord,
  repeatsItself,
  sameElements,
  samePayload,
  withoutFrames,
} from './looks.ts';
import type { OracleFile } from './oracle.ts';

export interface Evidence {
  readonly oracle: OracleFile;
  readonly report: CaptureReport;
  readonly frames: ReadonlyMap<number, Frame>;
}

export interface Reason {
  readonly id: string;
  /** Which of the two it is about, and what it does there. */
  readonly text: string;
  readonly explains: (difference: Comparison, evidence: Evidence) => boolean;
}

/** The id of the first rule that explains the difference, or null. */
export function reasonOf(difference: Comparison, evidence: Evidence): string | null {
  return reasons.find(({ explains }) => explains(difference, evidence))?.id ?? null;
}

export const reasons: readonly Reason[] = [
  {
    id: 'no-handshake',
    text: 'oracle: does not list streams of which only encrypted records were captured',
    explains: ({ field, theirs, about: { conversation: ours } }) =>
      field === 'conversation' &&
      theirs === 'null' &&
      ours?.clientHello === null &&
      ours.serverHello === null &&
      certificatesOf(ours).length === 0 &&
      ours.alerts.every(({ level }) => level === 'encrypted'),
  },
  {
    id: 'other-dissector',
    text: 'tshark: took the stream for the protocol of its port, or of its first bytes, and did not see the ClientHello in it',
    explains: ({ field, theirs, about: { conversation: ours } }, { frames }) =>
      field === 'conversation' && theirs === 'null' && ours?.clientHello != null && beginsWithRecord(ours, frames),
  },
  {
    id: 'openvpn',
    text: 'tshark: reads OpenVPN on its own port only, guesses at the HMAC, and puts TLS together without regard to lost and repeated packets',
    explains: ({ about: { conversation: ours } }) => ours?.carrier?.name === 'openvpn',
  },
  {
    id: 'record-never-completed',
    text: 'tshark: shows nothing of a record whose end was not captured; we read the messages that are whole',
    explains: ({ field, theirs, about: { conversation: ours } }, { frames }) => {
      const payload = frames.get(ours?.serverHello?.packet ?? 0)?.payload;
      const length = ((payload?.[3] ?? 0) << 8) | (payload?.[4] ?? 0);
      const unseen = (field === 'conversation' && theirs === 'null') || (field === 'serverHellos' && theirs === '0');
      return unseen && isRecord(payload, 2) && length + 5 > (payload?.length ?? 0);
    },
  },
  {
    id: 'packet-cut',
    text: 'tshark: shows nothing of a message whose packet the capture cut short; we read it when it is whole before the cut',
    explains: ({ field, theirs, about: { conversation: ours } }, { frames }) =>
      field === 'serverHellos' && theirs === '0' && frames.get(ours?.serverHello?.packet ?? 0)?.cut === true,
  },
  {
    id: 'national-tls',
    text: 'ours: does not read TLCP (GB/T 38636), whose records say version 1.1 where those of TLS say 3.x',
    explains: ({ field, ours, about: { session } }) =>
      field === 'conversation' &&
      ours === 'null' &&
      (session?.clientHellos ?? []).some(({ version }) => version === 0x0101),
  },
  {
    id: 'inside-another-protocol',
    text: 'ours: TLS that does not begin at the start of a segment is not looked for, but for carriers that are known',
    explains: ({ field, ours, about: { session } }, { frames }) =>
      field === 'conversation' &&
      ours === 'null' &&
      // Packets that our reader did not come to are none of those.
      firstFrames(session).every((number) => frames.has(number) && !isRecord(frames.get(number)?.payload)),
  },
  {
    id: 'encrypted-taken-for-hello',
    text: 'tshark: takes an encrypted message for a ServerHello, whose version is none',
    explains: ({ field, ours, about: { session } }) =>
      field === 'conversation' && ours === 'null' && (session?.serverHellos ?? []).some(({ version }) => version < 2),
  },
  {
    id: 'dtls-fields',
    text: 'oracle: has neither extensions nor what they hold for DTLS hellos',
    explains: ({ field, theirs, about: { session } }) =>
      session?.layer === 'dtls' && /Hello\./.test(field) && (theirs === '[]' || theirs === 'null'),
  },
  {
    id: 'dtls-1.3',
    text: 'oracle: of DTLS hellos it has the version without supported_versions',
    explains: ({ field, ours, theirs, about: { session } }) =>
      session?.layer === 'dtls' && field === 'serverHello.version' && ours === 'DTLSv1.3' && theirs === 'DTLSv1.2',
  },
  {
    id: 'dtls-1.3-records',
    text: 'tshark: shows nothing of a datagram that holds a record of DTLS 1.3, also not the ServerHello before it',
    explains: ({ field, theirs, about: { session, conversation } }) =>
      session?.layer === 'dtls' &&
      field === 'serverHellos' &&
      theirs === '0' &&
      // 0x7fxx: drafts.
      /^(DTLSv1\.3|0x7f)/.test(conversation?.serverHello?.version ?? ''),
  },
  {
    id: 'retransmitted-flight',
    text: 'tshark: lists messages of a DTLS flight again when the flight is sent again',
    explains: ({ field, ours, theirs, about: { session, conversation } }) => {
      if (session?.layer !== 'dtls' || conversation === null) return false;
      if (field === 'clientHellos') return Number(theirs) > Number(ours) && repeatsItself(session.clientHellos ?? []);
      if (field === 'serverHellos') return Number(theirs) > Number(ours) && repeatsItself(session.serverHellos ?? []);
      return field.startsWith('certificates') && distinct(theirs) === distinct(ours) && theirs.length > ours.length;
    },
  },
  {
    id: 'datagram-twice',
    text: 'tshark: lists an alert of DTLS again when its datagram was captured twice; ours drops a record that came before',
    explains: ({ field, ours, theirs, about: { session } }, { frames }) =>
      field === 'alerts' &&
      session?.layer === 'dtls' &&
      holds(theirs, ours) &&
      framesOf(theirs).every((frame) => framesOf(ours).some((other) => samePayload(frames, frame, other))),
  },
  {
    id: 'both-sent-hellos',
    text: 'tshark: names the sender of the last of several ClientHellos as client; we name that of the first',
    explains: ({ field, ours, about: { session } }, { frames }) => {
      const senders = (session?.clientHellos ?? []).map(({ frame }) => frames.get(frame)?.sender);
      return field.startsWith('client') && new Set(senders).size > 1 && (field !== 'client' || senders[0] === ours);
    },
  },
  {
    id: 'sslv2-hello',
    text: 'oracle: does not list ClientHellos in the form of SSL 2.0',
    explains: ({ field, ours, theirs, about: { conversation } }) =>
      ((field === 'clientHellos' && ours === '1' && theirs === '0') ||
        (field === 'conversation' && theirs === 'null')) &&
      conversation?.clientHello?.version === 'SSLv2',
  },
  {
    id: 'tls13-draft',
    text: 'tshark: reads the ServerHello of TLS 1.3 drafts up to 21, which has another form, as if it were the final one; ours goes by the form',
    explains: ({ field, about: { session } }) =>
      /^serverHello|^certificates|^alerts/.test(field) &&
      // A final ServerHello never has 0x0304 in its version field (RFC 8446 §4.1.3).
      (session?.serverHellos ?? []).some(
        ({ version }) => version === 0x0304 || (version >= 0x7f00 && version < 0x7f16),
      ),
  },
  {
    id: 'malformed',
    text: 'ours: a message that breaks the rules of its format is told as such and not read in part; tshark shows what it can',
    explains: ({ field, about: { conversation } }) =>
      /^(clientHello|serverHello|certificate)/.test(field) &&
      / cannot be read/.test(conversation?.evidence.detail ?? ''),
  },
  {
    id: 'no-version',
    text: 'both: supported_versions of the ServerHello holds garbage; we then tell the version before it',
    explains: ({ field, theirs }) => field === 'serverHello.version' && theirs.startsWith('0x00'),
  },
  {
    id: 'der-inside-opaque',
    text: 'tshark: prints the DER element of a certificate entry, not the bytes that follow it inside the entry',
    explains: ({ field, ours, theirs }, { report }) =>
      field.startsWith('certificates') &&
      sameElements(JSON.parse(ours) as string[], JSON.parse(theirs) as string[], report),
  },
  {
    id: 'record-completed',
    text: 'tshark: shows a ServerHello with the packet that completes its record; we name the packet with its last byte',
    explains: ({ field, ours, theirs }, { frames }) =>
      field === 'serverHello.frame' &&
      Number(theirs) > Number(ours) &&
      !isRecord(frames.get(Number(theirs))?.payload, 2),
  },
  {
    id: 'gap-filled',
    text: 'tshark: names the packet that filled the gap before an alert which came ahead of it; we name that with the alert',
    explains: ({ field, ours, theirs, about: { conversation } }, { frames }) =>
      field === 'alerts' &&
      withoutFrames(ours) === withoutFrames(theirs) &&
      framesOf(ours).every((frame, i) => frame <= (framesOf(theirs)[i] ?? 0)) &&
      (conversation?.alerts ?? []).every(isAlertRecord(frames)),
  },
  {
    id: 'other-answer',
    text: 'tshark: goes on with the protocol that the server answered in, and does not see the alert of the client',
    explains: ({ field, theirs, about: { conversation } }, { frames }) =>
      field === 'alerts' &&
      theirs === '[]' &&
      conversation?.evidence.end === 'not-tls' &&
      conversation.alerts.every(isAlertRecord(frames)),
  },
  {
    id: 'ja4-of-before',
    text: 'published JA4: of before the rule for protocols that are not ASCII, prints 99 for them',
    explains: ({ field, ours, theirs }) =>
      field === 'ja4' &&
      theirs.slice(8, 10) === '99' &&
      ours.slice(0, 8) + ours.slice(10) === theirs.slice(0, 8) + theirs.slice(10),
  },
  {
    id: 'not-ascii',
    text: 'oracle: holds text that is not UTF-8 with replacement characters',
    explains: ({ theirs }) => theirs.includes('\ufffd'),
  },
  {
    id: 'decrypted-alpn',
    text: 'oracle: does not have the protocol chosen in EncryptedExtensions',
    explains: ({ field, theirs, about: { conversation } }) =>
      field === 'serverHello.alpn' && theirs === 'null' && conversation?.decrypted === true,
  },
  {
    id: 'suite-not-opened',
    text: 'ours: with a key log opens TLS 1.2 AEAD suites and TLS 1.3 only; tshark opens older ones too',
    explains: ({ field, ours, theirs, about: { conversation } }) =>
      field === 'alerts' &&
      ours.includes('encrypted') &&
      !theirs.includes('encrypted') &&
      conversation?.decrypted === false &&
      /^(SSLv3|TLSv1\.[01])$/.test(conversation.serverHello?.version ?? ''),
  },
  {
    id: 'null-encryption',
    text: 'ours: takes alerts for encrypted where the suite encrypts nothing; tshark reads them',
    explains: ({ field, ours, about: { conversation } }) =>
      field === 'alerts' && ours.includes('encrypted') && encryptsNothing(conversation),
  },
  {
    id: 'tshark-lost-its-place',
    text: 'tshark: misses messages after retransmissions, lost or reordered segments; ours has all of theirs and more',
    explains: ({ field, ours, theirs, about: { conversation } }, { oracle, frames }) =>
      (oracle.lostSegments ?? 0) + (oracle.retransmissions ?? 0) + (oracle.outOfOrder ?? 0) > 0 &&
      (((field === 'clientHellos' || field === 'serverHellos') && Number(ours) > Number(theirs)) ||
        (field.startsWith('certificates') && theirs === '[]') ||
        (field === 'alerts' && holds(ours, theirs) && (conversation?.alerts ?? []).every(isAlertRecord(frames)))),
  },
];
