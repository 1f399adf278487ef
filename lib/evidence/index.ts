/** @module The one shape that live attempts, captures and logs all end in. */

export * from './attempt.ts';
export * from './capture-report.ts';
export * from './captureEvent.ts';
export * from './certificate.ts';
export * from './certificate-files.ts';
export * from './checklist.ts';
export * from './conversation.ts';
export * from './document.ts';
export * from './finding.ts';
export * from './handshake.ts';
export * from './log.ts';
export * from './own-connection.ts';
export * from './packet-size.ts';
export * from './paths.ts';
export * from './sftunnel.ts';
export * from './values.ts';
export * from './wire-view.ts';
