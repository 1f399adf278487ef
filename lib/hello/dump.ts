/** Annotated hex dump of a ClientHello: offsets, field paths as `malform` takes them, bytes, and what they mean. */

import type { Language } from '../evidence/index.ts';
import {
  certificateCompressionAlgorithm,
  certificateStatusType,
  cipherSuites,
  clientHelloExtensions,
  clientHelloVerbatim,
  compressionMethods,
  DecodeError,
  ecPointFormat,
  extensionType,
  extensionTypes,
  groups,
  handshakeMessage,
  handshakeTypes,
  pskKeyExchangeMode,
  type Span,
  signatureSchemes,
  spansOf,
  tlsVersions,
  toHex,
  unregisteredExtensionType,
} from '../wire/index.ts';

/**
 * One line per field: offset in the message, path, bytes in hex, meaning. Fields of an extension are indented, long
 * values are cut. Bytes that are no ClientHello are dumped without names, with the reason; nothing is thrown.
 * @param message handshake message with its 4-byte header.
 */
export function annotatedHex(message: Uint8Array, { language = 'en' }: { readonly language?: Language } = {}): string {
  const words = wordsOf[language];
  try {
    return [...headerRows(message), ...bodyRows(message.subarray(headerLength))]
      .flatMap((row) => linesOf(row, words))
      .join('\n');
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [...hexLines(0, '', message, Number.POSITIVE_INFINITY, words), `${words.refused}${error.message}`].join(
      '\n',
    );
  }
}

const headerLength = 4;

interface Row {
  readonly offset: number;
  readonly label: string;
  readonly bytes: Uint8Array;
  /** A length prefix counts bytes; its meaning depends on the language. */
  readonly meaning: string | { readonly length: number } | { readonly refused: string };
}

interface Words {
  readonly bytes: (n: number) => string;
  readonly more: (n: number) => string;
  readonly refused: string;
}

const wordsOf: Readonly<Record<Language, Words>> = {
  en: {
    bytes: (n) => `${n} byte${n === 1 ? '' : 's'}`,
    more: (n) => `… ${n} more bytes`,
    refused: 'not as specified: ',
  },
  ja: { bytes: (n) => `${n} バイト`, more: (n) => `… ほか ${n} バイト`, refused: '仕様どおりではありません: ' },
};

function headerRows(message: Uint8Array): Row[] {
  spansOf(handshakeMessage, message);
  const [type = 0] = message;
  const length = message.subarray(1, headerLength);
  return [
    { offset: 0, label: 'type', bytes: message.subarray(0, 1), meaning: handshakeTypes.nameOf(type) },
    { offset: 1, label: 'length', bytes: length, meaning: { length: valueOf(length) } },
  ];
}

function bodyRows(body: Uint8Array): Row[] {
  let type = -1;
  return spansOf(clientHelloVerbatim, body).flatMap((span) => {
    if (span.kind === 'group') return [];
    const bytes = body.subarray(span.start, span.end);
    const inExtension = /^extensions\.\d+\.(.*)$/.exec(span.path);
    if (inExtension?.[1] === 'type') type = valueOf(bytes);
    if (inExtension?.[1] === 'data') return extensionRows(span, type, bytes);
    const indent = inExtension?.[1] === '#length' ? '  ' : '';
    return [
      { offset: headerLength + span.start, label: indent + span.path, bytes, meaning: fieldMeaning(span, bytes) },
    ];
  });
}

/** Rows of an extension's body; of the bytes as they are when the body is not what its type prescribes. */
function extensionRows({ path, start }: Span, type: number, body: Uint8Array): Row[] {
  const table: Readonly<Record<number, Parameters<typeof spansOf>[0] | undefined>> = clientHelloExtensions;
  const codec = Object.hasOwn(table, type) ? table[type] : undefined;
  const offset = headerLength + start;
  const whole = { offset, label: `  ${path}`, bytes: body };
  if (codec === undefined) return body.length === 0 ? [] : [{ ...whole, meaning: '' }];
  try {
    const values = spansOf(codec, body).filter(({ kind, start, end }) => kind !== 'group' && end > start);
    return values.map((span) => {
      const bytes = body.subarray(span.start, span.end);
      const label = `  ${span.path === '' ? path : `${path}.${span.path}`}`;
      const meaning = span.kind === 'length' ? { length: valueOf(bytes) } : extensionMeaning(type, span.path, bytes);
      return { offset: offset + span.start, label, bytes, meaning };
    });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [{ ...whole, meaning: { refused: error.message } }];
  }
}

type Meaning = (bytes: Uint8Array, path: string) => string;

const valueOf = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0);
const quoted = (bytes: Uint8Array): string => JSON.stringify(String.fromCharCode(...bytes));
const named =
  (registry: { nameOf(code: number): string }): Meaning =>
  (bytes) =>
    registry.nameOf(valueOf(bytes));
const oneOf =
  (table: Readonly<Record<string, number>>): Meaning =>
  (bytes) =>
    Object.keys(table).find((name) => table[name] === valueOf(bytes)) ?? '';

const versionName = named(tlsVersions);
const suiteName = named(cipherSuites);
const compressionName = named(compressionMethods);
const extensionName = named(extensionTypes);
const groupName = named(groups);
const schemeName = named(signatureSchemes);

function fieldMeaning({ path, kind }: Span, bytes: Uint8Array): Row['meaning'] {
  if (kind === 'length') return { length: valueOf(bytes) };
  if (path === 'legacyVersion') return versionName(bytes, path);
  if (path.startsWith('cipherSuites.')) return suiteName(bytes, path);
  if (path.startsWith('compressionMethods.')) return compressionName(bytes, path);
  return path.endsWith('.type') ? extensionName(bytes, path) : '';
}

const extensionMeanings: Readonly<Record<number, Meaning>> = {
  [extensionType.server_name]: (bytes, path) => (path.endsWith('.name') ? quoted(bytes) : 'host_name'),
  [extensionType.status_request]: (bytes, path) =>
    path === 'statusType' ? oneOf(certificateStatusType)(bytes, path) : '',
  [extensionType.supported_groups]: groupName,
  [extensionType.ec_point_formats]: oneOf(ecPointFormat),
  [extensionType.signature_algorithms]: schemeName,
  [extensionType.signature_algorithms_cert]: schemeName,
  [extensionType.delegated_credential]: schemeName,
  [extensionType.application_layer_protocol_negotiation]: quoted,
  [unregisteredExtensionType.application_settings]: quoted,
  [unregisteredExtensionType.application_settings_old]: quoted,
  [extensionType.compress_certificate]: oneOf(certificateCompressionAlgorithm),
  [extensionType.record_size_limit]: (bytes) => String(valueOf(bytes)),
  [extensionType.supported_versions]: versionName,
  [extensionType.psk_key_exchange_modes]: oneOf(pskKeyExchangeMode),
  [extensionType.key_share]: (bytes, path) => (path.endsWith('.group') ? groupName(bytes, path) : ''),
};

function extensionMeaning(type: number, path: string, bytes: Uint8Array): string {
  return extensionMeanings[type]?.(bytes, path) ?? '';
}

const lineWidth = 100;
/** Offset and two spaces. */
const margin = 6;
const labelWidth = 42;
const bytesPerLine = 16;
/** Values longer than the first are cut to the second; a P-256 key is shown whole. */
const longestWhole = 80;
const shownOfLonger = 64;

function linesOf({ offset, label, bytes, meaning }: Row, words: Words): string[] {
  const lines = hexLines(offset, label, bytes, longestWhole, words);
  const text = meaningText(meaning, words);
  const first = `${lines[0]}  ${text}`;
  if (text === '') return lines;
  if (first.length <= lineWidth) return [first, ...lines.slice(1)];
  return [...lines, `${' '.repeat(margin + label.search(/\S/) + 2)}${text}`];
}

function meaningText(meaning: Row['meaning'], words: Words): string {
  if (typeof meaning === 'string') return meaning;
  return 'length' in meaning ? words.bytes(meaning.length) : `${words.refused}${meaning.refused}`;
}

function hexLines(offset: number, label: string, bytes: Uint8Array, whole: number, words: Words): string[] {
  const column = label === '' ? 0 : labelWidth;
  const line = (at: number, text: string, hex: string): string =>
    `${at.toString(16).padStart(margin - 2, '0')}  ${text.padEnd(column)}${text.length < column || column === 0 ? '' : '  '}${hex}`;
  if (bytes.length > bytesPerLine && bytes.every((byte) => byte === 0)) {
    return [line(offset, label, `00 × ${bytes.length}`)];
  }
  const shown = bytes.length <= whole ? bytes.length : shownOfLonger;
  const lines = bytes.length === 0 ? [line(offset, label, '-')] : [];
  for (let at = 0; at < shown; at += bytesPerLine) {
    const hex = toHex(bytes.subarray(at, Math.min(at + bytesPerLine, shown)));
    lines.push(line(offset + at, at === 0 ? label : '', hex));
  }
  if (bytes.length > shown) lines.push(line(offset + shown, '', words.more(bytes.length - shown)));
  return lines;
}
