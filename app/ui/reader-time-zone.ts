import { cookies } from "next/headers";
import { isTimeZone } from "@/lib/format/times";

/** The reader's time zone, as the page's script noted it in the cookie `tz`; UTC until it did. */
export async function readerTimeZone(): Promise<string> {
  const value = (await cookies()).get("tz")?.value;
  const name = value === undefined ? "" : decodeURIComponent(value);
  return isTimeZone(name) && name !== "" ? name : "UTC";
}
