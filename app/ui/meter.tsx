/** How much of a whole is used, 0 to 1; the figures stand beside it. */
export function Meter({ share, size = 10 }: { share: number; size?: number }) {
  return (
    <span className="block w-full rounded-bar bg-line" style={{ height: size }} aria-hidden="true">
      <span
        className="block h-full rounded-bar bg-ink-2 forced-colors:border"
        style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }}
      />
    </span>
  );
}
