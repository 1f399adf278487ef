/** Servers that a prober must survive: each ends within the deadlines and limits, with the right outcome. Beyond what the embedded run shows. */

import type { HeadendSpec } from '../headend.ts';
import { closeOnAccept, cutShort } from './cutShort.ts';
import * as disorder from './disorder.ts';
import * as endings from './endings.ts';
import * as hostile from './hostile.ts';
import * as notTls from './notTls.ts';
import * as odd from './oddCertificates.ts';
import * as violations from './violations.ts';

/** More headends by their ids, for conformance tests; `startHeadend` takes these ids too. */
export const hostileHeadends = {
  'close-on-accept': closeOnAccept,
  'cut-in-record-header-silent': cutShort('in-record-header', 'silent'),
  'cut-in-record-header-reset': cutShort('in-record-header', 'reset'),
  'cut-in-record-header-close': cutShort('in-record-header', 'close'),
  'cut-in-server-hello-silent': cutShort('in-server-hello', 'silent'),
  'cut-in-server-hello-reset': cutShort('in-server-hello', 'reset'),
  'cut-in-server-hello-close': cutShort('in-server-hello', 'close'),
  'cut-after-server-hello-silent': cutShort('after-server-hello', 'silent'),
  'cut-after-server-hello-reset': cutShort('after-server-hello', 'reset'),
  'cut-after-server-hello-close': cutShort('after-server-hello', 'close'),
  'cut-after-tls13-server-hello-silent': cutShort('after-tls13-server-hello', 'silent'),
  'cut-after-tls13-server-hello-reset': cutShort('after-tls13-server-hello', 'reset'),
  'cut-after-tls13-server-hello-close': cutShort('after-tls13-server-hello', 'close'),
  'cut-in-certificate-silent': cutShort('in-certificate', 'silent'),
  'cut-in-certificate-reset': cutShort('in-certificate', 'reset'),
  'cut-in-certificate-close': cutShort('in-certificate', 'close'),
  'cut-after-certificate-silent': cutShort('after-certificate', 'silent'),
  'cut-after-certificate-reset': cutShort('after-certificate', 'reset'),
  'cut-after-certificate-close': cutShort('after-certificate', 'close'),
  'cut-before-server-hello-done-silent': cutShort('before-server-hello-done', 'silent'),
  'cut-before-server-hello-done-reset': cutShort('before-server-hello-done', 'reset'),
  'cut-before-server-hello-done-close': cutShort('before-server-hello-done', 'close'),
  'warnings-4': endings.fourWarnings,
  'warnings-5': endings.fiveWarnings,
  'alert-unknown': endings.unknownAlert,
  'half-alert': endings.halfAlert,
  'alert-after-server-hello': endings.alertAfterServerHello,
  'unknown-version': violations.unknownVersion,
  'tls13-without-key-share': violations.tls13WithoutKeyShare,
  'tls12-by-supported-versions': violations.olderVersionByExtension,
  'suite-not-offered': violations.suiteNotOffered,
  'tls13-suite-in-tls12': violations.suiteOfOtherVersion,
  'compression-not-offered': violations.compressionNotOffered,
  'server-hello-trailing-bytes': violations.trailingBytes,
  'server-hello-lying-length': violations.lyingLength,
  'certificate-before-server-hello': disorder.certificateFirst,
  'server-hello-twice': disorder.serverHelloTwice,
  'server-hello-done-twice': disorder.serverHelloDoneTwice,
  'key-exchange-before-certificate': disorder.keyExchangeFirst,
  'no-server-key-exchange': disorder.noKeyExchange,
  'no-certificate': disorder.noCertificate,
  'unknown-message': disorder.unknownMessage,
  'encrypted-extensions-in-tls12': disorder.encryptedExtensionsInClear,
  'early-change-cipher-spec': disorder.earlyChangeCipherSpec,
  'application-data-first': disorder.applicationDataFirst,
  'certificates-100': odd.hundredCertificates,
  'certificates-10000-empty': odd.manySmallCertificates,
  'certificates-10000': odd.manyCertificates,
  'empty-certificate-list': odd.noCertificates,
  'unreadable-certificate': odd.unreadableCertificate,
  'unreadable-dates': odd.unreadableDates,
  'certificate-in-one-byte-records': hostile.certificateInCrumbs,
  'endless-application-data': hostile.endlessApplicationData,
  'endless-change-cipher-specs': hostile.endlessChangeCipherSpecs,
  'endless-random-records': hostile.endlessRandomRecords,
  'endless-hello-retry-requests': hostile.endlessHelloRetryRequests,
  'endless-noise': notTls.endlessNoise,
  'endless-text': notTls.endlessText,
  ftp: notTls.ftp,
  imap: notTls.imap,
  pop3: notTls.pop3,
  telnet: notTls.telnet,
  ssl2: notTls.ssl2,
  echo: notTls.echo,
  'hostile-banner': notTls.hostileBanner,
} as const satisfies Readonly<Record<string, HeadendSpec>>;

export type HostileHeadendId = keyof typeof hostileHeadends;
