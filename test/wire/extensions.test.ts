import { expect } from 'chai';
import * as tables from '../../lib/wire/extensions/tables.ts';
import {
  type ClientHelloExtension,
  decode,
  encode,
  extensionList,
  extensionType,
  extensionTypes,
  findExtension,
  fromHex,
  toHex,
} from '../../lib/wire/index.ts';
import { extensions } from './arbitraries.ts';
import { allBodies, bodies } from './bodies.ts';
import { codecLaws, refusal } from './codec-laws.ts';

describe('extension bodies', () => {
  for (const { name, codec, arbitrary, examples } of allBodies) codecLaws(name, codec, arbitrary, examples);
});

describe('extension lists', () => {
  for (const [name, table] of Object.entries(tables)) {
    codecLaws(`of ${name.replace('Extensions', '')}`, extensionList(table), extensions(table, bodies), {
      vectors: ['0000', '00091a1a0001ffffa10000'],
    });

    it(`knows by name every type that ${name} decodes`, () => {
      for (const type of Object.keys(table)) expect(extensionTypes.has(Number(type)), type).to.equal(true);
    });
  }

  const list = extensionList(tables.clientHelloExtensions);

  it('keeps the bodies of GREASE and unknown types whatever they hold', () => {
    const bytes = fromHex('000e 0a0a0000 fafa0001ff 12340001 00'.replaceAll(' ', ''));
    expect(decode(list, bytes).map(({ type, data }) => [type, toHex(data as Uint8Array)])).to.deep.equal([
      [0x0a0a, ''],
      [0xfafa, 'ff'],
      [0x1234, '00'],
    ]);
    expect(encode(list, decode(list, bytes))).to.deep.equal(bytes);
  });

  it('names the field of a known type whose body is malformed', () => {
    const error = refusal(list, fromHex('000b 000a 0007 0005 001d0017 00'.replaceAll(' ', '')));
    expect(error.message).to.equal('truncated: 0.data.2: need 2 bytes, have 1 at byte 12');
  });

  it('treats names that objects inherit as unknown numbers', () => {
    expect(extensionTypes.codeOf('constructor')).to.equal(undefined);
    expect(extensionTypes.codeOf('__proto__')).to.equal(undefined);
  });

  it('finds an extension and types its body', () => {
    const found: readonly ClientHelloExtension[] = [
      { type: 0x0a0a, data: new Uint8Array() },
      { type: extensionType.key_share, data: [{ group: 29, keyExchange: Uint8Array.of(1) }] },
      { type: extensionType.key_share, data: [] },
    ];
    const shares = findExtension(found, extensionType.key_share);
    expect(shares?.[0]?.group).to.equal(29);
    expect(findExtension(found, extensionType.cookie)).to.equal(undefined);
    expect(findExtension(undefined as typeof found | undefined, extensionType.cookie)).to.equal(undefined);
  });

  it('refuses more extensions than any real hello has', () => {
    const count = 5000;
    const bytes = new Uint8Array(2 + 4 * count);
    new DataView(bytes.buffer).setUint16(0, 4 * count);
    bytes.fill(0xff, 2);
    for (let i = 0; i < count; i++) bytes.set([0, 0], 2 + 4 * i + 2);
    expect(refusal(list, bytes).code).to.equal('too-long');
  });
});
