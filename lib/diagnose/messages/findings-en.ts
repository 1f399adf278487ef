/** Titles, explanations and required evidence of every finding, in English. */

import type { FindingTexts } from './types.ts';

export const findingsEn: FindingTexts = {
  'cert.name-mismatch': {
    title: 'The certificate is not for this name',
    explanation:
      'No name in the server certificate matches the name the client connects to. A strict client refuses the connection; others, older AnyConnect among them, warn and ask the user.',
    evidenceNeeded:
      'The certificate the server presented to a hello that carried the name, and its subjectAltName entries.',
  },
  'cert.expired': {
    title: 'The certificate has expired',
    explanation:
      'A certificate of the chain is past its notAfter date. The headend goes on presenting it, and clients refuse the connection or warn the user.',
    evidenceNeeded:
      'A certificate the server presented, and the clock of the judgement (the time of the capture as well, for captures).',
  },
  'cert.not-yet-valid': {
    title: 'The certificate is not valid yet',
    explanation:
      'A certificate of the chain has a notBefore date in the future. Either it was issued for later, or the clock of the judging machine is behind.',
    evidenceNeeded: 'A certificate the server presented, and the clock of the judgement.',
  },
  'cert.expiring': {
    title: 'The certificate expires soon',
    explanation:
      'A certificate of the chain runs out within 90 days (medium within 30). Everything works until then and stops on that day.',
    evidenceNeeded: 'A certificate the server presented, and the clock of the judgement.',
  },
  'cert.chain-incomplete': {
    title: 'An intermediate certificate is missing',
    explanation:
      'The server did not send the certificate of an issuer that is not among the trusted roots either, so the client cannot build a path. Clients that have seen the intermediate elsewhere may still connect, which makes the fault look random.',
    evidenceNeeded:
      'The chain as sent: the issuer of its last usable certificate was neither sent nor is it a trusted root. Proven when the certificate itself names an address for the issuer (AIA caIssuers).',
  },
  'cert.chain-misordered': {
    title: 'The certificates are sent in the wrong order',
    explanation:
      'The chain is complete, but its certificates do not each certify the one before. Most clients sort them; strict TLS 1.2 implementations may refuse.',
    evidenceNeeded: 'The Certificate message as sent.',
  },
  'cert.chain-invalid': {
    title: 'The chain breaks a rule of path validation',
    explanation:
      'Every signature up to a trusted root fits, but a certificate of the path is not allowed what it is used for: an issuer is no CA, a CA has more CAs below it than its path length allows, a name lies outside of the name constraints of a CA above, or a critical extension is unknown. Clients that validate paths as RFC 5280 says refuse such a chain.',
    evidenceNeeded:
      'The path that was found, and the certificate in it that breaks a rule, with its place. Where implementations differ, or only the root is concerned, it is possible and low.',
  },
  'cert.untrusted-root': {
    title: 'The chain ends in a root that is not trusted',
    explanation:
      'The certificates lead to a root that is not in the trust store of the judgement, or a signature in the chain does not verify. A client with the same trust store says that the certificate is from an untrusted source.',
    evidenceNeeded: 'The chain as sent and the trusted roots it was judged with (their number is shown).',
  },
  'cert.self-signed': {
    title: 'The certificate is self-signed',
    explanation:
      'The server presents a certificate that it signed itself. No client can verify it unless exactly this certificate was installed there as trusted.',
    evidenceNeeded:
      'The certificate: issuer and subject are the same, its own key verifies its signature, and it is not a trusted root.',
  },
  'cert.weak-key': {
    title: 'The key of a certificate is too short',
    explanation:
      'An RSA key below 2048 bits or an elliptic-curve key below 224 bits can be broken, and current TLS libraries refuse it.',
    evidenceNeeded: 'A certificate of the chain, with its key type and size.',
  },
  'cert.weak-signature': {
    title: 'A certificate is signed with MD5 or SHA-1',
    explanation:
      'Signatures over MD5 or SHA-1 can be forged, and current clients refuse them. OpenSSL says "CA signature digest algorithm too weak" (error 68), also in sftunnel logs after an upgrade.',
    evidenceNeeded: 'A certificate of the chain that is not its self-signed root, with its signature algorithm.',
  },
  'cert.wrong-usage': {
    title: 'The certificate is not made for servers',
    explanation:
      'The certificate, or a CA above it, lists what it may be used for, and server authentication is not among it. Clients that check this refuse it.',
    evidenceNeeded:
      'The server certificate, or an intermediate of its path, whose extendedKeyUsage extension lacks serverAuth. A root with such a list, or a keyUsage that fits no key exchange, is possible and low: some clients go by it.',
  },
  'cert.unreadable': {
    title: 'The certificate cannot be read',
    explanation:
      'What the server sends as its certificate does not decode as one, or its validity dates do not. No client can use it.',
    evidenceNeeded: 'The Certificate message of an attempt or a capture, or the certificate with such dates.',
  },
  'tls.no-common-version': {
    title: 'Client and server have no TLS version in common',
    explanation:
      'The server refuses every TLS version that the client in question speaks. The connection ends right after the first hello, often with the alert protocol_version.',
    evidenceNeeded:
      "For each of the client's versions a refusal that says so: the alert protocol_version, or a ServerHello with another version. Silence, RST and FIN do not show it. In a capture, that alert from the server, or from the client after the ServerHello.",
  },
  'tls.legacy-version-enabled': {
    title: 'An outdated TLS version is enabled',
    explanation:
      'The server accepts SSLv3, TLS 1.0 or TLS 1.1. That alone does not break a TLS 1.2 client, because the setting of the headend is a minimum; it is a weakness (RFC 8996, RFC 7568) that audits report.',
    evidenceNeeded: 'A ServerHello with that version.',
  },
  'tls.no-common-cipher': {
    title: 'Client and server have no cipher suite in common',
    explanation:
      'In every TLS version that both speak, the server accepts only cipher suites that the client in question does not have. The server ends the handshake with handshake_failure.',
    evidenceNeeded: "The complete list of the server's suites for each common version.",
  },
  'tls.no-common-group': {
    title: 'Client and server have no key exchange group in common',
    explanation:
      "In every TLS version that both speak, the key exchange needs an elliptic curve or another group, and the server accepts none of the client's.",
    evidenceNeeded: "The list of the server's groups, and that no common suite works without one.",
  },
  'tls.cipher-not-recommended': {
    title: 'Cipher suites outside the recommendation are enabled',
    explanation:
      'Recommended are ECDHE with AES-GCM (or ChaCha20-Poly1305) and the TLS 1.3 suites. Others lack forward secrecy or authenticated encryption; suites with NULL, EXPORT, RC4, DES, 3DES or MD5, or without authentication, count as broken (medium).',
    evidenceNeeded: 'A ServerHello that chose the suite.',
  },
  'tls.client-certificate-required': {
    title: 'The server demands a client certificate',
    explanation:
      'The handshake ends unless the client presents a certificate. That is a configuration and not a fault, and normal for sftunnel; a client without a fitting certificate sees handshake_failure (TLS 1.2) or certificate_required (TLS 1.3).',
    evidenceNeeded: 'A CertificateRequest, and a handshake without a certificate that the server ended.',
  },
  'tls.insecure-renegotiation': {
    title: 'Secure renegotiation is not supported',
    explanation:
      'The server does not acknowledge renegotiation_info (RFC 5746). Current OpenSSL clients end such a handshake with "unsafe legacy renegotiation disabled".',
    evidenceNeeded: 'A ServerHello up to TLS 1.2 without renegotiation_info, to a hello that offered it.',
  },
  'tls.hello-size-intolerant': {
    title: 'Hellos of certain sizes fail',
    explanation:
      'The server, or a device before it, drops or refuses a ClientHello because of its length. Clients whose hello has that size hang or fail, others work. This says nothing about the TLS versions the server supports.',
    evidenceNeeded:
      'Three failures of the size and three answered controls beside them, and that it is not the path: a longer hello passes, the size fails in small segments too, or it fits into any packet. Otherwise only possible, as in captures: three hellos that arrived and failed, all of them longer than those that the same server answered in between.',
  },
  'tls.hello-segment-intolerant': {
    title: 'A hello that is cut into TCP segments fails',
    explanation:
      'The same hello is answered when it arrives in one piece and fails when TCP delivers it in several. Some devices read only once or look only into the first segment. Large hellos (post-quantum key shares) always arrive in several segments.',
    evidenceNeeded: 'Three failures of the cut hello and three answered controls in one piece beside them.',
  },
  'tls.hello-record-intolerant': {
    title: 'A hello that spans several TLS records fails',
    explanation:
      'The same hello is answered in one TLS record and fails when it is divided over several, although TLS allows it.',
    evidenceNeeded: 'Three failures of the divided hello and three answered controls in one record beside them.',
  },
  'tls.suite-count-intolerant': {
    title: 'Hellos with many cipher suites fail',
    explanation:
      'The server, or a device before it, fails when a hello lists many cipher suites (some old Cisco devices from 128 on). Ordinary clients offer fewer; scanners are the ones that fall into this and then report wrong results.',
    evidenceNeeded:
      'Three failures with the number of suites and three answered controls beside them, and an answered hello of at least that length.',
  },
  'tls.extension-intolerant': {
    title: 'Unknown values in a hello break the handshake',
    explanation:
      'The server, or a device before it, fails on an extension, group or other value it does not know instead of ignoring it. Current clients send such values on purpose (GREASE, RFC 8701).',
    evidenceNeeded: 'Three failures with the value and three answered controls without it beside them.',
  },
  'tls.version-intolerant': {
    title: 'Offering a newer TLS version breaks the handshake',
    explanation:
      'The server fails on a version it does not know instead of choosing a lower one. Clients that offer newer versions cannot connect.',
    evidenceNeeded: 'Three failures with the version offered and three answered controls without it beside them.',
  },
  'path.blackhole-outbound': {
    title: 'Large packets to the server disappear',
    explanation:
      'The path loses packets above a certain size on the way to the server, and no ICMP message says so. Large hellos hang at "connecting"; small ones pass. Typical behind PPPoE lines (MTU 1454 or 1492).',
    evidenceNeeded:
      'Three packets of one size that are lost and three of a byte less that arrive, with the same hello, which arrives whole in the smaller ones. Without TCP_INFO or raw packets, a length of hellos that is not answered, and is in small segments: likely. In a capture, a large segment that is sent again and again and never acknowledged while later or smaller ones are (SACK proves it); at the side of the server, a gap that is never filled.',
  },
  'path.blackhole-inbound': {
    title: 'Large packets from the server disappear',
    explanation:
      'The path loses packets above a certain size on the way from the server, and no ICMP message says so. The hello arrives, but the certificates never come back; the client hangs at "connecting".',
    evidenceNeeded:
      'Three acknowledged hellos whose answer does not come, and three of the same with a smaller announced MSS whose answer does. In a capture, an acknowledged hello and a gap in the answer that is never filled while the client acknowledges what is behind it (SACK); at the side of the server, large segments that are never acknowledged.',
  },
  'path.mtu-reduced': {
    title: 'The path MTU is reduced, and path MTU discovery works',
    explanation:
      'A hop of the path has a smaller MTU and says so with ICMP. Nothing is wrong; the number is worth knowing.',
    evidenceNeeded:
      'ICMP "fragmentation needed" with the MTU of the next hop, or a route MTU that fell during a connection. A route MTU below that of the interface, or a server that fills smaller packets than both ends allow, makes it likely.',
  },
  'path.mss-clamped': {
    title: 'The MSS is clamped on the path',
    explanation:
      'The MSS of the SYN-ACK is lower than the local MTU explains. A device on the path or the server lowers it, usually on purpose.',
    evidenceNeeded: 'The MSS option of the SYN-ACK and the local MTU; in a capture, the MSS options of both SYNs.',
  },
  'path.fragments-dropped': {
    title: 'IP fragments are dropped',
    explanation:
      'Packets that are fragmented on the way do not arrive as a whole. DTLS and everything else that relies on fragments fails.',
    evidenceNeeded:
      'Three hellos in IP fragments unanswered, and the same hello in whole packets answered beside them; in a capture, datagrams of which only the first fragment comes.',
  },
  'path.icmp-filtered': {
    title: 'ICMP "fragmentation needed" does not arrive',
    explanation:
      'Packets that were too large for the path drew no ICMP message. That is what turns a small MTU into a black hole.',
    evidenceNeeded: 'A proven black hole, and three oversize packets with DF that drew no ICMP.',
  },
  'handshake.silent': {
    title: 'The server does not answer, or stops halfway',
    explanation:
      'The TCP connection comes up, but no hello of any kind is answered in the time that the probe waits (--timeout, 3 seconds by default), or the answer never becomes whole. A mute server, a slow one, a dropped hello and a lost reply look the same from here, so no cause is claimed.',
    evidenceNeeded:
      'Every hello of the run unanswered; silence beside another open connection counts only when it repeats alone. In a capture, one that shows both directions from the SYN on and goes on for seconds.',
  },
  'handshake.reset': {
    title: 'The connection is reset during the handshake',
    explanation:
      'A RST ends the handshake, whatever the hello says. The server or a device on the path may have sent it; a RST alone does not tell.',
    evidenceNeeded: 'A RST in reply to every kind of hello that was tried, or the RST of a capture.',
  },
  'handshake.closed': {
    title: 'The connection is closed during the handshake',
    explanation:
      'The peer closes the connection (FIN) before its part of the handshake is whole, whatever the hello says. The cause is in the log of the server.',
    evidenceNeeded: 'A FIN in reply to every kind of hello that was tried, or the FIN of a capture.',
  },
  'handshake.alert': {
    title: 'The server ends every handshake with an alert',
    explanation:
      'The server speaks TLS and ends every handshake that was tried, right after the hello or behind its ServerHello. Some alerts name the cause; handshake_failure (40) does not: cipher suite, group, client certificate and renegotiation all end in it.',
    evidenceNeeded: 'An alert at the end of every kind of handshake that was tried, or the alert of a capture.',
  },
  'handshake.not-tls': {
    title: 'The port does not speak TLS',
    explanation:
      'The answer to the hello is another protocol. The port is wrong, a proxy or portal answers in place of the server, or, where the answer is SSL 2.0, the server is too old for TLS.',
    evidenceNeeded: 'The first bytes of the answer.',
  },
  'handshake.malformed': {
    title: 'The answer is broken TLS',
    explanation: 'The answer begins like TLS but breaks its rules, so that no client can go on with it.',
    evidenceNeeded: 'The answer and the place where it breaks the rules.',
  },
  'policy.port-refused': {
    title: 'The port refuses connections',
    explanation:
      'The SYN is answered with a RST, or with ICMP "port unreachable", which a system reports in the same way. Nothing listens on the port, or a firewall answers in its place.',
    evidenceNeeded: 'A RST or ICMP "port unreachable" in reply to the SYN of every attempt.',
  },
  'policy.port-filtered': {
    title: 'The port does not answer',
    explanation:
      'The SYN is not answered, or ICMP says that it is prohibited. A packet filter drops it, or the address is dead; without ICMP the two look alike.',
    evidenceNeeded: 'Unanswered SYNs (likely), or ICMP type 3 code 9, 10 or 13 (proven).',
  },
  'policy.handshake-dropped': {
    title: 'Every hello is dropped on the way',
    explanation:
      'The TCP connection comes up, but no hello of any size or content is even acknowledged. A device lets the connection through and drops the data.',
    evidenceNeeded:
      'Hellos of different sizes with not one byte acknowledged, from TCP_INFO; in a capture, a hello that is sent again and never acknowledged.',
  },
  'policy.reset-injected': {
    title: 'Another device resets the connection',
    explanation:
      'The RST did not come from the host that accepted the connection. A firewall or an inspection device on the path ends the handshake.',
    evidenceNeeded:
      'A RST whose TTL (supported by its IP-ID) does not fit the SYN-ACK of the same connection, or that answers a hello whose TTL cannot have brought it to the server (both: proven); in a capture, a server that goes on sending after the RST; or captures at both ends.',
  },
  'policy.sni-filtered': {
    title: 'The server name decides whether the hello is answered',
    explanation:
      'The same hello is answered without the name or with another one, and not with this one. A filter on the path, or the server itself, goes by the name.',
    evidenceNeeded:
      'Three failures with the name and three answers without it or with another, in turn, everything else the same.',
  },
  'policy.tls-inspection': {
    title: 'The certificate is not the expected one',
    explanation:
      "The certificate that arrives here is not the pinned one: a device may open the TLS connection and re-sign it (Decrypt-Resign), or the certificate was replaced. Inspection with the server's own key changes nothing that is visible here.",
    evidenceNeeded:
      'The expected issuer or fingerprint (--expect-issuer, --expect-fingerprint), or the same server seen from a second place.',
  },
  'policy.rate-limited': {
    title: 'The target stopped answering after a number of connections',
    explanation:
      'A hello that was answered before is not answered any more. A limit, a ban or an exhausted server looks like this; what was measured afterwards is unknown, not absent.',
    evidenceNeeded:
      'At least three answered connections, then at least three without any answer, the control hello among them.',
  },
  'policy.arp-unanswered': {
    title: 'ARP requests for the address are not answered',
    explanation:
      'Nobody on the outside segment answers ARP for the address. On a firewall this happens when NAT does not do proxy ARP for it.',
    evidenceNeeded: 'A capture on the outside segment: ARP requests without a reply, and no SYN-ACK.',
  },
  'sftunnel.ca-expired': {
    title: 'The InternalCA of the FMC has expired',
    explanation:
      'The CA that signs all sftunnel certificates is past its 10 years (CSCwd08098, FN74214). Channels that are up stay up; each fails when it reconnects, and FMC then shows the device as disabled.',
    evidenceNeeded:
      'The CA certificate, from a capture, a file or the chain. Without it the age of the device certificates makes it likely at most.',
  },
  'sftunnel.ca-expiring': {
    title: 'The InternalCA of the FMC expires soon',
    explanation:
      'The CA that signs all sftunnel certificates runs out within 90 days (medium within 30). It is not renewed automatically.',
    evidenceNeeded: 'The CA certificate, from a capture, a file or the chain.',
  },
  'sftunnel.certificate-expired': {
    title: 'An sftunnel certificate has expired',
    explanation:
      'The certificate of this end of the sftunnel is past its notAfter date. The peer refuses the next connection (log: err 10, certificate has expired).',
    evidenceNeeded: 'The certificate as presented on the sftunnel.',
  },
  'sftunnel.certificate-expiring': {
    title: 'An sftunnel certificate expires soon',
    explanation:
      'The certificate of this end of the sftunnel runs out within 90 days (medium within 30). It is not renewed automatically.',
    evidenceNeeded: 'The certificate as presented on the sftunnel.',
  },
  'sftunnel.ca-mismatch': {
    title: 'FMC and FTD certificates come from different CAs',
    explanation:
      'The two ends of the sftunnel present certificates of different InternalCAs, so that each refuses the other. The two FMCs of an HA pair have different CAs by design.',
    evidenceNeeded:
      'Both Certificate messages, a certificate that is answered with decrypt_error, or a device certificate that does not verify under the given cacert.pem.',
  },
  'sftunnel.peer-refuses': {
    title: 'The sftunnel peer ends the connection',
    explanation:
      'Port 8305 is refused, or the peer ends the connection without a TLS message, after the hello or before it. Typical while registration is not finished on the other side, or when the peer no longer accepts the certificates.',
    evidenceNeeded:
      'RST or FIN on port 8305, after the SYN or after the hello; or at once when the connection is up (possible).',
  },
  'sftunnel.certificates-hidden': {
    title: 'The sftunnel certificates are encrypted',
    explanation:
      'This sftunnel speaks TLS 1.3, in which certificates travel encrypted. That nothing is seen of them says nothing about their validity.',
    evidenceNeeded: 'A TLS 1.3 ServerHello on the sftunnel port and no key log.',
  },
  'sftunnel.push-failed': {
    title: 'Renewed certificates did not reach a device',
    explanation:
      'generate_certs.pl made new certificates but could not push them to a device, whose sftunnel will fail when it reconnects.',
    evidenceNeeded: 'A line "Failed to push to", or an entry in a FAILED_PUSH file.',
  },
  'sftunnel.key-mismatch': {
    title: 'The sftunnel certificate and key do not belong together',
    explanation:
      'The private key next to an sftunnel certificate is not the one of that certificate, so that sftunnel cannot start with it.',
    evidenceNeeded: 'The certificate file and the key file.',
  },
  'vpn.not-anyconnect': {
    title: 'The server does not speak AnyConnect',
    explanation: 'TLS comes up, but the answer to the AnyConnect request is something else, for example a web page.',
    evidenceNeeded: 'The answer to the first request after the handshake.',
  },
  'vpn.dtls-disabled': {
    title: 'DTLS is not offered',
    explanation:
      'The server offers no DTLS for the tunnel, so that all traffic goes through TCP. It works, more slowly.',
    evidenceNeeded: 'A CONNECT reply without X-DTLS headers.',
  },
  'vpn.dtls-blocked': {
    title: 'DTLS packets are not answered',
    explanation:
      'The client asks for DTLS, but the UDP port of the server does not answer. VPN clients fall back to TCP, some after reconnecting once.',
    evidenceNeeded:
      'DTLS hellos without any UDP reply: while the TLS tunnel is up, or sent again and again in a capture.',
  },
  'vpn.mtu-low': {
    title: 'The MTU of the tunnel is very small',
    explanation: 'The tunnel MTU is below 1280 bytes, the minimum of IPv6.',
    evidenceNeeded: 'X-CSTP-MTU of the CONNECT reply.',
  },
};
