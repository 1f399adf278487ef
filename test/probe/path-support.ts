/** Attempts as a path of a known MTU would make them, without a network. */

import { type Attempt, type HandshakeEvidence, handshakeEvidence, unknownPath } from '../../lib/evidence/index.ts';

export interface FakeEvidence extends Partial<Omit<HandshakeEvidence, 'path' | 'sent'>> {
  readonly path?: Partial<HandshakeEvidence['path']>;
  readonly sent?: Partial<HandshakeEvidence['sent']>;
  readonly concurrent?: number;
  readonly mss?: number;
}

/** Linux over Ethernet with timestamps, a hello of 1,576 bytes that was acknowledged, and no answer. */
export function attemptWith({ path, sent, concurrent = 0, mss, ...evidence }: FakeEvidence): Attempt {
  return {
    id: 'a1',
    transport: mss === undefined ? 'tcp' : 'tcp-mss',
    sentAt: '2026-01-01T00:00:00.000Z',
    connectMs: 1,
    replyMs: null,
    hello: { preset: null, length: 1571, firstFlight: 1576, sha256: '' },
    records: [1571],
    segments: [1576],
    segmentsConfirmed: null,
    mss: mss ?? null,
    concurrent,
    evidence: handshakeEvidence({
      source: { kind: 'attempt', ref: 'a1' },
      connect: 'ok',
      end: 'silent',
      reply: 'silent',
      ...evidence,
      sent: { bytes: 1576, acked: 1576, retransmitted: 0, tailSacked: false, ...sent },
      path: {
        ...unknownPath,
        announcedMss: 1460,
        sendMss: 1448,
        pathMtu: 1500,
        interfaceMtu: 1500,
        timestamps: true,
        ...path,
      },
    }),
  };
}

/** The same where no transport sees packets. */
export function unseenAttempt(evidence: Partial<HandshakeEvidence>): Attempt {
  const attempt = attemptWith({});
  const sent = { bytes: 1576, acked: null, retransmitted: null, tailSacked: null };
  return {
    ...attempt,
    evidence: { ...attempt.evidence, ...evidence, sent, path: unknownPath },
  };
}
