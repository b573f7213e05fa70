/** Not a module variable: Next bundles this module with each route and with instrumentation. */
const shared = globalThis as typeof globalThis & { canvassStopping?: boolean };

/** Called when this process was asked to end: its dispatch loops take nothing more, its watchers end. */
export function beginStopping(): void {
  shared.canvassStopping = true;
}

/** True once this process was asked to end. */
export function isStopping(): boolean {
  return shared.canvassStopping === true;
}
