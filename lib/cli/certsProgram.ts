/** What `certs` has beside the options of every probe. */

import type { Command } from 'commander';

export function certsOptions(command: Command): Command {
  return command
    .argument('<what...>', 'host, host:port or [IPv6]:port; or files and folders; - is a file or a list of targets')
    .option('--quick', 'of a target, the chain of one version, in at most 2 connections once a hello is answered')
    .option('--fetch-issuers', 'ask for missing issuers at the http:// addresses in the certificates (off by default)')
    .addHelpText('after', certsHelp);
}

const certsHelp = `
Examples:
  helloprobe certs vpn.example.com               every chain of the server, days left, what clients say
  helloprobe certs chain.pem --sni vpn.example.com
                                                 a file, judged as that server's
  helloprobe certs /etc/pki/vpn bundle.p7b       folders, PEM, DER, PKCS #7; damaged PEM is told by line
  helloprobe certs here.json there.json          two saved reports of one server: is it re-signed on the way?
  openssl s_client -connect vpn.example.com:443 -showcerts </dev/null | helloprobe certs -

Of files nothing is sent, unless --fetch-issuers is given. Private keys are named and never shown.`;
