import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  // No image is optimised: the optimizer is an attack surface without a use here.
  images: { unoptimized: true },
};

export default config;
