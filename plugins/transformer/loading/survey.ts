import type { Surroundings } from '../../../core/declaring.ts';
import { loadOnnx } from '../../toolkit/index.ts';
import { errors } from '../errors.ts';
import type { Settings } from '../options.ts';
import { portsOf } from '../session/ports.ts';
import { endsOf } from './ends.ts';
import { familyOf, warnOf } from './families.ts';
import { type Foreign, foreignOf } from './foreign.ts';
import { checkWeights } from './load.ts';

/** Throws what is wrong with a folder as Hugging Face has it: its config.json, the names and shapes of its tensors or the inputs of its graph, and too few ids for the tokenizer; says what of it is not obeyed, as loading does. No weight is read. */
export const surveyFolder = async (
  folder: string,
  { onnx, precision, precision_head }: Settings,
  around?: Pick<Surroundings, 'vocabulary'>,
): Promise<void> => {
  const foreign = foreignOf(folder, onnx);
  if (foreign && (precision ?? precision_head) !== undefined) throw ownPrecision(foreign);
  const loaded = foreign ? undefined : familyOf(folder);
  if (loaded) warnOf(folder, loaded.family);
  const known = foreign ?? loaded!.architecture;
  const wanted = await around?.vocabulary();
  if (wanted !== undefined) checkVocabulary(folder, known.vocabulary, wanted);
  endsOf(folder, known.vocabulary);
  if (foreign) await checkGraph(foreign);
  else await checkWeights({ folder }, loaded!.architecture);
};

/** Throws TRANSFORMER_VOCABULARY where the tokenizer has ids that a folder's model has not. */
export const checkVocabulary = (folder: string, found: number, wanted: number): void => {
  if (wanted > found) throw errors.TRANSFORMER_VOCABULARY(folder, found, wanted);
};

/** A graph is read as precisely as it was exported. */
export const ownPrecision = ({ onnx }: Foreign): Error =>
  errors.TRANSFORMER_SETTINGS([`"${onnx}" has its own precision; choose another file by "onnx", and leave "precision" out`]);

/** Throws TRANSFORMER_GRAPH where it cannot be fed, as opening it would. */
const checkGraph = async ({ onnx }: Foreign): Promise<void> => {
  const { inputs, outputs } = await loadOnnx(onnx);
  portsOf(onnx, {
    inputMetadata: inputs.map(({ name, dtype, shape }) => ({ name, isTensor: true, type: dtype ?? 'an unknown one', shape })),
    outputNames: outputs.map(({ name }) => name),
  });
};
