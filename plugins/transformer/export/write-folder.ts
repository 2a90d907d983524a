import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveOnnx, type Value, writeSafetensors } from '../../toolkit/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import type { Precisions } from '../architecture/inference-graph.ts';
import { families } from '../loading/families.ts';
import { tensorsOfWeights } from '../loading/tensor-names.ts';
import { weightsFor } from '../session/weights.ts';
import { standardGraph } from './standard.ts';

const EXTERNAL = 2 ** 30; // bytes above which weights stand beside the graph
const SUFFIXED = { int8: 'model_quantized', int4: 'model_q4' } as const; // as transformers.js looks for them

/** The id that begins rows, and those that end them. */
export interface Ends {
  readonly start?: number;
  readonly stop: readonly number[];
}

/** Writes config.json, generation_config.json, model.safetensors and onnx/model.onnx, as Hugging Face has them, and the graph at its own precision where that is less than single; answers false where no family has such an architecture. */
export const writeFolder = async (
  folder: string,
  architecture: Architecture,
  weights: ReadonlyMap<string, Value>,
  precisions: Precisions,
  { start, stop }: Ends,
): Promise<boolean> => {
  for (const { configOf, recipesOf } of families) {
    const config = configOf(architecture);
    if (!config) continue;
    const ids = {
      ...(start !== undefined && { bos_token_id: start }),
      ...(stop.length > 0 && { eos_token_id: stop.length > 1 ? stop : stop[0] }),
    };
    await writeJson(join(folder, 'config.json'), { ...config, ...ids, torch_dtype: 'float32' });
    await writeJson(join(folder, 'generation_config.json'), { ...ids, max_length: architecture.context });
    const tensors = [...tensorsOfWeights(weights, recipesOf(architecture))].map(([name, { dims, data }]) => [
      name,
      { dtype: 'float32' as const, dims, data },
    ]);
    await writeFile(join(folder, 'model.safetensors'), writeSafetensors(Object.fromEntries(tensors), { format: 'pt' }));
    await mkdir(join(folder, 'onnx'), { recursive: true });
    const save = async (name: string, each: Precisions): Promise<void> => {
      const held = weightsFor(architecture, each, weights);
      const size = [...held.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
      await saveOnnx(join(folder, 'onnx', `${name}.onnx`), standardGraph(architecture, each), held, { external: size > EXTERNAL });
    };
    await save('model', { layers: 'float32', head: 'float32' });
    if (precisions.layers !== 'float32') await save(SUFFIXED[precisions.layers], precisions);
    return true;
  }
  return false;
};

const writeJson = (path: string, value: object): Promise<void> => writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
