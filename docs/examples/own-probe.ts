/** A probe of one's own: which server names a gateway answers to. */
// #region snippet
import { check, defineProbe, sweep } from 'helloprobe';
import { startHeadend } from 'helloprobe/lab';

const serverNames = defineProbe({
  id: 'server-names',
  title: { en: 'Server names the gateway answers to', ja: 'ゲートウェイが応答するサーバー名' },
  run: (ctx) =>
    sweep(ctx, ['vpn.example.test', 'old.example.test', null], (sni) => ctx.hello({ versions: [0x0303], sni })),
});

await using headend = await startHeadend('sni-filter-reset');
const report = await check(headend, { sni: null, probes: [serverNames], only: ['server-names'] });
console.log(JSON.stringify(report.observations['server-names']?.value, null, 2));
// #endregion
