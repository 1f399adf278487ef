/** A recording of a run's connections in a file. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { openSniffer, Recording } from './net/index.ts';
import { toolVersion } from './version.ts';

export interface RecordingFile {
  readonly recording: Recording;
  /** Writes what is left. @throws what writing threw, e.g. where the disk is full */
  close(): void;
}

/** Begins a pcapng file anew. @throws the system's error where that is not possible */
export function openRecording(file: string): RecordingFile {
  const descriptor = openSync(file, 'w');
  const recording = new Recording({
    application: `helloprobe ${toolVersion}`,
    sniff: openSniffer,
    write: (bytes) => {
      for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from);
    },
  });
  return {
    recording,
    close: () => {
      try {
        recording.close();
      } finally {
        closeSync(descriptor);
      }
    },
  };
}
