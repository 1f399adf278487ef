/**
 * The rules of the layout, checked: which layer may import which, what stays portable, no cycles, no default exports, no
 * overlong files. Run as a script it prints what it found and ends with status 1 when a rule is broken.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path/posix';
import { importsOf, linesOf } from './sourceText.ts';

/** Layers from the top down; a file imports its own layer and those in later rows. `lib` stands for the files directly in lib/. */
const rows: readonly (readonly string[])[] = [
  ['cli', 'web'],
  ['lib'],
  ['probes'],
  ['lab', 'match', 'report'],
  ['probe'],
  ['live'],
  ['net'],
  ['diagnose'],
  ['cisco'],
  ['capture'],
  ['session'],
  ['x509', 'hello'],
  ['evidence'],
  ['wire'],
];

/** Layers that also run in a browser worker; their node.ts files do not. */
const portable = new Set([
  'diagnose',
  'cisco',
  'capture',
  'session',
  'x509',
  'hello',
  'evidence',
  'wire',
  'report',
  'match',
]);

/** Files that other layers may import: a layer's front door, what of it needs Node.js, and what of it loads without a library. */
const entries = new Set(['index.ts', 'node.ts', 'names.ts']);

const maxLines = 400;
const adviseLines = 300;
/** Tables, whose length follows their source. */
const anyLength = /(?:^|\/)(?:registry|vectors)\//;

export interface Violation {
  readonly rule: 'layer' | 'inside' | 'cycle' | 'portable' | 'dependency' | 'default-export' | 'length' | 'missing';
  readonly file: string;
  /** 1-based, 0 where the whole file is meant. */
  readonly line: number;
  readonly text: string;
}

export interface LayerReport {
  readonly violations: readonly Violation[];
  /** Files that are long, but not too long. */
  readonly advice: readonly string[];
}

/**
 * Judges a tree of sources.
 * @param files text by path from the top of the repository (`lib/wire/codec.ts`); `lib`, `probes` and `test` are looked at.
 * @param dependencies npm packages that lib and probes may import.
 */
export function checkLayers(files: ReadonlyMap<string, string>, dependencies: ReadonlySet<string>): LayerReport {
  const violations: Violation[] = [];
  const advice: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, source] of files) {
    const length = source.split('\n').length - 1;
    if (!anyLength.test(file)) {
      if (length > maxLines)
        violations.push({ rule: 'length', file, line: 0, text: `${length} lines; at most ${maxLines}` });
      else if (length > adviseLines) advice.push(`${file}: ${length} lines`);
    }
    const layer = layerOf(file);
    if (layer === null) continue;
    if (layer.row === -1)
      violations.push({ rule: 'layer', file, line: 0, text: `lib/${layer.name} is not a layer of the layout` });
    for (const line of linesOf(source, /\bexport\s+default\b|\bas\s+default\b/g)) {
      violations.push({ rule: 'default-export', file, line, text: 'default exports are not used here' });
    }
    if (isPortable(file)) {
      for (const line of linesOf(
        source,
        /(?<![.\w$])(?:Buffer|process|require|__dirname|setImmediate)\b(?!\s*[:?])/g,
      )) {
        violations.push({ rule: 'portable', file, line, text: 'a name of Node in a portable file' });
      }
    }
    const targets: string[] = [];
    for (const { specifier, line, typeOnly } of importsOf(source)) {
      const report = (rule: Violation['rule'], text: string): void => void violations.push({ rule, file, line, text });
      if (!specifier.startsWith('.')) {
        judgePackage(file, specifier, dependencies, report);
        continue;
      }
      const target = normalize(join(dirname(file), specifier));
      if (!files.has(target) && /^(?:lib|probes)\/.*\.ts$/.test(target)) report('missing', `${target} does not exist`);
      // Types may refer to each other; only what is loaded can be loaded in a circle.
      if (!typeOnly) targets.push(target);
      judgeArrow(file, target, report);
    }
    graph.set(file, targets);
  }
  for (const cycle of cyclesOf(graph)) {
    violations.push({ rule: 'cycle', file: cycle[0] as string, line: 0, text: cycle.join(' -> ') });
  }
  return { violations, advice };
}

type Reporter = (rule: Violation['rule'], text: string) => void;

function judgePackage(file: string, specifier: string, dependencies: ReadonlySet<string>, report: Reporter): void {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (specifier.startsWith('node:') || builtinModules.includes(name)) {
    if (isPortable(file)) report('portable', `${specifier} in a portable file; node.ts is the place`);
    if (!specifier.startsWith('node:')) report('dependency', `${specifier} is written node:${specifier} here`);
  } else if (!dependencies.has(name)) {
    report('dependency', `${name} is not among the dependencies of package.json`);
  }
}

function judgeArrow(file: string, target: string, report: Reporter): void {
  const from = layerOf(file);
  const to = layerOf(target);
  if (from === null) return;
  if (to === null) {
    report('layer', `${target} is outside lib and probes`);
    return;
  }
  if (isPortable(file) && target.endsWith('/node.ts')) report('portable', `${target} is not portable, this file is`);
  if (from.name === to.name) return;
  if (to.row <= from.row) {
    report('layer', `${from.name} may not import ${to.name}`);
  } else if (to.name !== 'probes' && to.name !== 'lib' && !entries.has(target.slice(`lib/${to.name}/`.length))) {
    report('inside', `${target} is inside lib/${to.name}; its index.ts is the door`);
  }
}

/** The layer a file belongs to, row -1 for an unknown one; null for files outside lib and probes. */
function layerOf(file: string): { name: string; row: number } | null {
  const [top, folder, ...rest] = file.split('/');
  let name: string;
  if (top === 'probes') name = 'probes';
  else if (top === 'lib') name = rest.length === 0 ? 'lib' : (folder as string);
  else return null;
  return { name, row: rows.findIndex((row) => row.includes(name)) };
}

function isPortable(file: string): boolean {
  const layer = layerOf(file);
  return layer !== null && portable.has(layer.name) && !file.endsWith('/node.ts');
}

/** Every file that is on a cycle appears in one of the cycles returned. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at !== -1) {
      cycles.push([...path.slice(at), file]);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}

/** The TypeScript sources under `folders` of `root`, by path. */
export function readTree(root: string, folders: readonly string[] = ['lib', 'probes', 'test']): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      const path = `${folder}/${name.replaceAll('\\', '/')}`;
      if (path.endsWith('.ts') && !path.startsWith('test/runners/'))
        files.set(path, readFileSync(join(root, path), 'utf8'));
    }
  }
  return files;
}

/** Names of the packages that an installed helloprobe may rely on. */
export function readDependencies(root: string): Set<string> {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  return new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies)]);
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '../..');
  const { violations, advice } = checkLayers(readTree(root), readDependencies(root));
  for (const line of advice) console.log(`long: ${line}`);
  for (const { file, line, rule, text } of violations)
    console.error(`${file}${line === 0 ? '' : `:${line}`} [${rule}] ${text}`);
  console.log(`layers: ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
