/** Captures with key logs: programs append to them for years, so the secrets of a capture stand near their end. */

import { expect } from 'chai';
import { analyzeCapture } from '../../lib/captures.ts';
import { KeyLog } from '../../lib/index.ts';
import { identity, sni } from '../capture/repeats/connections.ts';
import { Talk, Trace } from '../support/capture/index.ts';
import { bytesFrom } from '../support/capture/random.ts';
import { ed25519Key } from '../support/capture/tls/keys.ts';
import { helloRecord } from '../support/capture/tls/messages.ts';
import { tls13Hello } from '../support/capture/tls/play.ts';
import { tls13Streams } from '../support/capture/tls/tls13.ts';

const share = bytesFrom(1)(32);
const hello = tls13Hello(2, sni, share);
const server = identity(sni, ed25519Key(bytesFrom(4)(32)));
const streams = tls13Streams({ hello, clientSeed: share, seed: 3, server });
const formerSecrets = Array.from(
  { length: 100 },
  (_, i) => `CLIENT_RANDOM ${i.toString(16).padStart(64, '0')} ${'ab'.repeat(48)}\n`,
).join('');

function played(): Trace {
  const trace = new Trace();
  const talk = new Talk(trace).connect();
  talk.send('client', helloRecord(hello));
  talk.send('server', streams.server);
  talk.send('client', streams.client);
  talk.close('client');
  return trace;
}

describe('captures with key logs', () => {
  const limits = { keyLogSecrets: 20 };

  it('are opened by the newest secrets of a log with more than are kept, and what was left out is counted', async () => {
    const { conversations, counters } = await analyzeCapture(played().toPcap(), {
      keyLog: [formerSecrets + streams.keyLog],
      limits,
    });
    expect(conversations[0]).to.deep.include({ decrypted: true });
    expect(conversations[0]?.certificates.server).to.have.length(1);
    expect(counters.dropped['key-log-secrets']).to.be.within(80, 100);
  });

  it('take a log that was read before, for several captures, and keep the secrets of each file apart', async () => {
    const keyLog = new KeyLog();
    const withSecrets = await analyzeCapture(played().toPcapng({ keyLog: streams.keyLog }), { keyLog });
    expect(withSecrets.conversations[0]?.decrypted).to.equal(true);
    expect(keyLog.size).to.equal(0);
    const without = await analyzeCapture(played().toPcap(), { keyLog });
    expect(without.conversations[0]?.decrypted).to.equal(false);
    keyLog.add(streams.keyLog);
    keyLog.end();
    const given = await analyzeCapture(played().toPcap(), { keyLog });
    expect(given.conversations[0]?.decrypted).to.equal(true);
  });
});
