import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  // Not bundled: their errors keep their names, and the driver is the one that patches/ mends.
  serverExternalPackages: ["postgres", "pino", "ioredis"],
  // No image is optimised: the optimizer is an attack surface without a use here.
  images: { unoptimized: true },
};

export default config;
