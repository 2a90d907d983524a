import { readdir } from 'node:fs/promises';

/** Prints a figure as it comes. */
export type Say = (what: string, figure: string) => void;

const wanted = process.argv.slice(2);
const here = new URL('.', import.meta.url);
const subjects = (await readdir(here)).filter((file) => file.endsWith('.ts') && file !== 'main.ts').map((file) => file.slice(0, -3));
const say: Say = (what, figure) => console.log(`  ${what.padEnd(48)} ${figure}`);
for (const subject of subjects.filter((name) => wanted.length === 0 || wanted.includes(name))) {
  const { bench } = (await import(new URL(`${subject}.ts`, here).href)) as {
    bench?: (say: Say) => Promise<Record<string, string> | undefined>;
  };
  if (!bench) continue; // what benches share
  console.log(`\n${subject}`);
  for (const [what, figure] of Object.entries((await bench(say)) ?? {})) say(what, figure);
}
