/** @module FTD and FMC knowledge as data and pure functions. */

export * from './files/index.ts';
export * from './plan/index.ts';
