/** extensions: things a server must ignore when it does not know them (RFC 8446 §4.1.2, RFC 8701), added one at a time. */

import type { Code } from '../lib/evidence/index.ts';
import { type ExtensionSpec, type HelloSpec, sniOf, withExtension } from '../lib/hello/index.ts';
import { defineProbe, type ProbeContext, skipped, suitesFor, tryCases } from '../lib/probe/index.ts';

/** Unassigned at IANA and not a GREASE value, so that a box that special-cases GREASE shows. */
const unassignedExtension: Code = '0x5a5b';
const unassignedGroup: Code = '0x7f7d';
const futureVersion: Code = '0x0305';

/** Each case changes one thing; null where the hello has not what the case would change. */
const cases: Readonly<Record<string, (spec: HelloSpec) => HelloSpec | null>> = {
  'grease-extension': (spec) => withExtension(spec, { type: '0x1a1a', data: '' }),
  'unknown-extension': (spec) => withExtension(spec, { type: unassignedExtension, data: '00' }),
  'unknown-group': (spec) =>
    edit(spec, (extension) =>
      'groups' in extension ? { ...extension, groups: [unassignedGroup, ...extension.groups] } : null,
    ),
  'unknown-version': (spec) =>
    edit(spec, (extension) =>
      'supportedVersions' in extension
        ? { ...extension, supportedVersions: [futureVersion, ...extension.supportedVersions] }
        : null,
    ) ?? withExtension(spec, { type: '0x002b', supportedVersions: [futureVersion, spec.legacyVersion] }),
  'grease-suite': (spec) => ({ ...spec, cipherSuites: ['0x2a2a', ...spec.cipherSuites] }),
};

export const extensions = defineProbe({
  id: 'extensions',
  title: { en: 'Unknown extensions, groups and versions', ja: '未知の拡張・グループ・バージョン' },
  run: async (ctx) => {
    const { spec } = ctx.control.plan;
    if (spec === null || spec.extensions === null) return skipped('no-extensions: the hello that is answered has none');
    const tls13 = withTls13(ctx, spec);
    return tryCases(ctx, [...Object.keys(cases), 'tls13-offered'], (name) =>
      name === 'tls13-offered' ? tls13 : (cases[name]?.(spec) ?? null),
    );
  },
});

/** The control's version and suites with TLS 1.3 beside them, whole as RFC 8446 §9.2 wants it; null where the control offers it already. */
function withTls13(ctx: ProbeContext, spec: HelloSpec): HelloSpec | null {
  const version = Number(spec.legacyVersion);
  if (version < 0x0301 || spec.extensions?.some((extension) => 'supportedVersions' in extension) === true) return null;
  const own = spec.cipherSuites.map(Number);
  const sni = sniOf(spec);
  return ctx.hello({
    versions: [0x0304, version],
    cipherSuites: [...suitesFor(0x0304).codes.slice(0, 3), ...own],
    keyShares: [],
    sni,
  });
}

/** The spec with the first extension that `change` wants changed; null when there is none. */
function edit(spec: HelloSpec, change: (extension: ExtensionSpec) => ExtensionSpec | null): HelloSpec | null {
  for (const [index, extension] of (spec.extensions ?? []).entries()) {
    const changed = change(extension);
    if (changed !== null) return { ...spec, extensions: (spec.extensions ?? []).with(index, changed) };
  }
  return null;
}
