/**
 * Runs `stop` once on Ctrl-C, TERM or a closed terminal, then ends this process with `code`: 0, as
 * being asked to stop is no failure of what has no end of its own. A second Ctrl-C doesn't cut the stopping short; the guard would
 * finish it in any case.
 */
export function onStopSignal(stop: () => Promise<void>, code = 0): void {
  let stopping = false;
  const handle = () => {
    if (stopping) return;
    stopping = true;
    console.log("\nStopping …");
    stop().then(
      () => process.exit(code),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, handle);
}

/** Runs a script's main function; what it throws is told as one sentence, with exit code 1. */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
