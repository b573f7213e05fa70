import type { NextConfig } from "next";

/** What every reply says to browsers; the policy for pages, which has a nonce, is proxy.ts's. */
const headers = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  // Not no-referrer: browsers would then send our own forms with the Origin null.
  { key: "Referrer-Policy", value: "same-origin" },
];

const config: NextConfig = {
  poweredByHeader: false,
  // Not bundled: their errors keep their names, and the driver is the one that patches/ mends.
  serverExternalPackages: ["postgres", "pino", "ioredis"],
  // No image is optimised: the optimizer is an attack surface without a use here.
  images: { unoptimized: true },
  headers: async () => [
    { source: "/:path*", headers },
    {
      source: "/api/:path*",
      headers: [
        { key: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'" },
      ],
    },
    {
      // Event streams say more than that themselves.
      source: "/api/:path((?!.*/stream$).*)",
      headers: [{ key: "Cache-Control", value: "no-store" }],
    },
    {
      source: "/:path*",
      has: [{ type: "header", key: "x-forwarded-proto", value: "https" }],
      headers: [{ key: "Strict-Transport-Security", value: "max-age=31536000" }],
    },
  ],
};

export default config;
