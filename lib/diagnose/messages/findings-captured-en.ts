/** Titles and explanations where a capture shows a finding and it means something narrower than after probes, in English. */

import type { CapturedTexts } from './types.ts';

export const findingsCapturedEn: CapturedTexts = {
  'cert.expired': {
    explanation:
      'A certificate that was presented is past its notAfter date: it was when captured, or it has run out since and may have been replaced. The evidence says which.',
  },
  'cert.not-yet-valid': {
    explanation:
      'A certificate was presented before its notBefore date. Either it was issued for later, or the clock of the machine that made the capture was behind.',
  },
  'cert.expiring': {
    explanation:
      'A certificate that was presented runs out within 90 days (medium within 30) of the capture, or of today unless it was replaced.',
  },
  'tls.no-common-version': {
    explanation:
      'One side does not speak the TLS version of the other and says so with the alert protocol_version. The connection of this client cannot come up.',
  },
  'tls.client-certificate-required': {
    explanation:
      'The server asked for a client certificate, the client had none to send, and the server ended the handshake. Normal for sftunnel and for profiles with certificate authentication; this client lacks a fitting certificate.',
  },
  'tls.hello-size-intolerant': {
    title: 'Only long hellos fail',
    explanation:
      'To this server long hellos fail and shorter ones are answered, in turns. The length may be the reason, at the server or at a device before it. Nobody chose these hellos, so what else the long ones offer, which the evidence names, may be it as well; `helloprobe check` varies the length alone.',
  },
  'path.mss-clamped': {
    explanation:
      'One SYN of the connection announces a smaller MSS than the other, or both a value below that of Ethernet that routers usually set. A device on the path lowers it, usually on purpose, or the host does: it is set so, or has learned the MTU of the path in an earlier connection.',
  },
  'handshake.silent': {
    title: 'A handshake stops halfway',
    explanation:
      'A handshake stops and nothing more comes: the hello is not answered, the answer never becomes whole, or the client does not go on. A mute server and a lost reply look the same in a capture, so no cause is claimed.',
  },
  'handshake.reset': {
    title: 'A handshake is reset',
    explanation:
      'A RST ends a handshake before it is finished. The evidence says which side it came from; a device on the path may have sent it in that name. Where the server ends some connections with a FIN and others with a RST at the same point, both are told here: a host that closes before it has read everything sends a RST.',
  },
  'handshake.closed': {
    title: 'A connection is closed during the handshake',
    explanation:
      'One side closes the connection (FIN) before the handshake is finished; the evidence says which. Its log has the reason. Clients that refuse a certificate often close without an alert. Where the server ends some connections with a FIN and others with a RST at the same point, both are told here: a host that closes before it has read everything sends a RST.',
  },
  'handshake.alert': {
    title: 'A handshake ends with an alert',
    explanation:
      'One side ends the handshake with an alert; the evidence says which, and what the alert means. Some alerts name the cause; handshake_failure (40) and bad_certificate (42) do not.',
  },
  'handshake.not-tls': {
    title: 'The answer to a hello is not TLS',
    explanation:
      'The answer to the hello is another protocol. The port is wrong, a proxy or portal answers in place of the server, or, where the answer is SSL 2.0, the server is too old for TLS. Where the same server speaks TLS in another connection, something before it answered this time, or the hello reached it damaged.',
  },
  'handshake.malformed': {
    title: 'A handshake message is broken TLS',
    explanation:
      'One side sent something that begins like TLS but breaks its rules: a TLS handshake cannot go on from there. The evidence says which message, and where it breaks them. Where data flows on all the same, both sides speak something else, such as a protocol that imitates TLS.',
  },
  'policy.handshake-dropped': {
    title: 'A hello is dropped on the way',
    explanation:
      'The TCP connection comes up, but not one byte of the hello is acknowledged, however often it is sent. A device lets the connection through and drops the data.',
  },
  'vpn.dtls-blocked': {
    explanation:
      "A client sends its DTLS hello again and again, and no answer to it is in the capture: UDP is dropped on the way, or nothing answered on the port at that time. Where an ICMP error says that the port cannot be reached, the evidence names it, and one hello is enough. VPN clients fall back to TCP, some after reconnecting once. Where the same port answered another client, or at another time, the evidence says so: then UDP to it is not blocked for all, and what differs is the client's path, a policy for it, or the time.",
  },
  'policy.arp-unanswered': {
    explanation:
      'The capture has ARP requests for the address and no reply. Where nobody answers, packets to it do not arrive; on a firewall this happens when NAT does not do proxy ARP for it. A capture made on a third host does not hold replies, which go to the asker alone.',
  },
};
