import { expect, test } from 'vitest';
import { type Change, checked, generated } from './said-of.ts';

/** Both must warn of the same and find no fault. */
const warned = async (change: Change): Promise<readonly string[]> => {
  const said = await checked(change);
  expect(said.faults).toEqual([]);
  expect(await generated(change)).toEqual(said);
  return said.warnings;
};

/** Check must find one fault, and generating throw its words. */
const refused = async (change: Change): Promise<string> => {
  const { faults } = await checked(change);
  expect(faults).toHaveLength(1);
  expect((await generated(change)).faults).toEqual([expect.stringContaining(faults[0]!)]);
  return faults[0]!;
};

test('nothing is said of a sound folder', async () => {
  expect(await warned({})).toEqual([]);
});

test('check warns of what nobody knows in config.json, as generating does', async () => {
  expect(await warned({ config: { my_new_thing: 3 } })).toEqual([
    '"FOLDER/config.json" has what is not known here and changes nothing: my_new_thing.',
  ]);
  expect(await warned({ config: { rope_scaling: { rope_type: 'default', factor: 2 } } })).toEqual([
    '"FOLDER/config.json" has what its rope_type does not take: rope_scaling.factor.',
  ]);
});

test('a folder in place of weights is told by its name', async () => {
  expect(await refused({ weights: false, files: { 'model.safetensors': undefined } })).toContain(
    '"FOLDER/model.safetensors" cannot be read: it is a folder',
  );
  expect(await refused({ weights: false, files: { 'onnx/model.onnx': undefined } })).toContain(
    '"FOLDER/onnx/model.onnx" cannot be read: it is a folder',
  );
});
