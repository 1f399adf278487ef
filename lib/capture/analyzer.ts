/** The engine: bytes of a capture in, conversations out as they end. One pass; what is kept is bounded by the limits. */

import { type CaptureCounters, readOwnConnection } from '../evidence/index.ts';
import type { Digests } from '../hello/index.ts';
import { eitherLog, KeyLog, type SessionPrimitives } from '../session/index.ts';
import { encode, handshakeMessage, handshakeType } from '../wire/index.ts';
import { Failures } from './conversations/failures.ts';
import { Outlet } from './conversations/outlet.ts';
import { Pauses } from './conversations/pauses.ts';
import type { CountRepeat } from './conversations/repeats.ts';
import { TcpConversations } from './conversations/tcp.ts';
import { UdpConversations } from './conversations/udp.ts';
import { Counters } from './counters.ts';
import type { Datagram } from './datagram.ts';
import type { EngineEvent, EngineSource, EngineSummary } from './events.ts';
import { linkTypeName } from './file/link-types.ts';
import { CaptureReader } from './file/reader.ts';
import type { PacketSink } from './file/records.ts';
import type { Lane } from './flow/index.ts';
import type { CaptureLimits } from './limits.ts';
import { addressText } from './link/address.ts';
import { type DatagramSink, Dissector } from './link/dissector.ts';
import { IcmpError, readIcmp } from './link/icmp.ts';
import { Packet } from './packet.ts';
import { FragmentCounts } from './path/fragment-counts.ts';
import { isoTime } from './time.ts';
import { CertificateStore, type StoredCertificate } from './tls/certificate-store.ts';
import type { TlsContext } from './tls/context.ts';
import type { SameBytes, Sightings } from './tls/likeness.ts';

export interface AnalyzerOptions {
  readonly limits: CaptureLimits;
  readonly counters?: Counters;
  /** Secrets known beforehand, beside those that a pcapng file brings. */
  readonly keyLog?: KeyLog;
  /** Opens protected records; without it nothing is decrypted. */
  readonly primitives?: SessionPrimitives | null;
  /** What hashes certificates and fingerprints; default portable ones, which take nine times as long as those of Node.js. */
  readonly digests?: Digests;
  /** Compares long stretches of bytes; default a portable one, which takes twenty times as long as that of Node.js. */
  readonly sameBytes?: SameBytes;
  /** Ports whose failed connections are judged beside the usual ones of TLS. */
  readonly ports?: readonly number[];
  /** Tell every ClientHello with its bytes. */
  readonly hellos?: boolean;
  /** Asked of conversations that are like an earlier one; without it each is told as an event. */
  readonly repeat?: CountRepeat;
}

const tcp = 6;
const udp = 17;
const icmp = 1;
const icmpv6 = 58;
/** Flows that end between two looks at the events. */
const endedAtOnce = 256;
/** More connections than a run of ours makes. */
const mostOwn = 10_000;
/** Type of a decryption secrets block that holds a TLS key log ("TLSK"). */
const tlsKeyLog = 0x544c534b;

export class CaptureAnalyzer implements PacketSink, DatagramSink {
  readonly counters: Counters;
  readonly #packet = new Packet();
  readonly #reader: CaptureReader;
  readonly #dissector: Dissector;
  readonly #store: CertificateStore;
  readonly #failures: Failures;
  readonly #fragments: FragmentCounts;
  readonly #outlet: Outlet;
  readonly #tcp: TcpConversations;
  readonly #dtls: UdpConversations;
  readonly #lane: Lane;
  /** Secrets that the capture itself brings. */
  readonly #keyLog: KeyLog;
  readonly #icmpError = new IcmpError();
  readonly #pauses = new Pauses();
  #bytes = 0;

  constructor(options: AnalyzerOptions) {
    const { limits } = options;
    this.counters = options.counters ?? new Counters();
    const shared = { limits, counters: this.counters };
    const packet = this.#packet;
    this.#keyLog = new KeyLog({ maxSecrets: limits.keyLogSecrets });
    this.#pushedOut(options.keyLog?.dropped ?? 0);
    this.#store = new CertificateStore(limits, this.counters, options.digests);
    this.#fragments = new FragmentCounts(this.counters);
    this.#failures = new Failures(this.counters, options.ports ?? []);
    this.#outlet = new Outlet(packet, this.#store, this.#failures, this.#pauses);
    const context: TlsContext = {
      ...shared,
      packet,
      certificates: this.#store,
      secrets: options.keyLog === undefined ? this.#keyLog : eitherLog(this.#keyLog, options.keyLog),
      primitives: options.primitives ?? null,
      digests: options.digests,
      sameBytes: options.sameBytes,
      ...(options.hellos === true ? { clientHello: this.#clientHello } : {}),
    };
    this.#tcp = new TcpConversations(context, {
      outlet: this.#outlet,
      failures: this.#failures,
      fragments: this.#fragments,
      pauses: this.#pauses,
      // Hellos are told of when they come.
      repeat: options.hellos === true ? null : (options.repeat ?? null),
    });
    this.#dtls = new UdpConversations(context, this.#outlet, this.#fragments);
    this.#dissector = new Dissector({ ...shared, sink: this });
    this.#lane = this.#tcp.tracker.lane({ unread: (bytes, at, end) => this.#dtls.ignores(bytes, at, end) });
    this.#reader = new CaptureReader(packet, this, shared);
  }

  /** The next bytes of the capture; may be used again afterwards. @throws HarnessError `not-a-capture` */
  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  /** The capture is over: nothing more is pushed. What is open ends with `finish`. @throws HarnessError `not-a-capture` */
  end(): void {
    this.#reader.end();
    this.#dissector.end(this.#packet.time);
  }

  /**
   * After `end`: some of what is open ends. Not all at once, so that the events can be taken in between.
   * @returns true when nothing is left
   */
  finish(): boolean {
    return this.#tcp.tracker.finish(endedAtOnce) && this.#dtls.finish(endedAtOnce);
  }

  /** Events since the last call. */
  take(): EngineEvent[] {
    const { events } = this.#outlet;
    if (events.length > 0) this.#outlet.events = [];
    return events;
  }

  get packets(): number {
    return this.#packet.number;
  }

  /** Null until the format is known. */
  get source(): EngineSource | null {
    const { format, linkTypes, truncated } = this.#reader;
    if (format === null) return null;
    const at = (time: number | null): string | null => (time === null ? null : isoTime(time));
    return {
      format,
      linkTypes: linkTypes.map(linkTypeName),
      firstPacketAt: at(this.#pauses.first),
      lastPacketAt: at(this.#pauses.first === null ? null : this.#packet.time),
      truncated,
    };
  }

  readonly #clientHello = (body: Uint8Array, recordVersion: number): void => {
    const message = encode(handshakeMessage, { type: handshakeType.client_hello, body });
    this.#outlet.events.push({ type: 'client-hello', packet: this.packets, message, recordVersion });
  };

  /** In the order in which they were first seen. */
  certificates(): Iterable<StoredCertificate> {
    return this.#store.entries();
  }

  certificate(sha256: string): StoredCertificate | undefined {
    return this.#store.get(sha256);
  }

  sightingsOf(sha256: string): Sightings {
    return this.#outlet.sightingsOf(sha256);
  }

  /** So far. */
  get counts(): CaptureCounters {
    return {
      packets: this.packets,
      bytes: this.#bytes,
      tcpFlows: this.#tcp.tracker.flows,
      tlsConversations: this.#outlet.conversations,
      dropped: this.counters.toJSON(),
    };
  }

  /** What is known at the end. */
  summary(): EngineSummary {
    return {
      failedConnections: this.#failures.failedConnections(),
      unansweredArp: this.#failures.unansweredArp(),
      counters: this.counts,
    };
  }

  packet(): void {
    const packet = this.#packet;
    this.#bytes += packet.end - packet.start;
    this.#pauses.packet(packet);
    if (packet.linkType === 1 && this.#lane.offer()) return;
    this.#dissector.packet(packet);
  }

  comment(text: string): void {
    const own = this.#outlet.own.size < mostOwn ? readOwnConnection(text) : null;
    if (own !== null) this.#outlet.own.set(this.#packet.number, own);
  }

  secrets(type: number, data: Uint8Array): void {
    if (type !== tlsKeyLog) return this.counters.drop('secrets-of-another-kind');
    this.#tcp.readAll();
    const { dropped } = this.#keyLog;
    this.#keyLog.add(data);
    this.#keyLog.end();
    this.#pushedOut(this.#keyLog.dropped - dropped);
  }

  #pushedOut(secrets: number): void {
    if (secrets > 0) this.counters.drop('key-log-secrets', secrets);
  }

  datagram(d: Datagram): void {
    if (d.fragments > 0) this.#fragments.whole(d);
    switch (d.protocol) {
      case tcp:
        return this.#tcp.tracker.segment(d);
      case udp:
        return this.#dtls.datagram(d);
      case icmp:
      case icmpv6:
        if (readIcmp(d, this.#icmpError)) this.#quoted(d, this.#icmpError);
    }
  }

  arp(operation: number, sender: number, target: number): void {
    this.#failures.arp(operation, sender, target, this.#packet.number);
  }

  incomplete(d: Datagram, fragments: number): void {
    this.#fragments.incomplete(d, fragments);
  }

  #quoted(d: Datagram, error: IcmpError): void {
    const from = addressText(d.source0, d.source1, d.source2, d.source3);
    if (error.protocol === tcp) this.#tcp.icmp(error, from);
    else if (error.protocol === udp) this.#dtls.icmp(error, from);
  }
}
