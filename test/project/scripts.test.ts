import { runInThisContext } from 'node:vm';
import { expect } from 'chai';
import { asScript } from '../support/scripts.ts';

type Body = (
  exported: Record<string, unknown>,
  load: (path: string) => unknown,
  require: (name: string) => unknown,
  url: string,
  importPackage: (name: string) => Promise<unknown>,
) => void;

const others: Readonly<Record<string, unknown>> = {
  './chunk.js': { add: (a: number, b: number) => a + b, first: 3 },
  './late.js': { late: 'late' },
};

function exportsOf(bundled: string): { readonly exported: Record<string, unknown>; readonly asked: string[] } {
  const exported: Record<string, unknown> = {};
  const asked: string[] = [];
  const take = (path: string): unknown => {
    asked.push(path);
    return others[path] ?? { join: (...parts: string[]) => parts.join('/') };
  };
  (runInThisContext(asScript(bundled)) as Body)(exported, take, take, 'file:///a/b.js', async (name) => ({ name }));
  return { exported, asked };
}

describe('a module that becomes a script', () => {
  it('takes from other scripts and from Node what it imported, and exports what it exported', async () => {
    const { exported, asked } = exportsOf(`import {
  add,
  first as one
} from "./chunk.js";
import { join } from "node:path";
import path from "node:path";
import * as paths from "node:path";
import "./late.js";
var sum = add(one, 4);
async function later() {
  return (await import("./late.js")).late;
}
const same = path.join === join || paths.join("a", "b");
export {
  sum,
  later as whenever,
  same
};
`);
    expect(exported).to.include({ sum: 7, same: 'a/b' });
    expect(asked).to.deep.equal(['./chunk.js', 'node:path', 'node:path', 'node:path', './late.js']);
    expect(await (exported['whenever'] as () => Promise<string>)()).to.equal('late');
  });

  it('takes packages that it imports late from a module, since Node warns of import() in a script', async () => {
    const { exported } = exportsOf(
      'const name = "b";\nvar both = () => Promise.all([import("a"), import(name)]);\nexport {\n  both\n};\n',
    );
    expect(await (exported['both'] as () => Promise<unknown>)()).to.deep.equal([{ name: 'a' }, { name: 'b' }]);
  });

  it('loads large parts of Node when a function of them is called', () => {
    const { exported, asked } = exportsOf(`import { isIP as numbers, join } from "node:net";
import {
  isIP,
  isIPv4 as four
} from "node:net";
import zlib from "node:zlib";
var childProcess = __require("node:child_process");
export {
  isIP,
  four,
  zlib,
  childProcess
};
`);
    // `join` is none of its functions, so that the first import takes what there is.
    expect(asked).to.deep.equal(['node:net']);
    const { four, zlib, childProcess } = exported as Record<string, (...words: string[]) => string> & {
      zlib: { join: (...words: string[]) => string };
      childProcess: { join: (...words: string[]) => string };
    };
    expect(() => four?.('1')).to.throw('isIPv4 is not a function');
    expect(asked).to.deep.equal(['node:net', 'node:net']);
    expect(zlib.join('a', 'b') + childProcess.join('c', 'd')).to.equal('a/bc/d');
    expect(asked.slice(2)).to.deep.equal(['node:zlib', 'node:child_process']);
  });

  it('takes classes, and functions that are more than that, at once', () => {
    for (const name of ['X509Certificate', 'generateKeyPair', 'constants']) {
      const { asked } = exportsOf(`import { ${name}, createHash } from "node:crypto";\nexport {\n  ${name}\n};\n`);
      expect(asked, name).to.deep.equal(['node:crypto']);
    }
  });

  it('is strict, as modules are', () => {
    const { exported } = exportsOf('function self() {\n  return this;\n}\nvar it = self();\nexport {\n  it\n};\n');
    expect(exported).to.deep.equal({ it: undefined });
  });

  it('has the same lines, and what stood behind an import() in the same column', () => {
    const bundled = `import {\n  add\n} from "./chunk.js";\nconst a = () => import("./late.js"), b = 2;\nexport {\n  a,\n  b\n};\n`;
    const lines = asScript(bundled).split('\n');
    const before = bundled.split('\n');
    expect(lines.length).to.equal(before.length + 1);
    expect(lines[3]?.indexOf('b = 2')).to.equal(before[3]?.indexOf('b = 2'));
  });

  it('is refused where it imports or exports in another way', () => {
    const refused = [
      'import a, { b } from "./chunk.js";',
      'export default 1;',
      'export const a = 1;',
      'a(import.meta.url);',
    ];
    for (const bundled of refused) expect(() => asScript(bundled), bundled).to.throw('cannot become a script');
  });
});
