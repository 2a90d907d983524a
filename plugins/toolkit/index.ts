export { checkGradients } from './autodiff/check.ts';
export { gradients } from './autodiff/gradients.ts';
export type { DType, Value, Values } from './graph/dtype.ts';
export type { Emitter } from './graph/emitter.ts';
export { constant, type Initial, input, nameOf, noise, parameter, variable } from './graph/leaves.ts';
export { apply, apply1, type Call, type Node, named, type Op } from './graph/node.ts';
export type { Shape } from './graph/shape.ts';
export * from './nn/attention.ts';
export * from './nn/classifier.ts';
export * from './nn/conv.ts';
export * from './nn/conv-stack.ts';
export * from './nn/embedding.ts';
export * from './nn/feed-forward.ts';
export * from './nn/initial.ts';
export * from './nn/linear.ts';
export * from './nn/norm.ts';
export * from './nn/positions.ts';
export * from './nn/spectral.ts';
export { programOf } from './onnx/compile.ts';
export type { Device, EngineOptions } from './onnx/device.ts';
export { Engine } from './onnx/engine.ts';
export { type Feed, feedsOf } from './onnx/feed.ts';
export { loadOnnx, loadWeights, saveOnnx, writeOnnx } from './onnx/file.ts';
export { Host } from './onnx/host.ts';
export { Network, type NetworkOptions } from './onnx/network.ts';
export type { Fed, Program } from './onnx/program.ts';
export { type Initialiser, type ReadModel, readModel, valuesOf as initialiserOf } from './onnx/read.ts';
export { openSession, type SessionOptions } from './onnx/session.ts';
export * from './ops/activation.ts';
export * from './ops/arithmetic.ts';
export * from './ops/compare.ts';
export * from './ops/conv.ts';
export { binary as defineBinary, unary as defineUnary } from './ops/define.ts';
export * from './ops/dropout.ts';
export * from './ops/flow.ts';
export * from './ops/gather.ts';
export * from './ops/linear.ts';
export * from './ops/loss.ts';
export * from './ops/norm.ts';
export * from './ops/pool.ts';
export * from './ops/reduce.ts';
export * from './ops/shape.ts';
export * from './ops/softmax.ts';
export * from './optim/adam.ts';
export { type Clipping, heldWithin } from './optim/clip.ts';
export * from './optim/lion.ts';
export type { Optimizer, Update } from './optim/optimizer.ts';
export * from './optim/schedule.ts';
export * from './optim/sgd.ts';
export * from './train/classifier.ts';
export { parametersOf } from './train/compile.ts';
export type { Plan } from './train/plan.ts';
export * from './train/training.ts';
export { toFloat32 } from './weights/half.ts';
export { ofFile } from './weights/of-file.ts';
export {
  headerEnd,
  type ListedWeight,
  listSafetensors,
  readSafetensors,
  safetensorsParts,
  type Weight,
  writeSafetensors,
} from './weights/safetensors.ts';
