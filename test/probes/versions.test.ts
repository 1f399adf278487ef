import { expect } from 'chai';
import { onHello, refuse, silentAbove } from '../../lib/lab/index.ts';
import { extensionType, findExtension } from '../../lib/wire/index.ts';
import { observeAt } from './support.ts';

describe('probe versions', () => {
  const cases = {
    good: ['TLSv1.2', 'TLSv1.3'],
    'tls12-only': ['TLSv1.2'],
    'tls13-only': ['TLSv1.3'],
    'tls10-11-only': ['TLSv1.0', 'TLSv1.1'],
    'asa-like': ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'],
  } as const;
  for (const [id, expected] of Object.entries(cases)) {
    it(`finds ${expected.join(', ')} at ${id}, and knows of every other version that it is refused`, async () => {
      const { value } = await observeAt(id as keyof typeof cases, ['versions']);
      const rows = value('versions');
      expect(rows.filter(({ supported }) => supported === true).map(({ version }) => version)).to.deep.equal(expected);
      expect(rows.filter(({ supported }) => supported === null)).to.deep.equal([]);
    });
  }

  it('never calls a version unsupported because of a time-out', async () => {
    const { value } = await observeAt(silentAbove(100), ['versions']);
    expect(value('versions')?.some(({ supported }) => supported === false) ?? false).to.equal(false);
  });

  it('is not misled by a server that is silent above 300 bytes', async () => {
    const { value } = await observeAt(silentAbove(300), ['versions']);
    expect(Object.fromEntries(value('versions').map(({ version, supported }) => [version, supported]))).to.include({
      'TLSv1.2': true,
      'TLSv1.3': true,
    });
  });

  it('takes an internal_error that does not repeat for no refusal', async () => {
    let failed = false;
    const behaviour = onHello((connection, { clientHello }) => {
      const old = findExtension(clientHello?.extensions, extensionType.supported_versions) === undefined;
      if (old && clientHello?.legacyVersion === 0x0303 && !failed) {
        failed = true;
        refuse(connection, { alert: 'internal_error' });
      } else connection.passOn();
    });
    const { value, run } = await observeAt(
      { id: 'one-error', title: { en: 'One error', ja: '一度の失敗' }, behaviour, expect: [], verdictHint: 'clean' },
      ['versions'],
    );
    expect(value('versions').find(({ version }) => version === 'TLSv1.2')?.supported).to.equal(true);
    expect(run.steadiness.wavered).to.equal(true);
  });
});
