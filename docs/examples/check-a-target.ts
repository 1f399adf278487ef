/** Checks one target: `check-a-target.ts vpn.example.com 443`. */
// #region snippet
import { check } from 'helloprobe';

const [host = 'vpn.example.com', port = '443'] = process.argv.slice(2);
const report = await check({ host, port: Number(port) });
console.log(report.verdict);
for (const { severity, id, title } of report.findings) console.log(severity, id, title);
// #endregion
