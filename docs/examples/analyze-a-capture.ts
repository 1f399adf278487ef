/** Reads a capture: `analyze-a-capture.ts ticket.pcapng`. */
// #region snippet
import { analyzeCapture, captureEvents } from 'helloprobe';

const [file = 'ticket.pcapng'] = process.argv.slice(2);

// The whole report at once.
const report = await analyzeCapture(file);
console.log(report.verdict, report.findings.map(({ id }) => id).join(' '));
for (const { subject, notAfter, daysLeft, seenCount } of report.certificates)
  console.log(subject, notAfter, daysLeft, `in ${seenCount} conversations`);

// The conversations as they end, for captures of any size.
for await (const event of captureEvents(file)) {
  if (event.type !== 'conversation') continue;
  const { client, server, outcome, serverHello } = event.conversation;
  console.log(`${client.address} -> ${server.address}:${server.port}`, serverHello?.version, outcome);
}
// #endregion
