/** What a TypeScript source file imports and names, found without a compiler: comments and literals are masked first. */

/** One import, re-export or dynamic import. */
export interface ImportSite {
  /** The module as written, `../wire/index.ts`. */
  readonly specifier: string;
  /** 1-based. */
  readonly line: number;
  /** `import type`, `export type`: nothing is left of it at run time. */
  readonly typeOnly: boolean;
}

/** The imports of `source`, in order; text in comments, strings and regular expressions is not mistaken for one. */
export function importsOf(source: string): ImportSite[] {
  const masked = mask(source);
  const forms = [
    /\b(?:import|export)\b[^'"`;()=]*?\bfrom\s*(['"])([^'"]*)\1/g, // import … from '…', export … from '…'
    /\bimport\s*(['"])([^'"]*)\1/g, // import '…'
    /\bimport\s*\(\s*(['"])([^'"]*)\1/g, // import('…'), also in a type
  ];
  const sites = new Map<number, ImportSite>();
  for (const form of forms) {
    for (const match of masked.matchAll(form)) {
      const end = match.index + match[0].lastIndexOf(match[1] as string);
      const start = end - (match[2] as string).length;
      const typeOnly = /^(?:import|export)\s+type\s+[^,\s]/.test(match[0]) && !/^import\s+type\s+from\b/.test(match[0]);
      sites.set(start, { specifier: source.slice(start, end), line: lineAt(source, start), typeOnly });
    }
  }
  return [...sites].sort(([a], [b]) => a - b).map(([, site]) => site);
}

/** 1-based lines on which `pattern` (global) occurs in code, not in comments or literals. */
export function linesOf(source: string, pattern: RegExp): number[] {
  return [...mask(source).matchAll(pattern)].map((match) => lineAt(source, match.index));
}

/** `source` at the same length with the insides of comments, strings and regular expressions blanked; quotes stay. */
export function mask(source: string): string {
  const out = source.split('');
  const blank = (from: number, to: number): void => {
    for (let i = from; i < Math.min(to, out.length); i++) if (out[i] !== '\n') out[i] = ' ';
  };
  /** For each open `${` the depth of braces at which it closes. */
  const templates: number[] = [];
  let depth = 0;
  let i = 0;
  const template = (from: number): number => {
    let end = from;
    while (end < source.length && source[end] !== '`' && !source.startsWith('${', end))
      end += source[end] === '\\' ? 2 : 1;
    blank(from, end);
    if (source[end] !== '$') return end + 1;
    templates.push(depth++);
    return end + 2;
  };
  while (i < source.length) {
    const char = source[i] as string;
    if (source.startsWith('//', i)) {
      const end = endOf(source, '\n', i);
      blank(i, end);
      i = end;
    } else if (source.startsWith('/*', i)) {
      const end = endOf(source, '*/', i + 2) + 2;
      blank(i, end);
      i = end;
    } else if (char === '"' || char === "'") {
      let end = i + 1;
      while (end < source.length && source[end] !== char && source[end] !== '\n') end += source[end] === '\\' ? 2 : 1;
      blank(i + 1, end);
      i = end + 1;
    } else if (char === '`') {
      i = template(i + 1);
    } else if (char === '/' && regexMayStart(out, i)) {
      const end = regexEnd(source, i);
      blank(i + 1, end);
      i = end + 1;
    } else {
      if (char === '{') depth++;
      if (char === '}') {
        depth--;
        if (templates.at(-1) === depth) {
          templates.pop();
          i = template(i + 1);
          continue;
        }
      }
      i++;
    }
  }
  return out.join('');
}

function endOf(source: string, text: string, from: number): number {
  const found = source.indexOf(text, from);
  return found === -1 ? source.length : found;
}

/** A slash begins a regular expression where a value may begin, and divides elsewhere. */
function regexMayStart(out: readonly string[], at: number): boolean {
  const before = out
    .slice(Math.max(0, at - 80), at)
    .join('')
    .trimEnd();
  return (
    before === '' ||
    /[(,=:[!&|?{};+\-*%<>~^]$/.test(before) ||
    /\b(?:return|typeof|case|in|of|await|yield)$/.test(before)
  );
}

function regexEnd(source: string, from: number): number {
  let inClass = false;
  for (let i = from + 1; i < source.length && source[i] !== '\n'; i++) {
    const char = source[i];
    if (char === '\\') i++;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return i;
  }
  return from;
}

function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let i = source.indexOf('\n'); i !== -1 && i < offset; i = source.indexOf('\n', i + 1)) line++;
  return line;
}
