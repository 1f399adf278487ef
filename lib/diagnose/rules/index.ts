/** Every rule, one line each. */

import { capturedDtlsRules } from './captured-dtls.ts';
import { capturedEndRules } from './captured-end.ts';
import { certificateRules } from './certificates.ts';
import { chainPathRules } from './chain-path.ts';
import { cipherRules } from './ciphers.ts';
import { connectRules } from './connect.ts';
import { fileRules } from './files.ts';
import { handshakeRules } from './handshake.ts';
import { helloSizeRules } from './hello-size.ts';
import { injectedRules } from './injected.ts';
import { intoleranceRules } from './intolerance.ts';
import { pathRules } from './path.ts';
import { pathSweepRules } from './path-sweep.ts';
import { policyRules } from './policy.ts';
import type { Rule } from './rule.ts';
import { sftunnelChainRules, sftunnelRules } from './sftunnel.ts';
import { sftunnelPairRules } from './sftunnel-pair.ts';
import { trustRules } from './trust.ts';
import { vantageRules } from './vantage.ts';
import { versionRules } from './versions.ts';

/** Rules about the certificates that were sent and nothing else of the handshake but the alert that refused them. */
export const chainRules: readonly Rule[] = [
  ...certificateRules,
  ...trustRules,
  ...chainPathRules,
  ...sftunnelChainRules,
];

/** All the others. */
export const handshakeOnlyRules: readonly Rule[] = [
  ...connectRules,
  ...handshakeRules,
  ...capturedEndRules,
  ...capturedDtlsRules,
  ...versionRules,
  ...cipherRules,
  // Before the others that come upon the same losses: what it says of them is told first.
  ...pathSweepRules,
  ...helloSizeRules,
  ...intoleranceRules,
  ...pathRules,
  ...policyRules,
  ...injectedRules,
  ...sftunnelRules,
  ...sftunnelPairRules,
  ...fileRules,
  ...vantageRules,
];

export const rules: readonly Rule[] = [...handshakeOnlyRules, ...chainRules];
