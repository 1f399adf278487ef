import { join } from 'node:path';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { checkLayers, readDependencies, readTree } from '../support/layers.ts';
import { importsOf, linesOf, mask } from '../support/sourceText.ts';

const root = join(import.meta.dirname, '../..');

function violationsOf(files: Record<string, string>): string[] {
  const { violations } = checkLayers(new Map(Object.entries(files)), new Set(['@noble/hashes', 'commander']));
  return violations.map(({ rule, file, line }) => `${rule} ${file}:${line}`);
}

describe('the layout', () => {
  it('holds for every source file of this repository', () => {
    const { violations } = checkLayers(readTree(root), readDependencies(root));
    expect(violations.map(({ file, line, rule, text }) => `${file}:${line} [${rule}] ${text}`)).to.deep.equal([]);
  });

  const wire = { 'lib/wire/index.ts': 'export const a = 1;\n', 'lib/wire/codec.ts': 'export const b = 1;\n' };

  it('lets a layer import a lower one through its index', () => {
    expect(violationsOf({ ...wire, 'lib/hello/spec.ts': "import { a } from '../wire/index.ts';\n" })).to.deep.equal([]);
  });

  it('refuses an import of a higher layer, also of its types', () => {
    const files = { 'lib/net/index.ts': '', 'lib/evidence/x.ts': "\nimport type { A } from '../net/index.ts';\n" };
    expect(violationsOf(files)).to.deep.equal(['layer lib/evidence/x.ts:2']);
  });

  it('refuses an import of a layer in the same row', () => {
    const files = { 'lib/lab/index.ts': '', 'lib/report/text.ts': "export * from '../lab/index.ts';\n" };
    expect(violationsOf(files)).to.deep.equal(['layer lib/report/text.ts:1']);
  });

  it('refuses the inside of another layer, also in a dynamic import', () => {
    const source = "const b = await import('../wire/codec.ts');\n";
    expect(violationsOf({ ...wire, 'lib/live/x.ts': source })).to.deep.equal(['inside lib/live/x.ts:1']);
  });

  it('refuses an import of tests by the library', () => {
    expect(violationsOf({ 'lib/net/x.ts': "import '../../test/support/y.ts';\n" })).to.deep.equal([
      'layer lib/net/x.ts:1',
    ]);
  });

  it('lets probes be imported by the entry file and by the command line only', () => {
    const files = {
      'probes/index.ts': '',
      'lib/check.ts': "import '../probes/index.ts';\n",
      'lib/cli/main.ts': "import '../check.ts';\nimport '../../probes/index.ts';\n",
      'lib/lab/x.ts': "import '../../probes/index.ts';\n",
    };
    expect(violationsOf(files)).to.deep.equal(['layer lib/lab/x.ts:1']);
  });

  it('finds a cycle between files of one layer', () => {
    const files = {
      'lib/wire/a.ts': "import './b.ts';\n",
      'lib/wire/b.ts': "import './c.ts';\n",
      'lib/wire/c.ts': "export * from './a.ts';\n",
    };
    expect(violationsOf(files)).to.deep.equal(['cycle lib/wire/a.ts:0']);
    const ofTypes = { ...files, 'lib/wire/b.ts': "import type { C } from './c.ts';\n" };
    expect(violationsOf(ofTypes)).to.deep.equal([]);
    const inlineType = { ...files, 'lib/wire/b.ts': "import { type C } from './c.ts';\n" };
    expect(violationsOf(inlineType)).to.have.lengthOf(1);
  });

  it('keeps Node out of portable folders, except for their node.ts', () => {
    const files = {
      'lib/x509/node.ts': "import { X509Certificate } from 'node:crypto';\n",
      'lib/x509/a.ts': "import 'node:crypto';\n",
      'lib/x509/b.ts': 'const b = Buffer.alloc(1);\n',
      'lib/x509/c.ts': "import './node.ts';\n",
      'lib/x509/d.ts': '// Buffer, process\nconst d = { process: 1 };\nd.process;\n',
      'lib/net/a.ts': "import 'node:net';\n",
    };
    expect(violationsOf(files)).to.deep.equal([
      'portable lib/x509/a.ts:1',
      'portable lib/x509/b.ts:1',
      'portable lib/x509/c.ts:1',
    ]);
  });

  it('refuses packages that are not dependencies, and modules of Node without the prefix', () => {
    const files = { 'lib/net/a.ts': "import 'chai';\nimport '@noble/hashes/sha2.js';\nimport 'net';\n" };
    expect(violationsOf(files)).to.deep.equal(['dependency lib/net/a.ts:1', 'dependency lib/net/a.ts:3']);
  });

  it('refuses default exports, unknown layers, missing files and files longer than 400 lines outside tables', () => {
    const long = '//\n'.repeat(401);
    const files = {
      'lib/net/a.ts': 'export default 1;\n',
      'lib/misc/a.ts': '',
      'lib/net/b.ts': "import './gone.ts';\n",
      'lib/net/c.ts': long,
      'lib/wire/registry/cipherSuites.ts': long,
    };
    expect(violationsOf(files)).to.have.members([
      'default-export lib/net/a.ts:1',
      'layer lib/misc/a.ts:0',
      'missing lib/net/b.ts:1',
      'length lib/net/c.ts:0',
    ]);
  });

  it('advises on files between 300 and 400 lines', () => {
    const { advice, violations } = checkLayers(new Map([['lib/net/a.ts', '//\n'.repeat(350)]]), new Set());
    expect(violations).to.deep.equal([]);
    expect(advice).to.deep.equal(['lib/net/a.ts: 350 lines']);
  });
});

describe('reading imports from source text', () => {
  it('ignores what stands in comments, strings, templates and regular expressions', () => {
    const source = [
      "// import a from 'a'",
      "/* import 'b'; */ import c from 'c';",
      "const s = \"import d from 'd'\"; const t = `import('e') ${await import('f')} import('g')`;",
      "const r = /import 'h'/; const q = 1 / 2; import('i');",
    ].join('\n');
    expect(importsOf(source)).to.deep.equal([
      { specifier: 'c', line: 2, typeOnly: false },
      { specifier: 'f', line: 3, typeOnly: false },
      { specifier: 'i', line: 4, typeOnly: false },
    ]);
  });

  it('sees imports that span lines, and type imports inside types', () => {
    const source =
      "import {\n  type A,\n  b,\n} from './x.ts';\nexport type { C } from './y.ts';\ntype D = import('./z.ts').D;\n";
    expect(importsOf(source).map(({ specifier, typeOnly }) => [specifier, typeOnly])).to.deep.equal([
      ['./x.ts', false],
      ['./y.ts', true],
      ['./z.ts', false],
    ]);
  });

  it('says on which lines a name stands in code', () => {
    expect(linesOf("'Buffer'\nBuffer\n// Buffer\nx(Buffer)\n", /\bBuffer\b/g)).to.deep.equal([2, 4]);
  });

  it('keeps length and line breaks of any text while masking', () => {
    const piece = fc.constantFrom('/', '*', '"', "'", '`', '${', '}', '\\', '\n', 'a', ' ', '[', ']', '(');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const source = pieces.join('');
        const masked = mask(source);
        expect(masked.length).to.equal(source.length);
        expect([...masked.matchAll(/\n/g)].map(({ index }) => index)).to.deep.equal(
          [...source.matchAll(/\n/g)].map(({ index }) => index),
        );
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
