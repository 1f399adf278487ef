/** A conversation of a capture as the rules see it: facts with one witness, and the chains that both sides sent. */

import {
  type Certificate,
  type CertificateRow,
  type ChainAssessment,
  type Conversation,
  type FailedConnections,
  handshakeEvidence,
  type Judgement,
  type Side,
  unknownPath,
  type VersionName,
} from '../../evidence/index.ts';
import { recordHeaderLength } from '../../wire/index.ts';
import { type Facts, type PresentedChain, unseenVersion } from './facts.ts';
import { waitedMs } from './turns.ts';
import type { Witness } from './witness.ts';

/** Where certificates and what their chains are worth come from. */
export interface CertificateSource {
  certificate(sha256: string): Certificate | undefined;
  assessment(chain: readonly string[]): ChainAssessment | undefined;
  isSftunnel(certificate: Certificate): boolean;
}

const sides = ['server', 'client'] as const;

/** The conversation as its own single witness. */
export function factsOfConversation(
  conversation: Conversation,
  judgement: Judgement,
  source: CertificateSource,
): Facts {
  const { server } = conversation;
  const witness = witnessOf(conversation);
  const sni = serverNameOf(conversation);
  const { control, log, outcomes, value, attemptsOf, named } = nothingProbed;
  return {
    control,
    log,
    outcomes,
    value,
    attemptsOf,
    named,
    target: { host: sni ?? server.address, port: server.port, address: server.address, sni },
    judgement: judgementFor(judgement, sni),
    witnesses: new Map<string, Witness>().set(witness.id, witness),
    chains: sides.flatMap((side) => chainOf(conversation, side, witness, source) ?? []),
    capture: { conversation, witness },
  };
}

/** Those of which nothing of the server but a refusal was seen. */
export type NeverUp = FailedConnections & { readonly kind: 'refused' | 'unanswered' | 'unreachable' };

/**
 * Connections to one server that never came up: each of their SYNs is a witness.
 * @param portUp others to the same port did
 */
export function factsOfFailed(
  { server, packets, icmp, kind, sentOnce = false }: NeverUp,
  judgement: Judgement,
  portUp = false,
): Facts {
  const connects = { refused: 'refused', unanswered: 'timeout', unreachable: 'unreachable' } as const;
  const witnesses = packets.map(
    (packet): Witness => ({
      id: `p${packet}`,
      evidence: handshakeEvidence({
        source: { kind: 'packets', ref: String(packet) },
        connect: isPortUnreachable(icmp) ? 'refused' : connects[kind],
        path: { ...unknownPath, icmp: icmp === null ? null : [icmp] },
      }),
      hello: { length: 0, firstFlight: 0 },
      replyMs: null,
      records: [],
      segments: [],
      concurrent: 0,
      captured: { packet, client: null, server, ...(sentOnce ? { sentOnce } : {}), ...(portUp ? { portUp } : {}) },
    }),
  );
  return {
    ...nothingProbed,
    target: { host: server.address, port: server.port, address: server.address, sni: null },
    judgement: judgementFor(judgement, null),
    witnesses: new Map(witnesses.map((witness) => [witness.id, witness])),
    chains: [],
    capture: null,
  };
}

/** ICMP type 3 code 3 (RFC 792), ICMPv6 type 1 code 4 (RFC 4443 §3.1): systems take it for a refusal (RFC 1122 §4.2.3.9). */
function isPortUnreachable(icmp: FailedConnections['icmp']): boolean {
  if (icmp === null) return false;
  const { type, code, from } = icmp;
  return from.includes(':') ? type === 1 && code === 4 : type === 3 && code === 3;
}

/** Nobody chose these hellos, so there are no probes' values, and no differentials. */
export const nothingProbed = {
  control: null,
  log: null,
  outcomes: [],
  value: () => null,
  attemptsOf: () => [],
  named: () => [],
} as const satisfies Partial<Facts>;

function witnessOf(conversation: Conversation): Witness {
  const { id, evidence, client, server, own } = conversation;
  const hello = helloOf(conversation);
  return {
    id,
    evidence,
    hello,
    replyMs: null,
    records: [hello.length],
    segments: [],
    concurrent: 0,
    mss: own?.mss ?? null,
    captured: { packet: packetOf(conversation), client, server, waitedMs: waitedMs(conversation) },
  };
}

/** Name that the hello asks for; null when it asks for none, or was not seen. */
export function serverNameOf({ clientHello, evidence }: Conversation): string | null {
  return clientHello?.sni ?? evidence.hello?.sni ?? null;
}

export function helloOf({ clientHello, evidence, loss }: Conversation): Witness['hello'] {
  const length = clientHello?.length ?? evidence.hello?.length ?? 0;
  // Of a hello that never came whole, what was seen or is known to be missing.
  return {
    length,
    firstFlight: length > 0 ? length + recordHeaderLength : evidence.sent.bytes + loss.missingBytes.client,
  };
}

/** The packet that tells most of it: the alert that ended it, else the answer, else the hello. */
function packetOf({ evidence, alerts, serverHello, clientHello, firstPacket }: Conversation): number {
  const alert =
    evidence.end === 'alert'
      ? alerts.find(({ from, code }) => from === evidence.alert?.from && code === evidence.alert.code)
      : undefined;
  return alert?.packet ?? serverHello?.packet ?? clientHello?.packet ?? firstPacket;
}

/**
 * The client in question is the one that is seen: it says what it speaks and whom it means. Without a name of its own the
 * expected one stands in. A pin is one server's, so it counts only for the server that has the expected name.
 */
function judgementFor(judgement: Judgement, sni: string | null): Judgement {
  const { expectName } = judgement;
  const pinned = sni !== null && sni.toLowerCase() === expectName?.toLowerCase();
  // Written out: spread, objects of each conversation took as long as the rules for it.
  return {
    now: judgement.now,
    clientVersions: [],
    clientCiphers: [],
    clientGroups: [],
    expectName: sni ?? expectName,
    expectIssuer: pinned ? judgement.expectIssuer : null,
    expectFingerprint: pinned ? judgement.expectFingerprint : null,
  };
}

function chainOf(
  conversation: Conversation,
  side: Side,
  witness: Witness,
  source: CertificateSource,
): PresentedChain | null {
  const sent = conversation.certificates[side];
  const leaf = sent[0] === undefined ? undefined : source.certificate(sent[0]);
  if (leaf === undefined) return null;
  return {
    // The names of DTLS versions and of SSLv2 are told as they are.
    version: (conversation.serverHello?.version ?? unseenVersion) as VersionName,
    auth: authOf(leaf),
    how: conversation.decrypted ? 'decrypted' : 'plain',
    chain: [leaf, ...sent.slice(1).flatMap((sha256) => source.certificate(sha256) ?? [])],
    isSftunnel: source.isSftunnel(leaf),
    assessment: side === 'server' ? (source.assessment(sent) ?? null) : null,
    attempt: conversation.id,
    side,
    captured: {
      witness,
      at: conversation.startedAt,
      role: conversation.sftunnel?.role[side] ?? null,
    },
  };
}

export function authOf({ key: { type } }: Certificate): CertificateRow['auth'] {
  if (/^RSA/i.test(type)) return 'rsa';
  if (/^(?:EC|id-ecPublicKey)/i.test(type)) return 'ecdsa';
  return /^Ed/i.test(type) ? 'eddsa' : 'other';
}
