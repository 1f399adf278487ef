/** Extension bodies and their readable forms. A body that its form cannot give back byte by byte stays verbatim. */

import {
  type Codec,
  certificateStatusType,
  clientHelloExtensions,
  codeText,
  DecodeError,
  decode,
  encode,
  extensionType,
  fromHex,
  HarnessError,
  sameBytes,
  serverNameType,
  toHex,
  unregisteredExtensionType,
} from '../wire/index.ts';
import { codeNumber, type ExtensionSpec, type KeyShareSpec, type PskIdentitySpec } from './spec.ts';

/**
 * The body of an extension.
 * @throws HarnessError `bad-hello-spec` for fields that its type does not have, `bad-hex`; EncodeError for values too large.
 */
export function extensionBody(extension: ExtensionSpec): Uint8Array {
  if ('data' in extension) return fromHex(extension.data);
  const form = forms[codeNumber(extension.type)];
  if (form === undefined || !form.fields.every((field) => field in extension)) {
    const readable = form === undefined ? '' : ` or ${form.fields.join(' and ')}`;
    throw new HarnessError('bad-hello-spec', `The extension ${extension.type} needs data${readable}.`);
  }
  return form.write(extension);
}

/** The extension that has this body: readable when the form of its type gives back the same bytes, else verbatim. */
export function readableExtension(type: number, body: Uint8Array): ExtensionSpec {
  const form = forms[type];
  try {
    const fields = form?.read(body) ?? null;
    if (form !== undefined && fields !== null && sameBytes(form.write(fields), body)) {
      return { type: codeText(type), ...fields } as unknown as ExtensionSpec;
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  return { type: codeText(type), data: toHex(body) };
}

/** Readable fields as they stand in JSON; their types are checked where they are converted. */
type Fields = Readonly<Record<string, unknown>>;

interface Form {
  readonly fields: readonly string[];
  /** Null when the body, though well-formed, says more than the fields can. @throws DecodeError */
  read(body: Uint8Array): Fields | null;
  write(fields: Fields): Uint8Array;
}

/** A form with one field. */
function form<T, F>(codec: Codec<T>, field: string, toField: (value: T) => F | null, toValue: (field: F) => T): Form {
  return {
    fields: [field],
    read(body) {
      const value = toField(decode(codec, body));
      return value === null ? null : { [field]: value };
    },
    write: (fields) => encode(codec, toValue(fields[field] as F)),
  };
}

const codes = (codec: Codec<number[]>, field: string): Form =>
  form(
    codec,
    field,
    (values) => values.map(codeText),
    (texts: readonly string[]) => texts.map(codeNumber),
  );
const numbers = (codec: Codec<number[]>, field: string): Form =>
  form(
    codec,
    field,
    (values) => values,
    (values: readonly number[]) => [...values],
  );
const number = (codec: Codec<number>, field: string): Form =>
  form(
    codec,
    field,
    (value) => value,
    (value: number) => value,
  );
const hex = (codec: Codec<Uint8Array>, field: string): Form => form(codec, field, toHex, fromHex);

const table = clientHelloExtensions;
const { application_settings, application_settings_old } = unregisteredExtensionType;

const serverName = form(
  table[extensionType.server_name],
  'serverName',
  ([first, ...others]) => {
    if (first === undefined || others.length > 0 || first.nameType !== serverNameType.host_name) return null;
    const name = fromLatin1(first.name);
    return /^[\x21-\x7e]+$/.test(name) ? name : null;
  },
  (name: string) => [{ nameType: serverNameType.host_name, name: latin1(name) }],
);

const statusRequest: Form = {
  fields: ['responderIds', 'requestExtensions'],
  read(body) {
    const request = decode(table[extensionType.status_request], body);
    if (request.statusType !== certificateStatusType.ocsp || request.responderIds === undefined) return null;
    return {
      responderIds: request.responderIds.map(toHex),
      requestExtensions: toHex(request.requestExtensions ?? new Uint8Array()),
    };
  },
  write: ({ responderIds, requestExtensions }) =>
    encode(table[extensionType.status_request], {
      statusType: certificateStatusType.ocsp,
      responderIds: (responderIds as readonly string[]).map(fromHex),
      requestExtensions: fromHex(requestExtensions as string),
    }),
};

const preSharedKey: Form = {
  fields: ['identities', 'binders'],
  read(body) {
    const { identities, binders } = decode(table[extensionType.pre_shared_key], body);
    return {
      identities: identities.map((psk) => ({ ...psk, identity: toHex(psk.identity) })),
      binders: binders.map(toHex),
    };
  },
  write: ({ identities, binders }) =>
    encode(table[extensionType.pre_shared_key], {
      identities: (identities as readonly PskIdentitySpec[]).map((psk) => ({
        ...psk,
        identity: fromHex(psk.identity),
      })),
      binders: (binders as readonly string[]).map(fromHex),
    }),
};

const keyShare = form(
  table[extensionType.key_share],
  'keyShares',
  (shares) => shares.map(({ group, keyExchange }) => ({ group: codeText(group), keyExchange: toHex(keyExchange) })),
  (shares: readonly KeyShareSpec[]) =>
    shares.map(({ group, keyExchange }) => ({ group: codeNumber(group), keyExchange: fromHex(keyExchange) })),
);

const padding = form(
  table[extensionType.padding],
  'padding',
  (zeros) => (zeros.every((byte) => byte === 0) ? zeros.length : null),
  (length: number) => new Uint8Array(length),
);

const protocols = form(
  table[extensionType.application_layer_protocol_negotiation],
  'alpn',
  (names) => names.map(fromLatin1),
  (names: readonly string[]) => names.map(latin1),
);

const schemes = codes(table[extensionType.signature_algorithms], 'signatureSchemes');

/** Extension type to its readable form; what has no row is verbatim. */
const forms: Readonly<Record<number, Form>> = {
  [extensionType.server_name]: serverName,
  [extensionType.max_fragment_length]: number(table[extensionType.max_fragment_length], 'maxFragmentLength'),
  [extensionType.status_request]: statusRequest,
  [extensionType.supported_groups]: codes(table[extensionType.supported_groups], 'groups'),
  [extensionType.ec_point_formats]: numbers(table[extensionType.ec_point_formats], 'pointFormats'),
  [extensionType.signature_algorithms]: schemes,
  [extensionType.signature_algorithms_cert]: schemes,
  [extensionType.delegated_credential]: schemes,
  [extensionType.application_layer_protocol_negotiation]: protocols,
  [application_settings]: protocols,
  [application_settings_old]: protocols,
  [extensionType.padding]: padding,
  [extensionType.compress_certificate]: codes(table[extensionType.compress_certificate], 'certificateCompression'),
  [extensionType.record_size_limit]: number(table[extensionType.record_size_limit], 'recordSizeLimit'),
  [extensionType.session_ticket]: hex(table[extensionType.session_ticket], 'ticket'),
  [extensionType.pre_shared_key]: preSharedKey,
  [extensionType.supported_versions]: codes(table[extensionType.supported_versions], 'supportedVersions'),
  [extensionType.cookie]: hex(table[extensionType.cookie], 'cookie'),
  [extensionType.psk_key_exchange_modes]: numbers(table[extensionType.psk_key_exchange_modes], 'pskModes'),
  [extensionType.key_share]: keyShare,
  [extensionType.renegotiation_info]: hex(table[extensionType.renegotiation_info], 'renegotiatedConnection'),
};

function fromLatin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** @throws HarnessError `bad-hello-spec` for a character above U+00FF. */
function latin1(text: string): Uint8Array {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  if (/[^\0-\xff]/.test(text)) {
    throw new HarnessError('bad-hello-spec', `${JSON.stringify(text)} has a character that is not one byte.`, {
      hint: 'Give host names in their ASCII form (xn--…), and other bytes as \\u00xx.',
    });
  }
  return bytes;
}
