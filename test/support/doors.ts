/**
 * Imports through the front door of a layer, led to the files behind it. For esbuild a layer's `index.ts` counts as everything behind it:
 * who imports one name of it would load the whole layer.
 */

import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { mask } from './sourceText.ts';

/** Where a name is declared: the file, and its name there. */
interface Home {
  readonly file: string;
  readonly name: string;
}

/** Rewrites imports as sources are loaded. Lines stay where they are. */
export function pastDoors(): Plugin {
  const lead = leader((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
  return {
    name: 'past-doors',
    setup(building) {
      building.onLoad({ filter: /[/\\](?:lib|probes)[/\\].*\.ts$/ }, async ({ path }) => ({
        contents: lead(path, await readFile(path, 'utf8')),
        loader: 'ts',
      }));
    },
  };
}

/**
 * @param textOf text of a source file, empty where there is none
 * @returns the source of a file with its relative imports of values led to where each is declared; what it throws is an import of nothing
 */
export function leader(textOf: (file: string) => string): (file: string, source: string) => string {
  const doors = new Map<string, Door>();
  const homeOf = (file: string, name: string): Home | undefined => {
    const door = doors.get(file) ?? readDoor(file, textOf(file));
    doors.set(file, door);
    const own = door.own.get(name);
    if (own !== undefined) return own.file === file ? own : homeOf(own.file, own.name);
    for (const behind of door.stars) {
      const home = homeOf(behind, name);
      if (home !== undefined) return home;
    }
    return undefined;
  };
  return (file, source) => led(file, source, homeOf);
}

/** What a file exports: names with their homes, and the files of which it exports everything. */
interface Door {
  readonly own: ReadonlyMap<string, Home>;
  readonly stars: readonly string[];
}

function readDoor(file: string, source: string): Door {
  const masked = mask(source);
  const own = new Map<string, Home>();
  for (const [, name = ''] of masked.matchAll(
    /^export (?:async )?(?:function\*? ?|const |let |class |abstract class )(\w+)/gm,
  ))
    own.set(name, { file, name });
  for (const list of masked.matchAll(/^export \{([^}]*)\}(?: from '(\s*)')?/gm)) {
    const [whole, names = '', from] = list;
    const end = list.index + whole.length - 1;
    const home = from === undefined ? file : join(dirname(file), source.slice(end - from.length, end));
    // A list without a source may name what was imported: then its home is here.
    for (const { name, as } of namesOf(names)) own.set(as, { file: home, name: from === undefined ? as : name });
  }
  const stars = [...masked.matchAll(/^export \* from '(\s*)'/gm)].map(({ index, 0: whole, 1: from = '' }) => {
    const end = index + whole.length - 1;
    return join(dirname(file), source.slice(end - from.length, end));
  });
  return { own, stars };
}

/** The values among the names between braces; types leave nothing behind. */
function namesOf(list: string): { name: string; as: string }[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && !item.startsWith('type '))
    .map((item) => {
      const [name = '', as = name] = item.split(/ as /);
      return { name, as };
    });
}

function led(file: string, source: string, homeOf: (file: string, name: string) => Home | undefined): string {
  let contents = '';
  let done = 0;
  for (const { index, 0: whole, 1: names = '', 2: from = '' } of mask(source).matchAll(
    /^import \{([^}]*)\} from '(\s*)';/gm,
  )) {
    const end = index + whole.length - 2;
    const specifier = source.slice(end - from.length, end);
    if (!specifier.startsWith('.')) continue;
    const imports = namesOf(names).map(({ name, as }) => {
      const home = homeOf(join(dirname(file), specifier), name);
      if (home === undefined) throw new Error(`${file}: ${name} is not to be found behind ${specifier}`);
      const to = relative(dirname(file), home.file).replaceAll('\\', '/');
      return `import { ${home.name} as ${as} } from '${to.startsWith('.') ? to : `./${to}`}';`;
    });
    contents += source.slice(done, index) + imports.join(' ') + whole.replace(/[^\n]/g, '');
    done = index + whole.length;
  }
  return contents + source.slice(done);
}
