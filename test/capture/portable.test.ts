import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { expect } from 'chai';
import { build } from 'esbuild';

/** Analyses `bytes` with nothing around but the language and what every platform has of text. */
const analysis = `(() => {
  const { CaptureAnalyzer, defaultCaptureLimits } = engine;
  const analyzer = new CaptureAnalyzer({ limits: defaultCaptureLimits });
  for (let at = 0; at < bytes.length; at += 1000) analyzer.push(bytes.subarray(at, at + 1000));
  analyzer.end();
  for (let done = false; !done; ) done = analyzer.finish();
  const conversations = analyzer.take().map(({ conversation }) => conversation);
  const { counters } = analyzer.summary();
  return JSON.stringify({ certificates: [...analyzer.certificates()].length, ja4: conversations.map((one) => one.clientHello?.ja4), counters });
})()`;

describe('the capture engine', () => {
  it('is bundled for browsers without anything of Node.js, and works where there is nothing of it', async () => {
    const { outputFiles, warnings } = await build({
      entryPoints: ['lib/capture/index.ts'],
      bundle: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'engine',
      write: false,
      logLevel: 'silent',
    });
    const text = outputFiles[0]?.text ?? '';
    expect(warnings).to.deep.equal([]);
    expect(text).to.not.match(/["']node:|\bBuffer\.|\bprocess\.|\brequire\(/);
    const bytes = new Uint8Array(readFileSync('captures/sftunnel-good.pcapng'));
    const context = createContext({ TextEncoder, TextDecoder, bytes });
    const report = JSON.parse(runInContext(`${text};${analysis}`, context) as string) as Record<string, unknown>;
    expect(report).to.deep.include({ certificates: 3 });
    expect(report['counters']).to.deep.include({ tcpFlows: 2, tlsConversations: 2, dropped: {} });
  }).timeout(20_000);
});
