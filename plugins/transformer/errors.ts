import { defineErrors } from '../../core/declaring.ts';

/** Everything that can be wrong with a transformer. */
export const errors = defineErrors({
  TRANSFORMER_UNTRAINED: () => 'The transformer has learned nothing yet; train it, or load a model.',
  TRANSFORMER_SETTINGS: (faults: readonly string[]) => `These settings do not make a transformer: ${faults.join('; ')}.`,
  TRANSFORMER_TRAINING: (why: string) => `The transformer cannot be trained so: ${why}.`,
  TRANSFORMER_CHECKPOINT: (why: string) => `The checkpoint is not of this training: ${why}; delete it, and train from the start.`,
  TRANSFORMER_NO_ROWS: () =>
    'No row of the corpus has two tokens, so nothing follows anything; give longer rows, or a tokenizer with a start token.',
  TRANSFORMER_FILE: (path: string, why: string) => `"${path}" cannot be read: ${why}; restore the model's folder, or train again.`,
  TRANSFORMER_OTHER_WEIGHTS: (folder: string, file: string) =>
    `"${folder}" has no model.safetensors, and its "${file}" is not read; convert it in Python: AutoModelForCausalLM.from_pretrained(${JSON.stringify(folder)}${file.endsWith('.gguf') ? `, gguf_file=${JSON.stringify(file)}` : ''}).save_pretrained(${JSON.stringify(folder)}, safe_serialization=True).`,
  TRANSFORMER_TENSORS: (path: string, faults: readonly string[]) =>
    `"${path}" holds another architecture: ${faults.slice(0, 5).join('; ')}${faults.length > 5 ? `; and ${faults.length - 5} more` : ''}.`,
  TRANSFORMER_CONFIG: (path: string, key: string, found: unknown, wanted: string) =>
    `"${path}" has ${JSON.stringify(found) ?? 'nothing'} as "${key}", and ${wanted} is wanted; other models of the family are not read.`,
  TRANSFORMER_KEYS: (path: string, faults: readonly string[]) =>
    `"${path}" asks for what is not done here: ${faults.join('; ')}; take the folder of a model without it.`,
  TRANSFORMER_GENERATION: (path: string, faults: readonly string[]) =>
    `"${path}" asks for what cannot be done: ${faults.join('; ')}; take it out there, or write a pipeline with this folder as its "model", whose own sampler counts.`,
  TRANSFORMER_FAMILY: (path: string, found: unknown, known: readonly string[]) =>
    `"${path}" is of the architecture ${JSON.stringify(found) ?? 'without a name'}, which is not known; known are ${known.join(', ')}.`,
  TRANSFORMER_READ_ONLY: (path: string) =>
    `"${path}" is a graph that is only read; to train or save a model take a folder with model.safetensors.`,
  TRANSFORMER_GRAPH: (path: string, why: string) =>
    `"${path}" is no decoder that reads with a cache: ${why}; export it with past_key_values, as for transformers.js.`,
  TRANSFORMER_NO_TOKENIZER: (folder: string, known: readonly string[]) =>
    `"${folder}" is a model without a tokenizer; put one of ${known.join(', ')} beside its config.json.`,
  TRANSFORMER_VOCABULARY: (path: string, found: number, wanted: number) =>
    `"${path}" has ${found} ids, and the tokenizer ${wanted}; give the tokenizer that it was made with.`,
  TRANSFORMER_IDS: (id: number, vocabulary: number) =>
    `The id ${id} is none of the ${vocabulary} that the transformer knows; tokenize with the model's own tokenizer.`,
  TRANSFORMER_THREAD: (cause: string) => `The thread that reads has ended: ${cause}.`,
  TRANSFORMER_MEMORY: () => 'A memory was attended to that was released, or that another model gave.',
});
