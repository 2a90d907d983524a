import { familyOf } from './families.ts';
import { foreignOf } from './foreign.ts';
import { checkWeights } from './load.ts';

/** Throws what is wrong with a folder as Hugging Face has it: its config.json, and the names and shapes of its tensors; no weight is read. */
export const surveyFolder = async (folder: string, onnx: string | undefined): Promise<void> => {
  if (!foreignOf(folder, onnx)) await checkWeights({ folder }, familyOf(folder).architecture);
};
