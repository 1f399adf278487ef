/** Modules of the program as scripts: V8 takes what it made of a script before (lib/cli/scripts.ts), of a module it does not. */

import { createRequire } from 'node:module';

/** What stands in a script for `import()`: as long, so that the source map holds. */
const importing = '$later(';
/** What stands in a script for `import.meta.url`. */
export const scriptUrl = '$url';

const parameters = `$exported, $load, require, ${scriptUrl}, $import`;
/**
 * Parts of Node.js of which each takes a millisecond or more to load, and of which a run needs few: they are loaded when something of
 * them is called.
 */
const heavy: ReadonlySet<string> = new Set([
  'node:child_process',
  'node:crypto',
  'node:fs/promises',
  'node:net',
  'node:zlib',
]);
/** What stands in a script for such a part as a whole. */
const whenUsed =
  'const $whenUsed = (load) => new Proxy({}, { get: (_, name) => load()[name], has: (_, name) => name in load() });';
/** What every function has. */
const usual: ReadonlySet<unknown> = new Set(['length', 'name', 'prototype']);

/** A script of ours, or a package. */
const later = 'const $later = async (path) => path.startsWith(".") ? $load(path) : $import(path);';

/**
 * @param bundled an ES module as esbuild writes it without minifying: whole statements, at the beginnings of lines
 * @returns a script whose value is a function (`Body` in lib/cli/scripts.ts); its lines are the same
 * @throws where `import` or `export` stand in another form
 */
export function asScript(bundled: string): string {
  const body = bundled
    .replace(/^import \{([^}]*)\} from "(.*)";$/gm, (_, names: string, from: string) => {
      if (heavy.has(from) && areFunctions(from, names)) return calledLater(from, names);
      return `const {${names.replaceAll(' as ', ': ')}} = ${taken(from, true)};`;
    })
    .replace(/^import (?:\* as )?(\w+) from "(.*)";$/gm, (_, name: string, from: string) => {
      return `const ${name} = ${taken(from)};`;
    })
    .replace(/^import "(.*)";$/gm, (_, from: string) => `${taken(from, true)};`)
    // A package that is no ES module.
    .replace(/\b__require\("(node:\w+)"\)/g, (plain, from: string) => (heavy.has(from) ? taken(from) : plain))
    .replace(/(?<![\w.$])import\((?=["\w])/g, importing)
    .replace(/^export \{([^}]*)\};$/gm, (_, names: string) => `Object.assign($exported, {${exportedAs(names)}});`);
  const [left] = /^(?:import|export)\b.*|\bimport\.meta\b.*/m.exec(body) ?? [];
  if (left !== undefined) throw new Error(`A module that cannot become a script: ${left}`);
  return `(function (${parameters}) { "use strict"; ${later} ${whenUsed} ${body}\n})`;
}

function taken(from: string, atOnce = false): string {
  if (from.startsWith('.')) return `$load("${from}")`;
  return heavy.has(from) && !atOnce ? `$whenUsed(() => require("${from}"))` : `require("${from}")`;
}

/** Local name and name in the module, of each of `a as b, c`. */
function namesIn(names: string): (readonly [local: string, exported: string])[] {
  return [...names.matchAll(/(\w+)(?: as (\w+))?/g)].map(([, exported = '', local]) => [local ?? exported, exported]);
}

/** Neither classes, which are called with `new`, nor what is more than a function: `promisify` looks for that. */
function areFunctions(from: string, names: string): boolean {
  const module = createRequire(import.meta.url)(from) as Readonly<Record<string, unknown>>;
  return namesIn(names).every(([, name]) => {
    const value = module[name];
    return typeof value === 'function' && !/^[A-Z]/.test(name) && Reflect.ownKeys(value).every((key) => usual.has(key));
  });
}

function calledLater(from: string, names: string): string {
  const functions = namesIn(names).map(
    ([local, name]) => `${local} = (...args) => require("${from}").${name}(...args)`,
  );
  // In as many lines as before.
  return `const ${functions.join(', ')};${names.replace(/[^\n]/g, '')}`;
}

function exportedAs(names: string): string {
  return names.replace(/(\w+) as (\w+)/g, '$2: $1');
}
