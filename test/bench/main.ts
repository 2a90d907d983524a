import { readdir } from 'node:fs/promises';

const wanted = process.argv.slice(2);
const here = new URL('.', import.meta.url);
const subjects = (await readdir(here)).filter((file) => file.endsWith('.ts') && file !== 'main.ts').map((file) => file.slice(0, -3));
for (const subject of subjects.filter((name) => wanted.length === 0 || wanted.includes(name))) {
  const { bench } = (await import(new URL(`${subject}.ts`, here).href)) as { bench?: () => Promise<Record<string, string>> };
  if (!bench) continue; // what benches share
  console.log(`\n${subject}`);
  for (const [what, figure] of Object.entries(await bench())) console.log(`  ${what.padEnd(48)} ${figure}`);
}
