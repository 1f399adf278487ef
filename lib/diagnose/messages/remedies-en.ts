/** Remedies in English. "Article" is the note on FTD and Secure Client TLS failures whose patterns 1, 2, 4 and 5 we follow. */

import type { RemedyTexts } from './types.ts';

export const remediesEn: RemedyTexts = {
  'install-matching-certificate': {
    text: 'Import a certificate whose subjectAltName holds the name that users connect to (FMC: Objects > PKI > Internal Certs > Import), and check that the connection profile selects it.',
    verify: 'The subjectAltName shown by the command contains the name.',
    source: 'RFC 9525 §6; article on FTD and Secure Client, pattern 1',
  },
  'use-certified-name': {
    text: 'Or have users connect by a name that is in the certificate, and point that name to the headend.',
    verify: 'helloprobe certs <host> with that name has no cert.name-mismatch.',
    source: 'article on FTD and Secure Client, pattern 1',
  },
  'renew-certificate': {
    text: 'Renew the certificate, import it (FMC: Objects > PKI > Internal Certs > Import), and check that the connection profile selects the new one.',
    verify: 'notAfter shown by the command lies in the future.',
    source: 'RFC 5280 §4.1.2.5; article on FTD and Secure Client, pattern 1',
  },
  'check-clocks': {
    text: 'Compare the clock of this machine, of the client and of the headend with a time server.',
    verify: 'Judge again with --now set to the right time: the finding is gone if a clock was wrong.',
    source: 'RFC 5280 §4.1.2.5',
  },
  'install-intermediate': {
    text: 'Import the missing intermediate certificate on the headend (FMC: Objects > PKI > CA > Import), so that it is sent with the server certificate.',
    verify: 'The command lists the server certificate and each intermediate.',
    source: 'RFC 5246 §7.4.2; RFC 8446 §4.4.2; article on FTD and Secure Client, pattern 1',
  },
  'client-may-ask': {
    text: "Do not take a client that connects for a proof that the certificate is in order. The article on FTD says that a wrong name or an expired certificate is rejected at once; Cisco's AnyConnect guide counts an invalid name, an invalid date and an unknown CA as errors after which the user is asked and may go on.",
    verify: 'helloprobe certs <host> has no finding, whatever a client lets through.',
    source:
      'Cisco, AnyConnect guide for the ASA 5505, page 23; article on FTD and Secure Client, pattern 1, both sides given',
  },
  'order-chain': {
    text: 'Import the chain again with the server certificate first and each issuer after the certificate it signed.',
    verify: 'helloprobe certs <host> has no cert.chain-misordered.',
    source: 'RFC 5246 §7.4.2',
  },
  'distribute-root': {
    text: 'Use a certificate of a CA that the clients trust, or install the private root on every client as a trusted root.',
    verify: 'Check again with --ca <root.pem>: the finding is gone when the root is the only thing missing.',
    source: 'RFC 5280 §6.1',
  },
  'replace-self-signed': {
    text: 'Replace the self-signed certificate by one of a CA that the clients trust, and select it in the connection profile.',
    verify: 'helloprobe certs <host> shows an issuer other than the subject, and the chain as trusted.',
    source: 'article on FTD and Secure Client, pattern 1',
  },
  'reissue-stronger': {
    text: 'Have the certificate issued again with an RSA key of at least 2048 bits or a P-256 key, signed with SHA-256. Where an intermediate is affected, use a newer one of the CA.',
    verify: 'helloprobe certs <host> shows the new key and signature.',
    source: 'RFC 9325 §4.5',
  },
  'reissue-path': {
    text: 'Have the certificate that the evidence names issued again without the fault, or let the server send the intermediates of another path that has none (a cross-signed CA).',
    verify: 'helloprobe certs <host> has no cert.chain-invalid.',
    source: 'RFC 5280 §6.1',
  },
  'reissue-for-servers': {
    text: 'Have the certificate issued again with serverAuth among its extended key usages (in a private CA: another template).',
    verify: 'helloprobe certs <host> has no cert.wrong-usage.',
    source: 'RFC 5280 §4.2.1.12',
  },
  'import-again': {
    text: 'Check the certificate file and import it again; it may have been cut or converted on the way.',
    verify: 'The command prints the certificate.',
    source: 'RFC 5280 §4.1',
  },
  'enable-tls12': {
    text: 'Allow TLS 1.2 on the headend. On FTD the minimum TLS version as a server is set in FMC under Devices > Platform Settings > SSL (not under Devices > VPN > Remote Access > SSL Settings, as some guides have it). TLS 1.3 for remote access needs Secure Client 5.0 or later.',
    verify: 'helloprobe versions <host> lists a version that the client speaks; show ssl on the device agrees.',
    source:
      'Cisco, About SSL Settings (docs.defenseorchestrator.com); article on FTD and Secure Client, pattern 2, its menu path corrected',
  },
  'update-client': {
    text: 'Update the client to a release that speaks what the server requires.',
    verify:
      'helloprobe check <host> with --client-versions and --client-ciphers of the new release has no such finding.',
    source: 'RFC 9325 §3.1, §4.2',
  },
  'raise-minimum-version': {
    text: 'Set the minimum TLS version to 1.2. On FTD: FMC, Devices > Platform Settings > SSL (not under Devices > VPN > Remote Access > SSL Settings, as some guides have it). The setting is a minimum: older versions beside TLS 1.2 are a weakness, but contrary to what the article says they do not by themselves break a TLS 1.2 client. Check first that no old client still needs them.',
    verify: 'helloprobe versions <host> lists only TLS 1.2 and 1.3.',
    source:
      'RFC 8996; Cisco, About SSL Settings (docs.defenseorchestrator.com); article on FTD and Secure Client, pattern 2, its menu path and its claim corrected',
  },
  'choose-recommended-ciphers': {
    text: 'Enable ECDHE suites with AES-GCM (and the TLS 1.3 suites where TLS 1.3 is on) and disable the others. On FTD: FMC, Devices > Platform Settings > SSL.',
    verify: 'helloprobe ciphers <host> lists only those.',
    source:
      'RFC 9325 §4.2; Cisco, About SSL Settings (docs.defenseorchestrator.com); article on FTD and Secure Client, configuration flow step 3',
  },
  'choose-common-group': {
    text: 'Enable P-256 (group 19) on the headend; FTD offers the ECDH groups 19, 20 and 21 under Devices > Platform Settings > SSL.',
    verify: 'helloprobe groups <host> lists a group that the client has.',
    source: 'RFC 8422 §5.1.1; Cisco, About SSL Settings (docs.defenseorchestrator.com)',
  },
  'install-client-certificate': {
    text: 'Install on the client a certificate, with its key, from one of the CAs that the server accepts (they are listed in the evidence when the server names them).',
    verify: "The client connects; the server's log names the certificate.",
    source: 'RFC 5246 §7.4.4; RFC 8446 §4.3.2',
  },
  'stop-asking-certificates': {
    text: 'If client certificates are not intended, change the authentication method of the connection profile.',
    verify: 'helloprobe check <host> no longer says that a client certificate is required.',
    source: 'article on FTD and Secure Client, configuration flow step 1',
  },
  'support-rfc5746': {
    text: 'Update the headend to a release that supports RFC 5746. Switching the check off in clients leaves them open to the attack it prevents.',
    verify: 'helloprobe check <host> says that renegotiation is secure.',
    source: 'RFC 5746 §3.6',
  },
  'update-terminator': {
    text: 'Update or reconfigure the device that ends or inspects TLS: the server itself, or a load balancer, proxy or firewall before it. To learn which, probe the server from the segment directly before it.',
    verify: 'Run the same probe again: the case that failed is answered.',
    source: 'RFC 5246 §7.4.1; RFC 8446 §4.1.2, §9.3; RFC 8701',
  },
  'update-sender': {
    text: 'Update or reconfigure the client that sent the message, or what ends or inspects TLS between it and the place of the capture: a proxy, or security software on its machine. To learn which, capture on the client, too.',
    verify: 'In a new capture the handshake of this client is finished.',
    source: 'RFC 5246 §7.2.2; RFC 8446 §6.2',
  },
  'shorten-hello': {
    text: 'Until then, give clients a smaller hello: without post-quantum groups (X25519MLKEM768 adds 1216 bytes), with fewer suites and ALPN names. For hellos of 256 to 511 bytes the contrary helps: padding to 512 or more.',
    verify: 'helloprobe hello build --pad-to <bytes> gives the size; the client connects with the smaller one.',
    source: 'RFC 7685; RFC 8446 §4.2.8',
  },
  'one-record': {
    text: 'Until then, have clients send the hello in one record.',
    verify: 'In a capture the hello is one record, and it is answered.',
    source: 'RFC 8446 §5.1',
  },
  'fewer-suites': {
    text: 'Offer fewer than 128 cipher suites in one hello.',
    verify: 'helloprobe check <host> --only suite-count shows which counts are answered.',
    source: 'RFC 5246 §7.4.1.2',
  },
  'lower-outside-mtu': {
    text: "Set the MTU of the headend's outside interface to that of the path (1454 on FLET'S PPPoE, 1492 on other PPPoE). The headend derives the MSS it announces from it: MTU - 40 for IPv4, MTU - 60 for IPv6. The MTU also limits the packets that the headend sends itself.",
    verify: 'The MSS option of the SYN-ACK is lower than before; read it in a capture before and after.',
    source: 'Cisco, About the TCP MSS (docs.defenseorchestrator.com)',
  },
  'clamp-on-router': {
    text: "Clamp the MSS of both SYNs on the router of the line with the small MTU: MTU - 40, so 1414 for MTU 1454 and 1452 for MTU 1492 (IPv6: MTU - 60). That helps in both directions. The command is Cisco IOS' on the interface, for IPv4.",
    verify:
      'helloprobe mss <host> finds no loss in either direction. In a capture, SYN and SYN-ACK carry the clamped MSS on the far side of the router.',
    source: 'RFC 9293 §3.7.1; RFC 2516',
  },
  'lower-client-mtu': {
    text: 'As long as the line is not cured: lower the MTU of the client to that of the path. Its own packets become small enough, and it announces a smaller MSS, so that those of the server do too. The command is for Linux and lasts until the interface is set up again.',
    verify: 'helloprobe mss <host> from that client finds no loss in either direction.',
    source: 'RFC 9293 §3.7.1',
  },
  'tcpmss-limits': {
    text: 'Do not rely on sysopt connection tcpmss 1300, which some guides advise: Cisco documents that it applies to traffic through the device and not to connections to the device itself, SSL VPN included. On FTD it is set with the FlexConfig object Sysopt_Basic. The 1300 to 1350 of the VPN profile concern the tunnel once it is up.',
    verify:
      'If it was set anyway: read the MSS of the SYN-ACK in a capture before and after. If it is the same, nothing has changed for the VPN.',
    source:
      'Cisco, About the TCP MSS (docs.defenseorchestrator.com); article on FTD and Secure Client, pattern 4, corrected',
  },
  'allow-frag-needed': {
    text: 'Let ICMP type 3 code 4 (fragmentation needed; for IPv6 packet too big, type 2) through every firewall between client and server.',
    verify: 'A large DF packet draws the ICMP message, and the sender uses smaller segments from then on.',
    source: 'RFC 1191; RFC 8201; RFC 4890 §4.3.1',
  },
  'avoid-fragments': {
    text: 'Lower the tunnel MTU so that packets fit without fragmentation, or let fragments through the firewall.',
    verify: 'helloprobe check <host> --only fragments finds them answered, or a capture shows no fragments any more.',
    source: 'RFC 8900',
  },
  'nothing-to-do': {
    text: 'Nothing needs to be done. Note the value for when something else looks wrong.',
    verify: 'helloprobe mss <host> shows the same value later.',
    source: 'RFC 1191; RFC 9293 §3.7.1',
  },
  'capture-at-both-ends': {
    text: 'Capture at the client and at the headend at the same time. A packet that is sent at one end and missing at the other was lost between them; a RST that arrives and was never sent comes from a device in between.',
    verify: 'helloprobe pcap reads both captures: what one has and the other lacks was lost, or added, in between.',
    source: 'RFC 9293 §3.5.3',
  },
  'read-server-log': {
    text: 'Read the log of the server for the time of the attempts, or that of the client where the evidence says that the client ended the handshake; the reason is there unless a device in between ended it. On FTD the VPN debug shows lines such as "TLS handshake failed" or "unsupported cipher".',
    verify: 'The log has a line of the same second as an attempt, with a reason.',
    source: 'article on FTD and Secure Client, section on log lines',
  },
  'wait-longer': {
    text: 'Check the server and wait longer for its reply: one that is only slow answers then. If it stays silent, repeat the check from another network (a mobile line, the segment before the headend).',
    verify:
      'An answer now: the server is slow, and the time-outs of its clients are what to compare with. An answer from the other network only: the cause is on the path.',
    source: 'our own labs',
  },
  'try-other-network': {
    text: 'Repeat the probe from another network (a mobile line, the segment before the headend). If it works there, the cause is on the path and not in the server.',
    verify: 'The same helloprobe check from there has the same verdict (the server), or another one (the path).',
    source: 'our own labs',
  },
  'check-port': {
    text: 'Check host name and port, that the service runs, and that it is enabled on the interface that faces the client.',
    verify: 'helloprobe versions <host>:<port> finds a version.',
    source: 'article on FTD and Secure Client, configuration flow step 4',
  },
  'check-access-policy': {
    text: 'Check that NAT leads to the outside address on port 443 and that no block rule of the access control policy, or of a firewall in between, matches the traffic.',
    verify: "The hit counters of the rules, or connection events for the probe's address.",
    source: 'article on FTD and Secure Client, pattern 5 and configuration flow step 4',
  },
  'check-proxy-arp': {
    text: 'Check the NAT rules for no-proxy-arp: without it or a route, nobody answers ARP for a translated address.',
    verify: 'A capture on the outside segment shows the ARP reply.',
    source: 'article on FTD and Secure Client, pattern 5',
  },
  'exempt-from-inspection': {
    text: 'Find the device on the path that decrypts, re-signs or resets, and exempt the VPN headend there. To turn TLS inspection off altogether, as some guides advise, is not necessary: an exemption of this traffic is enough. A decryption policy with Decrypt-Known Key leaves the certificate as it is.',
    verify: 'The same probe past that device: the handshake completes with the expected certificate.',
    source:
      'Cisco, Decryption Policies (Management Center Device Configuration Guide 7.6); article on FTD and Secure Client, pattern 5, narrowed',
  },
  'compare-pin': {
    text: 'Look at the certificate from a second network or on the headend itself. If it is the same there, it was replaced and the pin is out of date; if it differs, it is re-signed on the way.',
    verify: 'helloprobe certs <host> from both places shows the same SHA-256.',
    source: 'Cisco, Decryption Policies (Management Center Device Configuration Guide 7.6)',
  },
  'ask-about-name': {
    text: 'Ask the operator of the filter about the name, and check that the headend has a certificate and a service for it.',
    verify: 'helloprobe check <host> --sni <name> is answered.',
    source: 'RFC 6066 §3',
  },
  'slow-down': {
    text: 'Wait until the target answers again, then probe one connection at a time with a pause.',
    verify: 'The command is answered to its end.',
    source: 'our own labs',
  },
  'check-block-lists': {
    text: "Check the connection limits and block lists of the headend and of the firewalls before it for the probe's address; the server may also have stopped.",
    verify: 'helloprobe versions <host> is answered from the same address again.',
    source: 'our own labs',
  },
  'renew-internal-ca': {
    text: 'Renew the InternalCA: install the hotfix for the FMC release, back up the FMC, check all channels, run generate_certs.pl in expert mode, and check the channels again. In an HA pair first on the primary, then on the secondary FMC.',
    verify: 'sftunnel_status.pl shows every channel up, and no FAILED_PUSH file was written under /var/tmp/certs.',
    source:
      'Cisco 222464, Renewal of FMC sftunnel CA certificate for FTD connectivity; Field Notice FN74214; CSCwd08098',
  },
  'check-internal-ca': {
    text: 'Look at the dates of the InternalCA on the FMC (expert mode, as root).',
    verify: 'notAfter lies more than 30 days ahead.',
    source: 'Cisco 222464',
  },
  'keep-sftunnel-up': {
    text: 'While a channel is up after the expiry, neither reboot nor upgrade FMC or FTD and do not restart sftunnel: every channel that goes down then stays down. The listed hotfixes are the exception.',
    verify: 'sftunnel_status.pl still shows the channels that were up.',
    source: 'Cisco 222464, solution 2',
  },
  'copy-sftunnel-certificates': {
    text: 'Copy cacert.pem, sftunnel-cert.pem and sftunnel-key.pem to devices that could not be reached: with copy_sftunnel_certs.py or copy_sftunnel_certs_jumpserver.py of the hotfix, else by hand into /var/sf/peers/<FMC UUID> on the FTD, keeping backups; then restart sftunnel there.',
    verify: 'sftunnel_status.pl shows the channel up.',
    source: 'Cisco 222464, solutions 1 and 2',
  },
  'compare-cas': {
    text: 'Compare the CA of the device with that of the FMC it is registered to. In an HA pair each FMC has its own.',
    verify: 'The command says OK for the cacert.pem of the peer.',
    source: 'Cisco 222464',
  },
  'check-registration': {
    text: 'Check on both ends that registration is complete and the channels are up. Until the other side is configured, port 8305 answers a SYN with RST.',
    verify: "helloprobe sftunnel <host> shows the peer's certificate; sftunnel_status.pl shows both channels up.",
    source: 'Cisco 215540; grandmetric.com (capture of a registration)',
  },
  'read-sftunnel-log': {
    text: 'Read what sftunnel says at the time of the attempts (expert mode, as root): /ngfw/var/log/messages on the FTD, /var/log/messages on the FMC. The end that refuses names the certificate, its issuer and the reason (err 10: certificate has expired).',
    verify: 'helloprobe logs <file> names the reason in the same second as the capture.',
    source: 'Cisco 222464',
  },
  'give-key-log': {
    text: 'Give the TLS key log of the session to see what is encrypted, certificates and alerts, or look at the files and logs on the devices.',
    verify:
      'helloprobe pcap <file> --keylog <keys> lists the certificates and names the alert; a probe from outside, helloprobe sftunnel <host>, can show certificates too.',
    source: 'RFC 8446 §4.4.2, §5.2',
  },
  'pair-key': {
    text: 'Put the key that belongs to the certificate in place; both commands must print the same digest.',
    verify: 'Both digests are equal, and sftunnel_status.pl shows the channel up.',
    source: 'Cisco 222464',
  },
  'check-vpn-service': {
    text: 'Check host and port, and that remote access VPN is enabled on that interface.',
    verify: 'helloprobe check <host>:<port> finds TLS, and a client gets its login form.',
    source: 'article on FTD and Secure Client, configuration flow',
  },
  'name-the-program': {
    text: 'There is nothing of TLS to mend. Find out which program of the client uses that server and port, and whether your policy allows it; devices that inspect TLS may end what only begins like it.',
    verify: 'The list of connections on the client (ss -tnp, netstat -b) names the program.',
    source: 'RFC 8446 §5.1',
  },
  'enable-dtls': {
    text: 'Enable DTLS in the group policy if it was not switched off on purpose.',
    verify: "The headend's reply to CONNECT has X-DTLS headers.",
    source: 'draft-mavrogiannopoulos-openconnect-04',
  },
  'open-udp': {
    text: 'Let UDP on the port of the VPN (443) through in both directions.',
    verify: 'A capture at the client shows UDP in both directions on that port.',
    source: 'draft-mavrogiannopoulos-openconnect-04',
  },
  'raise-tunnel-mtu': {
    text: 'Raise the MTU of the group policy as far as the path allows (default and maximum 1406).',
    verify: "X-CSTP-MTU in the headend's reply has the new value.",
    source: 'Cisco Community, AnyConnect MTU',
  },
};
