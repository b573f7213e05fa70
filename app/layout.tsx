import type { Metadata } from "next";
import { connection } from "next/server";
import type { ReactNode } from "react";

export const metadata: Metadata = {
  title: "Canvass",
  description: "What AI models answer, how sure that is, and what it costs.",
};

export default async function Layout({ children }: { children: ReactNode }) {
  // Rendered for each call, not at build time: its scripts bear the call's nonce (proxy.ts).
  await connection();
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
