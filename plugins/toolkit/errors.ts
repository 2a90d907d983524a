import { defineErrors } from '../../core/errors.ts';

const at = (line: string | undefined): string => (line === undefined ? '' : ` (at ${line})`);
const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** Everything that can be wrong with a graph, a file or a device. */
export const errors = defineErrors({
  TOOLKIT_SHAPE: (op: string, why: string, inputs: readonly string[], line?: string) =>
    `${op} was given ${inputs.join(' and ') || 'nothing'}${at(line)}: ${why}.`,
  TOOLKIT_CONSTANT: (count: number, shape: readonly number[], line?: string) =>
    `a constant of shape [${shape.join(', ')}] was given ${count} numbers${at(line)}; give as many as the shape holds.`,
  TOOLKIT_DUPLICATE: (name: string, what: readonly string[]) =>
    `"${name}" names ${what.join(' and ')} in one graph; give each its own name, or use the same one twice.`,
  TOOLKIT_NAMED: (what: string, shape: readonly (number | string)[], line?: string) =>
    `${what} needs every length in numbers, and was given [${shape.join(', ')}]${at(line)}; build the graph with fixed shapes.`,
  TOOLKIT_INTEGER: (role: string, dtype: string, line?: string) =>
    `${role} is of type ${dtype}${at(line)}, and only floating point numbers have a derivative; cast it, or leave it out.`,
  TOOLKIT_INTEGER_PATH: (dtype: string, from: string, line?: string) =>
    `the loss depends on ${from} through numbers of type ${dtype}${at(line)}, which have no derivative; put stopGradient there, or straightThrough.`,
  TOOLKIT_LOSS_SHAPE: (type: string, line?: string) =>
    `the loss is ${type}${at(line)}, and a derivative is of a scalar; take its mean or its sum.`,
  TOOLKIT_UNREACHED: (names: readonly string[], line?: string) =>
    `the loss does not depend on ${list(names)}${at(line)}; use ${names.length === 1 ? 'it' : 'them'} in the graph, or leave ${names.length === 1 ? 'it' : 'them'} out.`,
  TOOLKIT_NO_DERIVATIVE: (op: string, from: string, line?: string) =>
    `no derivative is defined for ${op}; it stands between ${from} and the loss${at(line)}. Put stopGradient or straightThrough around it.`,
  TOOLKIT_NO_RUNTIME: (cause: string) =>
    `neural backends run on onnxruntime-node, an optional dependency that is not installed here (${cause}); run: npm install onnxruntime-node@1.30.0 --onnxruntime-node-install=skip`,
  TOOLKIT_NO_DEVICE: (device: string, cause: string) =>
    `the device "${device}" was asked for and is not there (${cause}); choose "cpu", or "auto" to take what there is.`,
  TOOLKIT_MODEL: (cause: string) => `onnxruntime refuses the model: ${cause}`,
  TOOLKIT_FEED: (name: string, why: string) => `the input "${name}" ${why}.`,
  TOOLKIT_CLOSED: () => 'what was asked to compute is closed; open another.',
  TOOLKIT_THREAD: (cause: string) => `the thread that computes ended: ${cause}`,
  TOOLKIT_ONNX: (why: string) => `this is no sound .onnx file: ${why}; fetch or write it again.`,
  TOOLKIT_SAFETENSORS: (why: string) => `this is no sound .safetensors file: ${why}; fetch or write it again.`,
  TOOLKIT_POINTER: (path: string) =>
    `"${path}" is a pointer of Git LFS, which stands for a file that was not fetched; run \`git lfs pull\` in its folder.`,
  TOOLKIT_STATE: (faults: readonly string[]) => `these weights are of another architecture: ${faults.join('; ')}.`,
  TOOLKIT_PLAN: (plan: string, why: string) => `the plan "${plan}" cannot be trained: ${why}.`,
  TOOLKIT_LABELS: (why: string) => `a classifier learns from pictures with a label each: ${why}.`,
  TOOLKIT_DIVERGED: (step: number, what: string, feeds: string) =>
    `training diverged at step ${step}: ${what}, on the batch ${feeds}. The weights of step ${step - 1} stand; lower the learning rate, clip the gradient, or warm up longer.`,
});
