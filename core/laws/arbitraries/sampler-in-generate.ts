import { Generate } from '../../definition/generate-options.ts';
import { samplerSettings } from '../../definition/sampler-settings.ts';
import type { Offer } from '../../plugin/registry.ts';

type Json = Readonly<Record<string, unknown>>;

/** What `generate` says of the chosen sampler, and of no other. */
export const settingsIn = ({ definition }: Offer, generate: unknown): Json =>
  samplerSettings(generate as object | undefined, definition.options);

/** `generate` without settings of other samplers. */
export const ofSampler = (sample: Offer, generate: unknown): Json => ({
  ...Object.fromEntries(Object.entries(generate as Json).filter(([key]) => Object.hasOwn(Generate.properties, key))),
  ...settingsIn(sample, generate),
});
