import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pictures as gan } from './gan.ts';
import { pictures as vae } from './vae.ts';

const KNOWN = { vae, gan } as const;

/** Pictures of what autoencoders and GANs make of the digits that ship. Usage: npm run pictures [vae | gan] [folder] */
const [first, second] = process.argv.slice(2);
const one = first !== undefined && Object.hasOwn(KNOWN, first) ? (first as keyof typeof KNOWN) : undefined;
const out = resolve((one ? second : first) ?? 'pictures');
await mkdir(out, { recursive: true });
for (const name of one ? [one] : (['vae', 'gan'] as const)) await KNOWN[name](out, (path) => console.log(path));
