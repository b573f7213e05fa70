/** A whole number with its thousands apart: 48,210. */
export function wholeNumber(n: number): string {
  return n.toLocaleString("en-US");
}

/** A share (0 to 1) as whole percent: 59%. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** An interval of shares: 47–69%. */
export function percentRange(low: number, high: number): string {
  return `${Math.round(low * 100)}–${Math.round(high * 100)}%`;
}

/** A difference of shares in points, signed: +16 points. */
export function points(difference: number): string {
  const rounded = Math.round(difference * 100);
  const sign = rounded > 0 ? "+" : rounded < 0 ? "−" : "±";
  return `${sign}${Math.abs(rounded)} ${Math.abs(rounded) === 1 ? "point" : "points"}`;
}

/** US dollars: $1.84, under a cent $0.0004; null is unknown, and never nothing. */
export function usd(amount: number | null): string {
  if (amount === null) return "—";
  if (amount === 0) return "$0";
  if (Math.abs(amount) >= 0.01) {
    return `$${amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  }
  return `$${amount.toLocaleString("en-US", { maximumSignificantDigits: 2, maximumFractionDigits: 8 })}`;
}

/** "1 job", "2 jobs"; an irregular plural is given. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${wholeNumber(n)} ${n === 1 ? noun : plural}`;
}
