/** The samples of Cisco 222464 and the status outputs of Cisco's other documents, with what reads and writes each. */

import { readFileSync } from 'node:fs';
import * as files from '../../../lib/cisco/files/index.ts';

export function sample(name: string): string {
  return readFileSync(new URL(`../../vectors/cisco-222464/${name}.txt`, import.meta.url), 'utf8');
}

/** docs.defenseorchestrator.com, "Troubleshoot Management Connectivity on a Data Interface". */
export const statusUp = `> sftunnel-status-brief
PEER:10.10.17.202
Peer channel Channel-A is valid type (CONTROL), using 'eth0', connected to '10.10.17.202' via '10.10.17.222'
Peer channel Channel-B is valid type (EVENT), using 'eth0', connected to '10.10.17.202' via '10.10.17.222'
Registration: Completed.
IPv4 Connection to peer '10.10.17.202' Start Time: Wed Jun 10 14:27:12 2020 UTC
Heartbeat Send Time: Mon Jun 15 09:02:08 2020 UTC
Heartbeat Received Time: Mon Jun 15 09:02:16 2020 UTC
`;
export const statusDown = `> sftunnel-status-brief
PEER:10.10.17.202
Registration: Completed.
Connection to peer '10.10.17.202' Attempted at Mon Jun 15 09:21:57 2020 UTC
Last disconnect time : Mon Jun 15 09:19:09 2020 UTC
Last disconnect reason : Both control and event channel connections with peer went down
`;
/** Cisco 225502, with the addresses that it blanks out. */
export const statusRpc = `root@device:/Volume/home/admin# sftunnel_status.pl
peer c8d5d5c6-87c9-11ef-a993-b9831565bc4e did not reply at /ngfw/usr/local/sf/bin/sftunnel_status.pl line 309.
Retry rpc status poll at /ngfw/usr/local/sf/bin/sftunnel_status.pl line 315.
**RPC STATUS****10.48.67.54*************
RPC status :Failed
`;
/** Firepower Threat Defense command reference, sftunnel-status. */
export const statusLong = `> sftunnel-status
SFTUNNEL Start Time: Tue Oct 11 21:44:44 2016
Both IPv4 and IPv6 connectivity is supported
Broadcast count = 2
Reserved SSL connections: 0
Management Interfaces: 1
br1 (control events) 10.83.57.37,2001:420:2710:2556:1:0:0:37
***********************
**RUN STATUS****10.83.57.41*************
Cipher used = AES256-GCM-SHA384 (strength:256 bits)
ChannelA Connected: Yes, Interface br1
Cipher used = AES256-GCM-SHA384 (strength:256 bits)
ChannelB Connected: Yes, Interface br1
Registration: Completed.
IPv4 Connection to peer '10.83.57.41' Start Time: Tue Oct 11 21:46:00 2016
PEER INFO:
sw_version 6.2.0
sw_build 2007
Management Interfaces: 1
eth0 (control events) 10.83.57.41,2001:420:2710:2556:1:0:0:41
Peer channel Channel-A is valid type (CONTROL), using 'br1',
connected to '10.83.57.41' via '10.83.57.37'
`;

export const password = 'S3cr3t,pw"x';
/** Of our own making: no sample of the file is known. */
export const devices = `device_name,IP address,admin_username,admin_password
FMCpri,10.48.79.232,admin,"S3cr3t,pw""x"
FTDv,10.48.67.53,admin,${password.replaceAll(/[",]/g, '')}
"BSNS, first",10.48.67.54,admin,Zx9-otherPass
`;

/** A made-up key, as people paste one among other output. */
export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMadeUpKeyXq3T9bZ
1vYc8Rk2LfQw7sHn5aJdPzEoGiC4uNmSt0hRANCAAR6xBvWlFq2jKp8yTnUeIcZs
-----END PRIVATE KEY-----
`;

export interface Reader {
  readonly name: string;
  readonly samples: readonly string[];
  readonly parse: (text: string) => files.Parsed<unknown>;
  /** Null where the text says less than what was read. */
  readonly write: ((value: never) => string) | null;
}

export const readers: readonly Reader[] = [
  {
    name: 'sftunnel.conf',
    samples: [sample('sftunnel.conf')],
    parse: files.parseSftunnelConf,
    write: files.sftunnelConfText,
  },
  { name: 'FAILED_PUSH', samples: [sample('failed-push')], parse: files.parseFailedPush, write: null },
  {
    name: 'generate_certs.pl',
    samples: [sample('generate-certs')],
    parse: files.parseGenerateCerts,
    write: files.generateCertsText,
  },
  {
    name: 'copy_sftunnel_certs.py',
    samples: [sample('copy-certs')],
    parse: files.parseCopyCerts,
    write: files.copyCertsText,
  },
  {
    name: 'certificate dates',
    samples: [sample('certificate-dates'), sample('expiry-script')],
    parse: files.parseCertificateDates,
    write: null,
  },
  {
    name: 'listings',
    samples: [sample('backup-session'), sample('emptied-session'), sample('final-listing'), sample('restart-session')],
    parse: files.parseListing,
    write: null,
  },
  {
    name: 'status',
    samples: [statusUp, statusDown, statusRpc, statusLong],
    parse: files.parseSftunnelStatus,
    write: null,
  },
  { name: 'devices.csv', samples: [devices], parse: files.parseDevicesCsv, write: files.devicesCsvText },
];
