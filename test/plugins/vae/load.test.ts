import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { VaeModel } from '../../../plugins/vae/model.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { learned, rowsOf } from './learned.ts';
import { settingsOf, tokenizerOf } from './made.ts';

const tokenizer = tokenizerOf({ levels: 2, shape: [2, 3] });
const settings = {
  latent: 2,
  threads: 1,
  network: { use: 'dense', with: { layers: [4] } },
  family: { use: 'autoencoder', with: { prior: 'gaussian' } },
};
const rows = rowsOf(24, 6, 2);

describe('a saved model', async () => {
  const { model } = await learned(settings, { epochs: 4, batch: 8 }, tokenizer, rows);
  afterAll(() => model[Symbol.asyncDispose]());

  /** The model in a folder of its own, with one of its files changed. */
  const saved = async (file?: string, change: (text: string) => string = (text) => text): Promise<string> => {
    const folder = await workplace();
    await model.save(folder);
    if (file) await writeFile(join(folder, file), change(await readFile(join(folder, file), 'latin1')), 'latin1');
    return folder;
  };
  const loaded = async (folder: string, other: object = {}): Promise<VaeModel> => {
    const fresh = new VaeModel(settingsOf({ ...settings, ...other }), tokenizer);
    onTestFinished(() => fresh[Symbol.asyncDispose]());
    await fresh.load(folder);
    return fresh;
  };

  it('encodes and decodes as before', async () => {
    const again = await loaded(await saved());
    expect(await again.encode(rows)).toEqual(await model.encode(rows));
    const z = Float32Array.of(0.5, -1, 2, 0);
    expect(await again.decode(z, new Float32Array(0))).toEqual(await model.decode(z, new Float32Array(0)));
    expect(again.aggregate).toEqual(model.aggregate);
  });

  it.each<[string, string, (text: string) => string, string]>([
    ['no JSON', 'vae.json', (text) => text.slice(0, 40), 'VAE_FILE'],
    ['no object', 'vae.json', () => '7', 'VAE_MISMATCH'],
    ['another latent', 'vae.json', (text) => text.replace('"latent": 2', '"latent": 3'), 'VAE_MISMATCH'],
    ['a mean too few', 'vae.json', (text) => text.replace(/"mean": \[[^,]*,/, '"mean": ['), 'VAE_FILE'],
    ['no factor', 'vae.json', (text) => text.replace('"factor"', '"fact"'), 'VAE_FILE'],
    ['half a network', join('onnx', 'decoder.onnx'), (text) => text.slice(0, text.length >> 1), 'TOOLKIT_ONNX'],
  ])('is refused with %s', async (_, file, change, code) => {
    await expect(saved(file, change).then((folder) => loaded(folder))).rejects.toMatchObject({ code });
  });

  it('is refused under other settings, and is asked in vain before it is loaded', async () => {
    await expect(loaded(await saved(), { latent: 3 })).rejects.toMatchObject({ code: 'VAE_MISMATCH' });
    await expect(new VaeModel(settingsOf(settings), tokenizer).encode(rows)).rejects.toMatchObject({ code: 'VAE_UNTRAINED' });
  });
});
