/**
 * Where to go after signing in: a path of our own, else `/`. Browsers read `//host` and `/\host` as
 * another site, and drop tabs and line ends before they look.
 */
export function localPath(next: unknown): string {
  const isLocal =
    typeof next === "string" && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) && next.length <= 2_000;
  return isLocal ? next : "/";
}
