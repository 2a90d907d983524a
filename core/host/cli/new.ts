import { Command } from 'commander';
import { newPipeline } from './new-pipeline.ts';
import { newPlugin } from './new-plugin.ts';

/** `new`: a pipeline or a plugin to begin with. */
export const create = (): Command =>
  new Command('new').description('Begin a pipeline, or a plugin of your own.').addCommand(newPipeline()).addCommand(newPlugin());
