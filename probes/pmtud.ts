/** pmtud: whether anybody tells us when a packet is too large for the path (path MTU discovery, RFC 1191, RFC 8201). */

import type { PmtudValue } from '../lib/evidence/index.ts';
import { defineProbe, inconclusive, learnedMtuOf } from '../lib/probe/index.ts';

/** Packets too large for the path that went unanswered before "nobody tells" is said. */
const oversizeForClaim = 3;

export const pmtud = defineProbe({
  id: 'pmtud',
  title: { en: 'Path MTU discovery', ja: 'パス MTU 探索 (PMTUD)' },
  uses: ['connect', 'mss'],
  run: async (ctx) => {
    const sizes = ctx.value('mss');
    const learned = ctx.exchanges.map(({ attempt }) => learnedMtuOf(attempt));
    const icmp = ctx.exchanges.flatMap(({ attempt }) => attempt.evidence.path.icmp ?? []);
    const told = icmp.find(({ mtu }) => mtu !== null) ?? null;
    const mtu = told?.mtu ?? learned.find((value) => value !== null) ?? null;
    if (mtu !== null) return { icmpSeen: true, from: told?.from ?? null, mtu, oversize: 0 };
    const { verdict = 'unknown', rows = [], pathMtu = null, reason = null } = sizes?.outbound ?? {};
    // Also where only the server was told: what it announces since then keeps our packets small enough.
    if (verdict === 'clear' || reason?.startsWith('peer-limited') === true) return nothingToTell;
    if (verdict !== 'blackhole' || pathMtu === null)
      return inconclusive('no-limit: no packet is known to be too large');
    const oversize = rows.filter(({ size }) => size > pathMtu).reduce((sum, { count }) => sum + count, 0);
    return { ...nothingToTell, icmpSeen: oversize >= oversizeForClaim ? false : null, oversize };
  },
});

const nothingToTell: PmtudValue = { icmpSeen: null, from: null, mtu: null, oversize: 0 };
