import { expect, it } from 'vitest';
import plugin from '../../../plugins/sampling/index.ts';
import { filled, optionsOf, takes } from '../../settings.ts';

it('fills in what a pipeline leaves open, and takes no other settings', () => {
  const sampling = optionsOf(plugin, 'sampling');
  const plain = { temperature: 1, top_k: 0, top_p: 1, min_p: 0, repetition_penalty: 1 };
  expect(filled(sampling!, {})).toEqual(plain);
  expect(takes(sampling!, { ...plain, temperature: 0.1, top_k: 50, top_p: 0.9, min_p: 0.1, repetition_penalty: 1.2 })).toBe(true);
  for (const bad of [
    { temperature: 0 },
    { top_k: -1 },
    { top_k: 1.5 },
    { top_p: 0 },
    { top_p: 1.1 },
    { min_p: 1.1 },
    { repetition_penalty: 0 },
    { other: 1 },
  ])
    expect(takes(sampling!, { ...plain, ...bad })).toBe(false);
});
