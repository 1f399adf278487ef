/** Every headend of the lab by its id, and the makers of those with a parameter. A new headend is a row here and its text in one of the files. */

import type { HeadendSpec } from '../headend.ts';
import * as certificates from './certificates.ts';
import * as clients from './clientCertificates.ts';
import * as conduct from './conduct.ts';
import * as endings from './endings.ts';
import * as good from './good.ts';
import * as hostile from './hostile.ts';
import * as intolerant from './intolerant.ts';
import * as notTls from './notTls.ts';
import * as sftunnel from './sftunnel.ts';
import * as negotiation from './versionsAndCiphers.ts';

export const headends = {
  good: good.good,
  'tls12-only': good.tls12Only,
  'tls13-only': good.tls13Only,
  'tls10-11-only': negotiation.tls10And11Only,
  'asa-like': negotiation.asaLike,
  'no-shared-cipher': negotiation.noSharedCipher,
  'no-shared-group': negotiation.noSharedGroup,
  expired: certificates.expired,
  'not-yet-valid': certificates.notYetValid,
  expiring: certificates.expiring,
  'wrong-name': certificates.wrongName,
  'missing-intermediate': certificates.missingIntermediate,
  'misordered-chain': certificates.misorderedChain,
  'path-too-long': certificates.pathTooLong,
  'unknown-root': certificates.unknownRoot,
  'self-signed': certificates.selfSigned,
  'weak-key': certificates.weakKey,
  'weak-signature': certificates.weakSignature,
  'wrong-usage': certificates.wrongUsage,
  'client-certificate-tls12': clients.clientCertificateTls12,
  'client-certificate-tls13': clients.clientCertificateTls13,
  'client-certificate-optional': clients.clientCertificateOptional,
  'sftunnel-good': sftunnel.good,
  'sftunnel-expired-ca': sftunnel.expiredCa,
  'sftunnel-expired-ca-unsent': sftunnel.expiredCaUnsent,
  'sftunnel-expiring-ca': sftunnel.expiringCa,
  'sftunnel-tls13': sftunnel.tls13,
  'sftunnel-post-handshake': sftunnel.postHandshake,
  'sftunnel-refuses': sftunnel.refuses,
  silent: endings.silent,
  'reset-on-hello': endings.resetOnHello,
  'close-on-hello': endings.closeOnHello,
  'reset-on-accept': endings.resetOnAccept,
  'alert-handshake_failure': endings.alertOnHello('handshake_failure'),
  garbage: notTls.garbage,
  http: notTls.httpReply,
  ssh: notTls.ssh,
  smtp: notTls.smtp,
  'suites-above-127-alert': intolerant.refuseSuitesAbove(127),
  'suites-above-127-silent': intolerant.refuseSuitesAbove(127, 'silent'),
  'silent-above-300': intolerant.silentAbove(300),
  'silent-256-511': intolerant.silentBetween(256, 511),
  'first-segment-below-8-reset': intolerant.refuseFirstSegmentBelow(8),
  'several-records-alert': intolerant.refuseSeveralRecords(),
  'unknown-extension-alert': intolerant.refuseUnknownExtensions(),
  'above-tls12-close': intolerant.refuseAboveTls12(),
  'one-byte-records': conduct.oneByteRecords,
  'slow-bytes-200ms': conduct.slowBytes(200),
  'late-100ms': conduct.answerAfter(100),
  serial: conduct.serial,
  'ban-after-10-reset': conduct.banAfter(10),
  'sni-filter-reset': conduct.refuseName(),
  'no-renegotiation-info': conduct.noRenegotiationInfo,
  'endless-empty-records': hostile.endlessEmptyRecords,
  'endless-warnings': hostile.endlessWarnings,
  'endless-hello-requests': hostile.endlessHelloRequests,
  'oversized-message': hostile.oversizedMessage,
  'endless-certificate': hostile.endlessCertificate,
} as const satisfies Readonly<Record<string, HeadendSpec>>;

export type HeadendId = keyof typeof headends;

export { answerAfter, banAfter, refuseName, slowBytes } from './conduct.ts';
export { type HostileHeadendId, hostileHeadends } from './conformance.ts';
export { type CutPlace, cutShort, type Ending } from './cutShort.ts';
export { alertOnHello } from './endings.ts';
export {
  refuseAboveTls12,
  refuseFirstSegmentBelow,
  refuseSeveralRecords,
  refuseSuitesAbove,
  refuseUnknownExtensions,
  silentAbove,
  silentBetween,
} from './intolerant.ts';
