export { copyCertsText, parseCopyCerts } from './copy-certs.ts';
export { devicesCsvText, parseDevicesCsv } from './devices-csv.ts';
export { certificateDatesText, parseCertificateDates } from './expiry.ts';
export { failedPushText, parseFailedPush } from './failed-push.ts';
export { generateCertsText, parseGenerateCerts } from './generate-certs.ts';
export { listingText, parseListing } from './listing.ts';
export { parseSftunnelConf, sftunnelConfText } from './sftunnel-conf.ts';
export { parseSftunnelStatus, sftunnelStatusText } from './sftunnel-status.ts';
export type * from './types.ts';
