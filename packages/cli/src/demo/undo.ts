/** Steps that take back what was done, run once in reverse order. */
export interface Undo {
  push(title: string, step: () => void | Promise<void>): void;
  /** Runs every step, also after one has failed; returns what failed, one sentence each. */
  run(): Promise<readonly string[]>;
}

/** Makes an empty stack of steps. A step that is pushed after `run` is a bug. */
export function createUndo(): Undo {
  const steps: { title: string; step: () => void | Promise<void> }[] = [];
  let running: Promise<readonly string[]> | undefined;
  return {
    push: (title, step) => {
      if (running !== undefined) throw new Error(`${title} was pushed when undo had begun`);
      steps.push({ title, step });
    },
    run: () => {
      running ??= runAll(steps.reverse());
      return running;
    },
  };
}

async function runAll(
  steps: readonly { title: string; step: () => void | Promise<void> }[],
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { title, step } of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failures;
}
