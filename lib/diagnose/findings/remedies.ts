/** What to do about each finding: which remedies, in which order, with the commands that are the same in every language. */

import type { Language, Remedy } from '../../evidence/index.ts';
import { messages } from '../messages/index.ts';
import type { FindingId } from './catalogue.ts';

/**
 * Every remedy, with its commands; `<…>` stands for what the reader fills in. A finding fills in `<mtu>` and `<mss>` where they
 * were measured; a report fills in `<host>:<port>` and `<name>`.
 */
const commandsOf = {
  'install-matching-certificate': [
    'openssl s_client -connect <host>:<port> -servername <name> </dev/null | openssl x509 -noout -subject -ext subjectAltName',
  ],
  'use-certified-name': [],
  'renew-certificate': [
    'openssl s_client -connect <host>:<port> -servername <name> </dev/null | openssl x509 -noout -dates',
  ],
  'check-clocks': [],
  'install-intermediate': ['openssl s_client -connect <host>:<port> -servername <name> -showcerts </dev/null'],
  'client-may-ask': [],
  'order-chain': [],
  'distribute-root': [],
  'replace-self-signed': [],
  'reissue-stronger': ['openssl req -new -newkey rsa:2048 -sha256 -nodes -keyout <key.pem> -out <request.pem>'],
  'reissue-path': [],
  'reissue-for-servers': [],
  'import-again': ['openssl x509 -in <certificate.pem> -noout -text'],
  'enable-tls12': ['show ssl', 'show running-config all ssl'],
  'update-client': [],
  'raise-minimum-version': ['show ssl', 'show running-config all ssl'],
  'choose-recommended-ciphers': ['show running-config all ssl'],
  'choose-common-group': ['show running-config all ssl'],
  'install-client-certificate': [],
  'stop-asking-certificates': [],
  'support-rfc5746': [],
  'update-terminator': [],
  'update-sender': [],
  'shorten-hello': [],
  'one-record': [],
  'fewer-suites': [],
  'lower-outside-mtu': [],
  'clamp-on-router': ['ip tcp adjust-mss <mss>'],
  'lower-client-mtu': ['ip link set dev <interface> mtu <mtu>'],
  'tcpmss-limits': [],
  'allow-frag-needed': [],
  'avoid-fragments': [],
  'nothing-to-do': [],
  'capture-at-both-ends': [],
  'read-server-log': [],
  'wait-longer': ['helloprobe check <host>:<port> --timeout 15'],
  'try-other-network': [],
  'check-port': [],
  'check-access-policy': [],
  'check-proxy-arp': [],
  'exempt-from-inspection': [],
  'compare-pin': [],
  'ask-about-name': [],
  'slow-down': ['helloprobe check <host>:<port> --concurrency 1 --delay 1000'],
  'check-block-lists': [],
  'renew-internal-ca': ['sftunnel_status.pl', 'generate_certs.pl'],
  'check-internal-ca': ['openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem'],
  'keep-sftunnel-up': [],
  'copy-sftunnel-certificates': [
    'copy_sftunnel_certs.py devices.csv',
    'pmtool restartbyid sftunnel',
    'sftunnel_status.pl',
  ],
  'compare-cas': ['openssl verify -CAfile cacert.pem sftunnel-cert.pem'],
  'check-registration': ['sftunnel_status.pl', 'helloprobe sftunnel <host>:<port>'],
  'read-sftunnel-log': ['grep sf_ssl /ngfw/var/log/messages', 'grep sf_ssl /var/log/messages'],
  'give-key-log': [],
  'pair-key': [
    'openssl x509 -in sftunnel-cert.pem -noout -pubkey | openssl sha256',
    'openssl pkey -in sftunnel-key.pem -pubout | openssl sha256',
  ],
  'check-vpn-service': [],
  'name-the-program': [],
  'enable-dtls': [],
  'open-udp': [],
  'raise-tunnel-mtu': [],
} as const satisfies Record<string, readonly string[]>;

/** Id of a remedy. */
export type RemedyId = keyof typeof commandsOf;

/** What is neither TLS directly on TCP: DTLS, and TLS in packets of another protocol, which no command here speaks. */
export type OtherProtocol = 'dtls' | 'carried';

/** Where the commands are others, or none; what `helloprobe` says of TLS on TCP verifies nothing there either. */
const commandsOver: Readonly<Record<OtherProtocol, Partial<Record<RemedyId, readonly string[]>>>> = {
  dtls: {
    'install-matching-certificate': [
      'openssl s_client -dtls1_2 -connect <host>:<port> -servername <name> </dev/null | openssl x509 -noout -subject -ext subjectAltName',
    ],
    'renew-certificate': [
      'openssl s_client -dtls1_2 -connect <host>:<port> -servername <name> </dev/null | openssl x509 -noout -dates',
    ],
    'install-intermediate': [
      'openssl s_client -dtls1_2 -connect <host>:<port> -servername <name> -showcerts </dev/null',
    ],
    'wait-longer': ['timeout 60 openssl s_client -dtls1_2 -connect <host>:<port> -servername <name>'],
    'slow-down': [],
  },
  carried: {
    'install-matching-certificate': [],
    'renew-certificate': [],
    'install-intermediate': [],
  },
};

/** Remedies by finding, the most promising first. */
const remedyIds: Readonly<Record<FindingId, readonly RemedyId[]>> = {
  'cert.name-mismatch': ['install-matching-certificate', 'use-certified-name', 'client-may-ask'],
  'cert.expired': ['renew-certificate', 'check-clocks', 'client-may-ask'],
  'cert.not-yet-valid': ['check-clocks', 'renew-certificate'],
  'cert.expiring': ['renew-certificate'],
  'cert.chain-incomplete': ['install-intermediate'],
  'cert.chain-misordered': ['order-chain'],
  'cert.chain-invalid': ['reissue-path', 'install-intermediate'],
  'cert.untrusted-root': ['distribute-root', 'install-intermediate', 'client-may-ask'],
  'cert.self-signed': ['replace-self-signed', 'distribute-root'],
  'cert.weak-key': ['reissue-stronger'],
  'cert.weak-signature': ['reissue-stronger'],
  'cert.wrong-usage': ['reissue-for-servers'],
  'cert.unreadable': ['import-again'],

  'tls.no-common-version': ['enable-tls12', 'update-client'],
  'tls.legacy-version-enabled': ['raise-minimum-version'],
  'tls.no-common-cipher': ['choose-recommended-ciphers', 'update-client'],
  'tls.no-common-group': ['choose-common-group', 'update-client'],
  'tls.cipher-not-recommended': ['choose-recommended-ciphers'],
  'tls.client-certificate-required': ['install-client-certificate', 'stop-asking-certificates'],
  'tls.insecure-renegotiation': ['support-rfc5746'],

  'tls.hello-size-intolerant': ['update-terminator', 'shorten-hello'],
  'tls.hello-segment-intolerant': ['update-terminator', 'shorten-hello'],
  'tls.hello-record-intolerant': ['update-terminator', 'one-record'],
  'tls.suite-count-intolerant': ['fewer-suites', 'update-terminator'],
  'tls.extension-intolerant': ['update-terminator'],
  'tls.version-intolerant': ['update-terminator'],

  'path.blackhole-outbound': [
    'clamp-on-router',
    'lower-outside-mtu',
    'lower-client-mtu',
    'allow-frag-needed',
    'tcpmss-limits',
  ],
  'path.blackhole-inbound': [
    'clamp-on-router',
    'lower-client-mtu',
    'lower-outside-mtu',
    'allow-frag-needed',
    'tcpmss-limits',
  ],
  'path.mtu-reduced': ['nothing-to-do'],
  'path.mss-clamped': ['nothing-to-do'],
  'path.fragments-dropped': ['avoid-fragments'],
  'path.icmp-filtered': ['allow-frag-needed'],

  'handshake.silent': [
    'wait-longer',
    'try-other-network',
    'capture-at-both-ends',
    'read-server-log',
    'check-access-policy',
  ],
  'handshake.reset': ['capture-at-both-ends', 'try-other-network', 'read-server-log', 'check-access-policy'],
  'handshake.closed': ['read-server-log', 'check-port', 'capture-at-both-ends'],
  'handshake.alert': ['read-server-log', 'choose-recommended-ciphers'],
  'handshake.not-tls': ['check-port'],
  'handshake.malformed': ['update-terminator', 'update-sender', 'capture-at-both-ends', 'name-the-program'],

  'policy.port-refused': ['check-port', 'check-access-policy'],
  'policy.port-filtered': ['check-access-policy', 'check-port', 'try-other-network', 'check-proxy-arp'],
  'policy.handshake-dropped': ['check-access-policy', 'exempt-from-inspection', 'capture-at-both-ends'],
  'policy.reset-injected': ['exempt-from-inspection', 'check-access-policy', 'capture-at-both-ends'],
  'policy.sni-filtered': ['ask-about-name', 'exempt-from-inspection', 'try-other-network'],
  'policy.tls-inspection': ['compare-pin', 'exempt-from-inspection'],
  'policy.rate-limited': ['slow-down', 'check-block-lists'],
  'policy.arp-unanswered': ['check-proxy-arp'],

  'sftunnel.ca-expired': ['check-internal-ca', 'renew-internal-ca', 'keep-sftunnel-up', 'copy-sftunnel-certificates'],
  'sftunnel.ca-expiring': ['check-internal-ca', 'renew-internal-ca', 'keep-sftunnel-up'],
  'sftunnel.certificate-expired': ['renew-internal-ca', 'keep-sftunnel-up', 'copy-sftunnel-certificates'],
  'sftunnel.certificate-expiring': ['renew-internal-ca', 'keep-sftunnel-up'],
  'sftunnel.ca-mismatch': ['compare-cas', 'copy-sftunnel-certificates'],
  'sftunnel.peer-refuses': ['check-registration', 'read-sftunnel-log', 'check-internal-ca'],
  'sftunnel.certificates-hidden': ['give-key-log', 'check-internal-ca'],
  'sftunnel.push-failed': ['copy-sftunnel-certificates', 'keep-sftunnel-up'],
  'sftunnel.key-mismatch': ['pair-key', 'copy-sftunnel-certificates'],

  'vpn.not-anyconnect': ['check-vpn-service'],
  'vpn.dtls-disabled': ['enable-dtls'],
  'vpn.dtls-blocked': ['open-udp'],
  'vpn.mtu-low': ['raise-tunnel-mtu'],
};

/** What was measured of the path, bytes. */
export interface RemedyValues {
  readonly mtu: number;
  /** MSS that goes with it in IPv4, for which the commands are; null for IPv6. */
  readonly mss: number | null;
}

/** Remedies of the given findings in a language, each once. */
export function remediesFor(
  ids: readonly FindingId[],
  language: Language,
  values: RemedyValues | null = null,
): Remedy[] {
  return remediesOf(ids.flatMap(remedyIdsOf), language, values);
}

export function remedyIdsOf(id: FindingId): readonly RemedyId[] {
  return remedyIds[id];
}

/** The given ones in a language, each once. @param over what they are for, where that is not TLS on TCP */
export function remediesOf(
  ids: readonly RemedyId[],
  language: Language,
  values: RemedyValues | null = null,
  over: OtherProtocol | null = null,
): Remedy[] {
  return [...new Set(over === 'carried' ? forCarried(ids) : ids)].map((id) => {
    const { text, source, ...said } = messages[language].remedies[id];
    const own = over === null ? undefined : commandsOver[over][id];
    const isOurs = over !== null && said.verify?.includes('helloprobe ') === true;
    const verify = isOurs || own?.length === 0 ? undefined : said.verify;
    const commands = (own ?? commandsOf[id]).map((command) => filled(command, values));
    return {
      id,
      text,
      ...(commands.length === 0 ? {} : { commands }),
      ...(verify === undefined ? {} : { verify }),
      ...(source === undefined ? {} : { source }),
    };
  });
}

/** Nothing here can check such a server; its program says in its log why TLS failed. */
function forCarried(ids: readonly RemedyId[]): RemedyId[] {
  const useful = ids.filter((id) => id !== 'wait-longer' && id !== 'slow-down');
  const isLog = (id: RemedyId): boolean => id === 'read-server-log';
  return [...useful.filter(isLog), ...useful.filter((id) => !isLog(id))];
}

function filled(command: string, values: RemedyValues | null): string {
  if (values === null) return command;
  const { mtu, mss } = values;
  return command.replaceAll('<mtu>', String(mtu)).replaceAll('<mss>', mss === null ? '<mss>' : String(mss));
}
