import { errors } from '../errors.ts';

const gone =
  (name: string) =>
  (..._: readonly unknown[]): never => {
    throw errors.OF_CONTRACT_1(name);
  };

/** Of contract 1: throws, saying what to write instead. */
export const provide = gone('provide');

/** Of contract 1: throws, saying what to write instead. */
export const options = gone('options');

/** Of contract 1: throws, saying what to write instead. */
export const service = gone('service');
