/** Modules of the program as scripts: V8 takes what it made of a script before (lib/cli/scripts.ts), of a module it does not. */

/** What stands in a script for `import()`: as long, so that the source map holds. */
const importing = '$later(';
/** What stands in a script for `import.meta.url`. */
export const scriptUrl = '$url';

const parameters = `$exported, $load, require, ${scriptUrl}, $import`;
/** A script of ours, or a package. */
const later = 'const $later = async (path) => path.startsWith(".") ? $load(path) : $import(path);';

/**
 * @param bundled an ES module as esbuild writes it without minifying: whole statements, at the beginnings of lines
 * @returns a script whose value is a function (`Body` in lib/cli/scripts.ts); its lines are the same
 * @throws where `import` or `export` stand in another form
 */
export function asScript(bundled: string): string {
  const body = bundled
    .replace(/^import \{([^}]*)\} from (".*");$/gm, (_, names: string, from: string) => {
      return `const {${names.replaceAll(' as ', ': ')}} = ${taken(from)};`;
    })
    .replace(/^import (?:\* as )?(\w+) from (".*");$/gm, (_, name: string, from: string) => {
      return `const ${name} = ${taken(from)};`;
    })
    .replace(/^import (".*");$/gm, (_, from: string) => `${taken(from)};`)
    .replace(/(?<![\w.$])import\((?=["\w])/g, importing)
    .replace(/^export \{([^}]*)\};$/gm, (_, names: string) => `Object.assign($exported, {${exportedAs(names)}});`);
  const [left] = /^(?:import|export)\b.*|\bimport\.meta\b.*/m.exec(body) ?? [];
  if (left !== undefined) throw new Error(`A module that cannot become a script: ${left}`);
  return `(function (${parameters}) { "use strict"; ${later} ${body}\n})`;
}

function taken(from: string): string {
  return `${from.startsWith('".') ? '$load' : 'require'}(${from})`;
}

function exportedAs(names: string): string {
  return names.replace(/(\w+) as (\w+)/g, '$2: $1');
}
