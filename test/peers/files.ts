/** Certificates as files, for servers that read no others. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainOf, createTestPki } from '../../lib/lab/index.ts';

/** A folder with `rsa.pem rsa.key ec.pem ec.key ca.pem`, each chain with its leaf first. */
export interface PeerFiles {
  readonly dir: string;
  readonly path: (name: string) => string;
}

/** Runs `work` with such a folder, and removes it whatever happens. */
export async function withPeerFiles(work: (files: PeerFiles) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'helloprobe-peers-'));
  const path = (name: string): string => join(dir, name);
  try {
    const pki = createTestPki({ now: new Date() });
    for (const [name, key] of [
      ['rsa', 'RSA-2048'],
      ['ec', 'P-256'],
    ] as const) {
      // NSS tells certificates apart by their subjects.
      const leaf = pki.issue({ key, names: ['localhost', '127.0.0.1'], subject: [['CN', `localhost ${name}`]] });
      writeFileSync(
        path(`${name}.pem`),
        chainOf(leaf)
          .map(({ pem }) => pem)
          .join(''),
      );
      writeFileSync(path(`${name}.key`), leaf.privateKeyPem);
    }
    writeFileSync(path('ca.pem'), pki.rootsPem);
    await work({ dir, path });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
