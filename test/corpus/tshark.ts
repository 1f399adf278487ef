/** What the tshark of this machine says of captures, in the form of the shared oracle. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { OracleAlert, OracleClientHello, OracleFile, OracleServerHello, OracleSession } from './oracle.ts';
import { readElements, type XmlElement } from './pdml.ts';

/** As the shared oracle was made: what was captured decides, not checksums that were left to a network card. */
const preferences = [
  'tcp.desegment_tcp_streams:TRUE',
  'tcp.reassemble_out_of_order:TRUE',
  'tls.desegment_ssl_records:TRUE',
  'tls.desegment_ssl_application_data:TRUE',
  'ip.defragment:TRUE',
  'ipv6.defragment:TRUE',
  'tcp.check_checksum:FALSE',
  'ip.check_checksum:FALSE',
];

const layers = ['tls', 'dtls'] as const;

/** Packets with something to compare, and those that say how much of a stream is missing or came twice. */
const shown = [
  ...layers.flatMap((layer) => [`${layer}.handshake`, `${layer}.alert_message`, `${layer}.record.content_type == 21`]),
  'tcp.analysis.lost_segment',
  'tcp.analysis.retransmission',
  'tcp.analysis.out_of_order',
].join(' || ');

/** Of one capture, which is called `file`. Certificates of TLS 1.3 are told where the file holds secrets. */
export async function askTshark(path: string, file: string): Promise<OracleFile> {
  const options = preferences.flatMap((preference) => ['-o', preference]);
  const output = ['-Y', shown, '-T', 'pdml', '-J', 'frame ip ipv6 tcp udp tls dtls quic'];
  const tshark = spawn('tshark', ['-n', ...options, '-r', path, ...output], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve, reject) => tshark.on('error', reject).on('close', resolve));
  let error = '';
  tshark.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
  });
  const streams = new Map<string, Session>();
  const counts = { lostSegments: 0, retransmissions: 0, outOfOrder: 0 };
  for await (const packet of readElements(tshark.stdout.setEncoding('utf8'), 'packet')) {
    counts.lostSegments += fieldsOf(packet, 'tcp.analysis.lost_segment').length;
    counts.retransmissions += fieldsOf(packet, 'tcp.analysis.retransmission').length;
    counts.outOfOrder += fieldsOf(packet, 'tcp.analysis.out_of_order').length;
    readPacket(packet, streams);
  }
  return {
    file,
    exit: await ended,
    error: error.trim() || null,
    ...counts,
    sessions: [...streams.values()].map(withEnds),
  };
}

interface Session {
  transport: 'tcp' | 'udp';
  stream: string;
  layer: 'tls' | 'dtls';
  client: string | null;
  server: string | null;
  ends: string[];
  clientHellos: OracleClientHello[];
  serverHellos: OracleServerHello[];
  certificates: Record<string, string[]>;
  alerts: OracleAlert[];
}

/** The ends of a stream are told where no hello says which is the client. */
function withEnds({ ends, ...session }: Session): OracleSession {
  return session.client === null ? { ...session, ends } : session;
}

interface Ends {
  readonly transport: Session['transport'];
  readonly stream: string;
  /** `address:port` */
  readonly from: string;
  readonly to: string;
}

/** One after the other, as the layers of a packet inside a tunnel have addresses of their own. */
function readPacket(packet: XmlElement, streams: Map<string, Session>): void {
  let source = '';
  let destination = '';
  let ends: Ends | null = null;
  let frame = 0;
  for (const layer of packet.children) {
    const { name } = layer.attributes;
    const show = (field: string): string => showOf(layer, `${name}.${field}`) ?? '';
    if (name === 'quic') return;
    if (name === 'frame') frame = Number(show('number'));
    else if (name === 'ip' || name === 'ipv6') [source, destination] = [show('src'), show('dst')];
    else if (name === 'tcp' || name === 'udp') {
      const [from, to] = [endpoint(source, show('srcport')), endpoint(destination, show('dstport'))];
      ends = { transport: name, stream: show('stream'), from, to };
    } else if ((name === 'tls' || name === 'dtls') && ends !== null) {
      const key = `${ends.transport} ${ends.stream} ${name}`;
      const session = streams.get(key) ?? newSession(name, ends);
      streams.set(key, session);
      for (const message of messagesOf(layer)) readMessage(message, session, { ...ends, frame });
    }
  }
}

function newSession(layer: Session['layer'], { transport, stream, from, to }: Ends): Session {
  const nothing = { clientHellos: [], serverHellos: [], certificates: {}, alerts: [] };
  return { transport, stream, layer, client: null, server: null, ends: [from, to], ...nothing };
}

const endpoint = (address: string, port: string): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** Handshake messages and alerts, in their order; an encrypted alert is the record that holds it. */
function messagesOf(layer: XmlElement): XmlElement[] {
  const { name } = layer.attributes;
  return layer.children.flatMap((record) => {
    const found = fieldsOf(record, `${name}.handshake`, `${name}.alert_message`);
    const type = numberOf(record, `${name}.record.content_type`);
    return found.length === 0 && type === 21 ? [record] : found;
  });
}

function readMessage(message: XmlElement, session: Session, { frame, from, to }: Ends & { frame: number }): void {
  const { layer } = session;
  const numbers = (field: string): number[] => fieldsOf(message, field).map(numberShown);
  const texts = (field: string): string[] => fieldsOf(message, field).map(({ attributes }) => attributes['show'] ?? '');
  const field = (name: string): string => `${layer}.handshake.${name}`;
  if (message.attributes['name'] !== `${layer}.handshake`) {
    session.alerts.push({
      frame,
      from,
      level: numbers(`${layer}.alert_message.level`)[0] ?? 'encrypted',
      description: numbers(`${layer}.alert_message.desc`)[0] ?? null,
    });
    return;
  }
  const type = numbers(field('type'))[0];
  const version = numbers(field('version'))[0] ?? null;
  const hello = {
    frame,
    extensions: numbers(field('extension.type')),
    supportedVersions: numbers(field('extensions.supported_version')),
    alpn: texts(field('extensions_alpn_str')),
  };
  if (type === 1) {
    session.client = from;
    session.server = to;
    const ja3 = texts(field('ja3'))[0];
    session.clientHellos.push({
      ...hello,
      version,
      ciphers: numbers(field('ciphersuite')),
      sni: texts(field('extensions_server_name')),
      groups: numbers(field('extensions_supported_group')),
      // Others hold the same field: signature_algorithms_cert, delegated_credential.
      sigAlgs: extensionsOf(message, layer, 13).flatMap((extension) =>
        fieldsOf(extension, field('sig_hash_alg')).map(numberShown),
      ),
      ...(ja3 === undefined ? {} : { ja3 }),
    });
  } else if (type === 2 && version !== null) {
    session.client ??= to;
    session.server ??= from;
    const [cipher = 0] = numbers(field('ciphersuite'));
    session.serverHellos.push({ ...hello, version, cipher });
  } else if (type === 11 || type === 25) {
    const hashes = fieldsOf(message, field('certificate')).map(({ attributes }) =>
      createHash('sha256')
        .update(Buffer.from(attributes['value'] ?? '', 'hex'))
        .digest('hex'),
    );
    session.certificates[from] = [...(session.certificates[from] ?? []), ...hashes];
  }
}

function extensionsOf(element: XmlElement, layer: string, type: number): XmlElement[] {
  const own = element.children.find(({ attributes }) => attributes['name'] === `${layer}.handshake.extension.type`);
  if (own !== undefined) return numberShown(own) === type ? [element] : [];
  return element.children.flatMap((child) => extensionsOf(child, layer, type));
}

/** Fields of these names at any depth, but not those inside one that is found. */
function fieldsOf(element: XmlElement, ...names: readonly string[]): XmlElement[] {
  if (names.includes(element.attributes['name'] ?? '')) return [element];
  return element.children.flatMap((child) => fieldsOf(child, ...names));
}

const showOf = (element: XmlElement, name: string): string | null =>
  fieldsOf(element, name)[0]?.attributes['show'] ?? null;
const numberShown = ({ attributes }: XmlElement): number => Number(attributes['show']);
function numberOf(element: XmlElement, name: string): number | null {
  const show = showOf(element, name);
  return show === null ? null : Number(show);
}
