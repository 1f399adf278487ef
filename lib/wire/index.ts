/** @module Bytes and values: TLS messages, extensions, records and the IANA names of their code points. */

export * from './bytes.ts';
export * from './codec.ts';
export * from './error.ts';
export * from './extensions/certificates.ts';
export * from './extensions/encrypted-client-hello.ts';
export * from './extensions/extension.ts';
export * from './extensions/groups.ts';
export * from './extensions/names.ts';
export * from './extensions/psk.ts';
export * from './extensions/signatures.ts';
export * from './extensions/tables.ts';
export * from './malform.ts';
export * from './messages/client-hello.ts';
export * from './messages/handshake.ts';
export * from './reader.ts';
export * from './registry/extension-types.ts';
export * from './registry/extension-values.ts';
export * from './registry/registry.ts';
export * from './registry/versions.ts';
export * from './writer.ts';
