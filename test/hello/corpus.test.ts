/** Hellos that nobody in this project wrote: recorded sessions, captures, field lists. Skipped where the corpus is absent. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  decodeHello,
  type ExtensionSpec,
  encodeHello,
  extensionTypesOf,
  type HelloSpec,
  ja3,
  ja4,
  makePreset,
} from '../../lib/hello/index.ts';
import {
  cipherSuites,
  codeText,
  extensionTypes,
  fromHex,
  groups,
  HandshakeDeframer,
  HarnessError,
  isGrease,
  RecordDeframer,
  signatureSchemes,
  toHex,
} from '../../lib/wire/index.ts';
import { corpusFolder, seededRandom } from './support.ts';

const clientHelloType = 1;

/** ClientHello messages at the start of a byte stream of TLS records. */
function hellosIn(stream: Uint8Array): Uint8Array[] {
  const handshake = new HandshakeDeframer();
  try {
    const records = new RecordDeframer().push(stream).filter(({ type }) => type === 22);
    return records
      .slice(0, 4)
      .flatMap(({ fragment }) => handshake.push(fragment))
      .filter(({ type }) => type === clientHelloType)
      .map(({ raw }) => raw);
  } catch (error) {
    if (error instanceof HarnessError) return [];
    throw error;
  }
}

/** Whole hellos in the bytes of a capture file, found by their record header: those that one packet carries. */
function hellosInFile(file: Uint8Array): HelloSpec[] {
  const found: HelloSpec[] = [];
  for (let at = file.indexOf(22); at >= 0; at = file.indexOf(22, at + 1)) {
    if (file[at + 1] !== 3 || file[at + 5] !== clientHelloType || file[at + 6] !== 0) continue;
    const length = ((file[at + 3] as number) << 8) | (file[at + 4] as number);
    const body = ((file[at + 7] as number) << 8) | (file[at + 8] as number);
    if (length !== body + 4 || at + 5 + length > file.length) continue;
    const message = file.slice(at + 5, at + 5 + length);
    try {
      const spec = decodeHello(message);
      expect(toHex(encodeHello(spec))).to.equal(toHex(message));
      found.push(spec);
    } catch (error) {
      // A packet boundary inside, or the bytes only looked like a hello.
      if (!(error instanceof HarnessError)) throw error;
    }
  }
  return found;
}

const jsonLines = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

interface OracleLine {
  readonly file?: string;
  readonly sessions?: readonly {
    readonly transport: string;
    readonly clientHellos?: readonly { readonly ja3?: string; ja3_full?: string }[];
  }[];
}

describe('hellos of others', () => {
  it('are given back byte by byte: recorded sessions of Go, annotated handshakes, RFC 8448 traces', function () {
    const folder = corpusFolder('tls');
    if (folder === null) this.skip();
    const streams = [
      ...jsonLines<{ flows: { dir: string; hex: string }[] }>(join(folder, 'go-crypto-tls/vectors.jsonl')).map(
        ({ flows }) =>
          flows
            .filter(({ dir }) => dir === 'c')
            .map(({ hex }) => hex)
            .join(''),
      ),
      ...['illustrated-tls12', 'illustrated-tls13', 'rusticata', 'rfc8448-draft'].flatMap((name) =>
        jsonLines<{ hex?: string }>(join(folder, name, 'vectors.jsonl')).map(({ hex }) => hex ?? ''),
      ),
    ];
    const messages = streams.flatMap((hex) => hellosIn(fromHex(hex)));
    for (const message of messages) expect(toHex(encodeHello(decodeHello(message)))).to.equal(toHex(message));
    expect(messages.length).to.be.greaterThan(80);
  });

  it('have the JA3 that tshark gives them, in captures', function () {
    const folder = corpusFolder('pcap');
    if (folder === null) this.skip();
    let same = 0;
    for (const { file, sessions } of jsonLines<OracleLine>(join(folder, 'oracle/tshark.jsonl'))) {
      const hellos = sessions
        ?.filter(({ transport }) => transport === 'tcp')
        .flatMap((session) => session.clientHellos ?? []);
      const expected = new Set(hellos?.map(({ ja3 }) => ja3));
      // Hellos inside OpenVPN's own framing, which tshark does not look into.
      if (file === undefined || expected.size === 0 || /openvpn|emix/.test(file)) continue;
      for (const spec of hellosInFile(readFileSync(join(folder, file)))) {
        expect(expected, `${file}: ${ja3(spec).text}`).to.include(ja3(spec).hash);
        same++;
      }
    }
    expect(same).to.be.greaterThan(400);
  });

  it('have the JA4 that its authors publish for their own captures', function () {
    const folder = corpusFolder('pcap/ja4');
    if (folder === null) this.skip();
    // Tools of before the rule for protocols that are not ASCII ("ALPN Extension Value") print 99 here.
    const before: Readonly<Record<string, string>> = {
      t13d1516bd_8daaf6152771_e5627efa2ab1: 't13d151699_8daaf6152771_e5627efa2ab1',
    };
    let same = 0;
    for (const name of readdirSync(join(folder, 'pcap'))) {
      const published = join(folder, 'expected/rust', `ja4__insta@${name}.snap`);
      if (!existsSync(published)) continue;
      const expected = [...readFileSync(published, 'utf8').matchAll(/^ +ja4: (\S+)$/gm)].map(([, value]) => value);
      for (const spec of hellosInFile(readFileSync(join(folder, 'pcap', name)))) {
        expect(expected, name).to.include(before[ja4(spec)] ?? ja4(spec));
        same++;
      }
    }
    expect(same).to.be.greaterThan(12);
  });

  it('can be written as specs: browsers as utls lists them, field by field', function () {
    const folder = corpusFolder('tls/utls-json');
    if (folder === null) this.skip();
    for (const { name, json } of jsonLines<{ name: string; json: UtlsHello }>(join(folder, 'vectors.jsonl'))) {
      const spec = fromUtls(json);
      expect(decodeHello(encodeHello(spec)), name).to.deep.equal(spec);
      expect(spec.extensions, name).to.have.lengthOf(json.extensions.length);
      const verbatim = (spec.extensions ?? []).filter((extension) => 'data' in extension && extension.data.length > 2);
      expect(verbatim, name).to.deep.equal([]);
      if (/Chrome102/.test(name)) {
        const preset = makePreset('browser', { sni: 'vpn.example.com', random: seededRandom(1) });
        expect(ja3(spec), name).to.deep.equal(ja3(preset));
        expect(ja4(spec), name).to.equal(ja4(preset));
        const shape = (hello: HelloSpec) =>
          extensionTypesOf(hello).map((type) => (isGrease(Number(type)) ? 'GREASE' : type));
        expect(shape(spec)).to.deep.equal(shape(preset));
      }
    }
  });
});

/** Names instead of codes, `GREASE` for reserved ones, nothing where a client fills in something fresh. */
interface UtlsHello {
  readonly cipher_suites: readonly string[];
  readonly extensions: readonly {
    readonly name: string;
    readonly named_group_list?: readonly string[];
    readonly ec_point_format_list?: readonly string[];
    readonly protocol_name_list?: readonly string[];
    readonly supported_protocols?: readonly string[];
    readonly supported_signature_algorithms?: readonly string[];
    readonly client_shares?: readonly { readonly group: string }[];
    readonly versions?: readonly string[];
    readonly algorithms?: readonly string[];
    readonly record_size_limit?: number;
  }[];
}

function fromUtls({ cipher_suites, extensions }: UtlsHello): HelloSpec {
  return {
    recordVersion: '0x0301',
    legacyVersion: '0x0303',
    random: '11'.repeat(32),
    sessionId: '22'.repeat(32),
    cipherSuites: cipher_suites.map((name) => coded(cipherSuites, name)),
    compressionMethods: [0],
    extensions: extensions.map(extensionFromUtls),
  };
}

function coded(registry: { codeOf(name: string): number | undefined }, name: string): `0x${string}` {
  return codeText(
    name === 'GREASE' ? 0x4a4a : (registry.codeOf(name) ?? expect.fail(`${name} is not in the registry`)),
  );
}

const utlsNames: Readonly<Record<string, string>> = {
  delegated_credentials: 'delegated_credential',
  application_settings: 'application_settings_old',
};

function extensionFromUtls(from: UtlsHello['extensions'][number], index: number): ExtensionSpec {
  if (from.name === 'GREASE') return { type: index === 0 ? '0x5a5a' : '0x6a6a', data: index === 0 ? '' : '00' };
  const type = coded(extensionTypes, utlsNames[from.name] ?? from.name);
  const schemes = from.supported_signature_algorithms?.map((name) => coded(signatureSchemes, name));
  const versions: Readonly<Record<string, `0x${string}`>> = {
    GREASE: '0x8a8a',
    'TLS 1.3': '0x0304',
    'TLS 1.2': '0x0303',
    'TLS 1.1': '0x0302',
    'TLS 1.0': '0x0301',
  };
  const bodies: Readonly<Record<string, object>> = {
    server_name: { serverName: 'vpn.example.com' },
    renegotiation_info: { renegotiatedConnection: '' },
    supported_groups: { groups: from.named_group_list?.map((name) => coded(groups, name)) },
    ec_point_formats: { pointFormats: [0] },
    session_ticket: { ticket: '' },
    application_layer_protocol_negotiation: { alpn: from.protocol_name_list },
    application_settings: { alpn: from.supported_protocols },
    status_request: { responderIds: [], requestExtensions: '' },
    signature_algorithms: { signatureSchemes: schemes },
    delegated_credentials: { signatureSchemes: schemes },
    key_share: {
      keyShares: from.client_shares?.map(({ group }) => ({ group: coded(groups, group), keyExchange: '0a' })),
    },
    psk_key_exchange_modes: { pskModes: [1] },
    supported_versions: { supportedVersions: from.versions?.map((name) => versions[name]) },
    compress_certificate: {
      certificateCompression: from.algorithms?.map((name) => ({ zlib: '0x0001', brotli: '0x0002' })[name]),
    },
    record_size_limit: { recordSizeLimit: from.record_size_limit },
    padding: { padding: 0 },
  };
  return { type, ...(bodies[from.name] ?? { data: '' }) } as ExtensionSpec;
}
