/** `--client-cert` and `--client-key`: a client certificate and its key from files. */

import { readFileSync } from 'node:fs';
import type { ClientCredential } from '../session/index.ts';
import { nodeCredential } from '../session/node.ts';
import { systemReason } from '../wire/index.ts';
import { holdsCertificates, inspectPem } from '../x509/index.ts';
import { usageError } from './usage.ts';

/**
 * @param keyFile default the file of the certificate
 * @throws HarnessError `bad-option`, `unreadable-file`, `bad-credential`; none holds a word of the key
 */
export function readCredential(certificateFile: string | undefined, keyFile = certificateFile): ClientCredential {
  if (certificateFile === undefined || keyFile === undefined)
    throw usageError('bad-option', '--client-key is given without --client-cert.', 'Give the certificate of the key.');
  const { blocks } = inspectPem(textOf(certificateFile));
  const chain = blocks.filter(({ label }) => holdsCertificates(label)).map(({ bytes }) => bytes);
  if (chain.length === 0)
    throw usageError(
      'unreadable-file',
      `The file ${JSON.stringify(certificateFile)} holds no certificate.`,
      'Give it as PEM, the certificate of the client first.',
    );
  return nodeCredential({ chain, keyPem: textOf(keyFile) });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError('unreadable-file', `The file ${JSON.stringify(file)} cannot be read: ${systemReason(error)}.`);
  }
}
