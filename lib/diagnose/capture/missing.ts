/** A machine that lost packets while it captured: what is known by packets that are not there is less sure. */

import { lostByCapture } from '../../evidence/index.ts';
import type { FindingId } from '../findings/catalogue.ts';
import type { Claims } from '../findings/claims.ts';
import type { Say } from '../messages/index.ts';
import type { LossCounters } from './readers.ts';

const ofMissing: ReadonlySet<FindingId> = new Set([
  'handshake.silent',
  'policy.handshake-dropped',
  'policy.port-filtered',
  'policy.arp-unanswered',
  'path.blackhole-outbound',
  'path.blackhole-inbound',
  'path.fragments-dropped',
  'vpn.dtls-blocked',
]);
/** Of all packets: where fewer were lost, those that are missed hardly are among them. */
const leastLost = 0.001;

/** What was claimed once or twice is only possible. */
export function doubtMissing(claims: Claims, { packets, dropped }: LossCounters, say: Say): void {
  const lost = dropped[lostByCapture] ?? 0;
  if (lost > packets * leastLost) claims.doubtAll(ofMissing, say.lostByCapture({ packets: lost }));
}
