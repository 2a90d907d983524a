import { describe, expect, test } from 'vitest';
import { blueprintOf } from '../../../plugins/gan/blueprint.ts';
import { settingsOf, tokenizerOf } from './made.ts';

const grey = tokenizerOf({ vocabulary: 257, start: 256, shape: [28, 28] });
const points = tokenizerOf({ vocabulary: 1025, start: 1024, shape: [2] });
const letters = tokenizerOf({ vocabulary: 30, start: 1, stop: 2, unknown: 0 });

describe('the networks of a GAN', () => {
  test.each([
    [grey, 'dcgan', [28, 28, 1], 256],
    [points, 'dense', [2], 1024],
    [letters, 'text', [16], 30],
  ])('network: auto takes what the tokenizer suggests (%#)', (tokenizer, network, shape, levels) => {
    expect(blueprintOf(settingsOf(), tokenizer)).toMatchObject({ network, levels, positions: shape.reduce((a, b) => a * b) });
  });

  test('network: dense on pictures is what is said', () => {
    expect(blueprintOf(settingsOf({ network: 'dense' }), grey)).toMatchObject({ network: 'dense', shape: [784] });
  });

  test('length is that of texts', () => {
    expect(blueprintOf(settingsOf({ length: 9 }), letters)).toMatchObject({ shape: [9], stop: 2 });
  });

  test('condition takes the labels that the tokenizer knows', () => {
    const labelled = { ...grey, given: tokenizerOf({ vocabulary: 10 }) };
    expect(blueprintOf(settingsOf({ condition: 'projection' }), labelled).classes).toBe(10);
    expect(blueprintOf(settingsOf(), labelled).classes).toBe(0);
  });

  test.each([
    ['GAN_SHAPE', { network: 'dense' } as const, letters],
    ['GAN_SHAPE', { network: 'dcgan' } as const, points],
    ['GAN_SHAPE', { depth: 5 }, grey],
    ['GAN_SHAPE', { network: 'text' } as const, tokenizerOf({ vocabulary: 30 })],
    ['GAN_TOO_LARGE', { length: 1024 }, tokenizerOf({ vocabulary: 50000, stop: 0 })],
    ['GAN_NO_CLASSES', { condition: 'projection' } as const, grey],
  ])('%s where settings and tokenizer do not fit (%#)', (code, settings, tokenizer) => {
    expect(() => blueprintOf(settingsOf(settings), tokenizer)).toThrow(expect.objectContaining({ code }));
  });
});
