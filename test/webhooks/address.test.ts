import { describe, expect, test } from "vitest";
import { ApiError } from "@/lib/errors";
import { acceptedUrl, isWithin } from "@/lib/webhooks/address";

const STRICT = { WEBHOOKS_ALLOW_LOOPBACK_HTTP: false };
const FOR_TESTS = { WEBHOOKS_ALLOW_LOOPBACK_HTTP: true };

const accepts = (url: string, addresses = STRICT) => {
  try {
    acceptedUrl(url, addresses);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.error === "ValidationError") return false;
    throw error;
  }
};

test.each([
  "8.8.8.8",
  "172.15.255.255",
  "172.32.0.1",
  "100.63.255.255",
  "192.169.0.1",
  "2606:4700::1111",
  "2a00:1450:4001::5",
])("%s is an address on the internet", (address) => {
  expect(isWithin("public", address)).toBe(true);
  expect(isWithin("loopback", address)).toBe(false);
});

test.each([
  ["this network", "0.0.0.0", "0.1.2.3"],
  ["private", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  ["loopback", "127.0.0.1", "127.255.255.254", "::1"],
  ["link-local, where clouds keep credentials", "169.254.169.254", "169.254.170.2", "fe80::1"],
  ["carrier-grade NAT", "100.64.0.1", "100.127.255.255"],
  ["protocol assignments and documentation", "192.0.0.8", "192.0.2.1", "198.51.100.1"],
  ["benchmarking", "198.18.0.1", "198.19.255.255", "2001:2::1"],
  ["multicast and broadcast", "224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1"],
  ["reserved", "240.0.0.1"],
  ["unspecified", "::"],
  ["unique local, where clouds keep credentials too", "fc00::1", "fd00:ec2::254"],
  ["site-local", "fec0::1"],
  ["IPv4-mapped", "::ffff:10.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8"],
  ["IPv4-compatible", "::127.0.0.1", "::7f00:1", "::a9fe:a9fe"],
  ["NAT64", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1"],
  ["6to4", "2002:7f00:1::1", "2002:a00:1::"],
  ["Teredo", "2001:0:7f00:1::1"],
  ["documentation", "2001:db8::1", "3fff::1"],
  ["discard", "100::1"],
  ["not an address", "", "localhost", "127.0.0.1.example.com"],
])("%s is not on the internet", (_, ...addresses) => {
  for (const address of addresses)
    expect([address, isWithin("public", address)]).toEqual([address, false]);
});

test("only 127.0.0.0/8 and ::1 are this machine", () => {
  const there = ["127.0.0.1", "127.8.8.8", "::1"];
  const elsewhere = ["0.0.0.0", "10.0.0.1", "169.254.169.254", "8.8.8.8", "::", "::ffff:127.0.0.1"];
  for (const address of there) expect(isWithin("loopback", address)).toBe(true);
  for (const address of elsewhere) expect(isWithin("loopback", address)).toBe(false);
});

describe("a webhook's url", () => {
  test.each([
    "https://hooks.example.com/services/T0/B0/token?x=1",
    "https://hooks.example.com:8443/",
    "https://8.8.8.8/",
    "https://[2606:4700::1111]/",
    "https://bücher.example/",
  ])("%s is taken", (url) => {
    expect(accepts(url)).toBe(true);
    expect(accepts(url, FOR_TESTS)).toBe(true);
  });

  test.each([
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "hooks.example.com",
    "//hooks.example.com",
    "https://",
    "",
    "https://user@hooks.example.com/",
    "https://user:password@hooks.example.com/",
    "https://:password@hooks.example.com/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://app.localhost/",
    "https://127.0.0.1/",
    "https://127.0.0.1./",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://%31%32%37.0.0.1/",
    "https://127。0。0。1/",
    "https://①②⑦.0.0.1/",
    "https://0/",
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/",
    "https://10.0.0.1/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[fd00:ec2::254]/",
  ])("%s is refused, with the setting for tests too", (url) => {
    expect(accepts(url)).toBe(false);
    expect(accepts(url, FOR_TESTS)).toBe(false);
  });

  test.each([
    "http://127.0.0.1:3000/",
    "http://localhost:3000/",
    "http://[::1]:3000/",
    "http://127.1/",
  ])("%s is taken with the setting for tests alone", (url) => {
    expect(accepts(url)).toBe(false);
    expect(accepts(url, FOR_TESTS)).toBe(true);
  });

  test.each([
    "http://10.0.0.1/",
    "http://169.254.169.254/",
    "http://0.0.0.0/",
    "http://localhost.example.com/",
  ])("%s is refused with that setting too: only this machine is spoken to in plain http", (url) =>
    expect(accepts(url, FOR_TESTS)).toBe(false),
  );

  test("is stored as it is called", () => {
    expect(acceptedUrl(" https://HOOKS.example.com/a b ", STRICT)).toBe(
      "https://hooks.example.com/a%20b",
    );
  });
});
