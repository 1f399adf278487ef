/** The attempt of a hello that never left, because there was no address to connect to. */

import { sha256 } from '@noble/hashes/sha2.js';
import type { Attempt, HandshakeEvidence } from '../evidence/index.ts';
import { firstFlight, type HelloPlan } from '../hello/index.ts';
import { toHex } from '../wire/index.ts';

export function unsentAttempt(id: string, plan: HelloPlan, evidence: HandshakeEvidence): Attempt {
  const flight = firstFlight(plan);
  return {
    id,
    transport: 'tcp',
    sentAt: new Date().toISOString(),
    connectMs: null,
    replyMs: null,
    hello: {
      preset: plan.preset,
      length: plan.message.length,
      firstFlight: flight.length,
      sha256: toHex(sha256(flight)),
    },
    records: [],
    segments: [],
    segmentsConfirmed: null,
    mss: null,
    concurrent: 0,
    evidence,
  };
}
