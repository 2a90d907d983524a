import type { Conflict } from '../../core/declaring.ts';
import type { Settings } from './options.ts';
import { PRESETS } from './options.ts';

const fault = (is: unknown, key: keyof Settings, message: string): readonly Conflict[] => (is ? [{ path: ['with', key], message }] : []);

/** Which of a transformer's settings do not fit together. */
export const conflictsOf = (settings: Settings): readonly Conflict[] => {
  const { device = 'cpu', model, onnx: _, precision, precision_head, ...told } = settings;
  const shape = Object.keys(told).find((key) => key !== 'dropout' && key !== 'threads') as keyof Settings | undefined;
  return [
    ...fault(
      device !== 'cpu' && [precision, precision_head].includes('int8'),
      precision === 'int8' ? 'precision' : 'precision_head',
      `products of int8 run on the CPU, and "device" is ${device}; take int4, or "cpu"`,
    ),
    ...(model === undefined
      ? unshaped(settings)
      : fault(shape, shape ?? 'model', `"${shape}" is told by the config.json of "${model}"; leave it out`)),
  ];
};

const unshaped = (told: Settings): readonly Conflict[] => {
  const { heads = 4, width = 128, kv_heads: kvHeads = heads, head_width: headWidth = width / heads, experts } = told;
  const { positions } = { ...PRESETS[told.preset ?? 'gpt2'], ...told };
  const turns = positions === 'rotary';
  return [
    ...fault(
      !Number.isInteger(headWidth),
      told.heads === undefined ? 'width' : 'heads',
      `a width of ${width} does not divide into ${heads} heads; say "head_width", or another "heads"`,
    ),
    ...fault(heads % kvHeads !== 0, 'kv_heads', `${heads} heads do not share ${kvHeads} heads of keys; "kv_heads" must divide "heads"`),
    ...fault(
      turns && headWidth % 2 === 1,
      told.head_width !== undefined ? 'head_width' : told.heads !== undefined ? 'heads' : 'width',
      `rotary positions turn pairs, and a head is ${headWidth} wide; choose an even "head_width"`,
    ),
    ...fault(told.rope_scaling && !turns, 'rope_scaling', `"rope_scaling" is of rotary positions, and these are ${positions}`),
    ...fault(told.rope_theta && !turns, 'rope_theta', `"rope_theta" is of rotary positions, and these are ${positions}`),
    ...fault(told.onnx !== undefined, 'onnx', '"onnx" chooses a graph of the folder that "model" names, and none is named'),
    ...fault(experts && experts.active > experts.count, 'experts', `${experts?.active} of ${experts?.count} experts cannot be active`),
  ];
};
