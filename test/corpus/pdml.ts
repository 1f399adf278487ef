/** As much XML as tshark prints (PDML): elements with attributes, no text. */

export interface XmlElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
}

/** Every element of a tag, complete with what is inside it, as it ends. */
export async function* readElements(text: AsyncIterable<string>, tag: string): AsyncGenerator<XmlElement> {
  const open: XmlElement[] = [];
  let rest = '';
  for await (const chunk of text) {
    const whole = rest + chunk;
    // An attribute holds no `>` unescaped, so a tag ends at the next one.
    const end = whole.lastIndexOf('>') + 1;
    rest = whole.slice(end);
    for (const [, closed, name = '', attributes = '', alone] of whole.slice(0, end).matchAll(tags)) {
      if (closed === undefined) {
        if (open.length === 0 && name !== tag) continue;
        const element = { tag: name, attributes: readAttributes(attributes), children: [] };
        open.at(-1)?.children.push(element);
        if (alone === undefined) open.push(element);
      } else {
        const element = open.pop();
        if (element !== undefined && open.length === 0) yield element;
      }
    }
  }
}

const tags = /<(\/)?([a-z]+)([^>]*?)(\/)?>/gu;

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([a-z]+)="([^"]*)"/gu)].map(([, name = '', value = '']) => [name, unescape(value)]),
  );
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|([a-z]+));/gu, (whole, code?: string, name?: string) =>
    code === undefined ? (entities[name ?? ''] ?? whole) : String.fromCodePoint(Number.parseInt(code, 16)),
  );
}
