/** Beside every simulated model's name, wherever it stands. */
export function SimulatedTag() {
  return (
    <span className="rounded-tag border px-1.5 py-0.5 text-caption text-ink-2 whitespace-nowrap">
      Simulated
    </span>
  );
}

/** Over what was made of simulated answers. */
export function SimulatedNote() {
  return (
    <p className="text-caption text-ink-2">
      These answers are made up by built-in models. No provider was called.
    </p>
  );
}
