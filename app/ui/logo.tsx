/** The whisker is the sign: no share without its interval. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold text-body">
      <svg viewBox="0 0 20 12" className="h-3 w-5" aria-hidden="true">
        <path d="M1.5 2.5v7M18.5 2.5v7M1.5 6h17" stroke="currentColor" strokeWidth="1.5" />
        <circle cx="10" cy="6" r="3" fill="currentColor" />
      </svg>
      Canvass
    </span>
  );
}
