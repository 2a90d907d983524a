import { type Command, Option } from 'commander';
import { diagram, putFile } from '../../index.ts';
import { dot } from './drawing/dot.ts';
import { mermaid } from './drawing/mermaid.ts';
import { svg } from './drawing/svg.ts';
import { print } from './outlet.ts';
import { type OpenFlags, openingFrom, pipelineCommand, sourceOf } from './settings.ts';

const FORMS = { svg, mermaid, dot };

/** `draw`: a pipeline as boxes and arrows, with what flows on the arrows; made here, and sent nowhere. */
export const draw = (): Command =>
  pipelineCommand('draw', 'Draw a pipeline, with what flows between its stages.')
    .addOption(new Option('--as <form>', 'the form of the drawing').choices(Object.keys(FORMS)).default('svg'))
    .option('--out <file>', 'write it to a file instead of printing it')
    .addHelpText(
      'after',
      `
Examples:
  $ stagewright draw pipelines/ngram-text.json --out pipeline.svg
  $ stagewright draw pipelines/ngram-text.json --as mermaid`,
    )
    .action(async (source: string | undefined, { as, out, ...flags }: OpenFlags & { as: keyof typeof FORMS; out?: string }) => {
      const drawn = FORMS[as](await diagram(sourceOf(source), openingFrom(flags)));
      if (out === undefined) return print(drawn);
      await putFile(out, [drawn]);
      return print(`${out}\n`);
    });
