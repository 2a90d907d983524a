import type { Node } from '../graph/node.ts';
import { relu } from '../ops/activation.ts';
import { reshape } from '../ops/shape.ts';
import { type ConvStack, convEncoder, featureShape } from './conv-stack.ts';
import { linear } from './linear.ts';
import type { Phase } from './norm.ts';

/** How a classifier of pictures is made. */
export interface ClassifierSettings {
  readonly stack: ConvStack;
  readonly classes: number;
  /** How many features stand before the logits. */
  readonly features?: number;
}

/** What a classifier says of pictures: features [batch, features], as distances between distributions are taken on, and logits [batch, classes]. */
export interface Classified {
  readonly features: Node;
  readonly logits: Node;
}

/** A convolutional stack, a layer of features and one of logits: `name.conv`, `name.features`, `name.logits`. */
export const classifier = (
  name: string,
  { stack, classes, features = 64 }: ClassifierSettings,
): ((pictures: Node, phase?: Phase) => Classified) => {
  const encode = convEncoder(`${name}.conv`, stack);
  const size = featureShape(stack).reduce((product, dim) => product * dim, 1);
  const [toFeatures, toLogits] = [linear(`${name}.features`, size, features), linear(`${name}.logits`, features, classes)];
  return (pictures, phase) => {
    const bent = relu(toFeatures(reshape(encode(pictures, phase), [pictures.shape[0]!, size])));
    return { features: bent, logits: toLogits(bent) };
  };
};
