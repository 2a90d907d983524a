import type { Batch, Tokens } from '../../data/tokens.ts';
import type { Stages } from '../../decode-loop/model.ts';
import type { Model } from '../../stages/model.ts';
import type { StepContext } from '../../stages/step-context.ts';

/** A row's memory, filled in when the reading that opened it is done. */
interface Box {
  memory?: unknown;
}

interface Hidden {
  readonly fresh: Batch<Tokens>;
  readonly before: Batch<unknown>;
  readonly after: Batch<Box>;
}

/** A model, such as a pipeline lends, as three stages: all the work is done in decode. */
export const stagesOf = (model: Model): Stages => {
  const uses = new Map<unknown, number>(); // a row that read nothing may have the memory it had
  const put = (box: Box, memory: unknown): void => {
    if (memory === undefined) return;
    box.memory = memory;
    uses.set(memory, (uses.get(memory) ?? 0) + 1);
  };
  const fill = ({ after }: Hidden, memory: Batch<unknown>): void => after.forEach((box, i) => void put(box, memory[i]));
  return {
    encoder: {
      ...(model.context !== undefined && { context: model.context }),
      ...(model.start !== undefined && { start: model.start }),
      ...(model.stop && { stop: model.stop }),
      encode: (fresh) => fresh,
    },
    attention: {
      attend(fresh, boxes) {
        const after = boxes.map((): Box => ({}));
        const hidden: Hidden = { fresh: fresh as Batch<Tokens>, before: boxes.map((box) => (box as Box | undefined)?.memory), after };
        return { hidden, memory: after };
      },
      ...(model.rewind && {
        rewind(box: unknown, tokens: number) {
          const rewound: Box = {};
          put(rewound, model.rewind!((box as Box).memory, tokens));
          return rewound;
        },
      }),
      ...(model.release && {
        release(box: unknown) {
          const { memory } = box as Box;
          if (memory === undefined) return;
          const left = uses.get(memory)! - 1;
          if (left > 0) uses.set(memory, left);
          else {
            uses.delete(memory);
            model.release!(memory);
          }
        },
      }),
    },
    decoder: {
      async decode(hidden, positions, run) {
        const { fresh, before } = hidden as Hidden;
        const { prediction, memory } = await model.forward({ ...run, inputIds: fresh, memory: before, positions });
        fill(hidden as Hidden, memory);
        return prediction;
      },
      ...(model.price && {
        async price(hidden: unknown, targets: Batch<Tokens>, run: StepContext) {
          const { fresh, before } = hidden as Hidden;
          const { nats, memory } = await model.price!({ ...run, inputIds: fresh, memory: before, targets });
          fill(hidden as Hidden, memory);
          return nats;
        },
      }),
    },
  };
};
