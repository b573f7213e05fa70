import { expect, test } from "vitest";
import { ApiError } from "@/lib/errors";
import { errorReply } from "@/lib/http/error-reply";

test("a limit of use says when to come back, in the header too", async () => {
  const reply = errorReply(new ApiError("RateLimitedError", "Too many", { retryAfterSeconds: 12 }));
  expect(reply.status).toBe(429);
  expect(reply.headers.get("retry-after")).toBe("12");
  expect(await reply.json()).toEqual({
    success: false,
    error: "RateLimitedError",
    message: "Too many",
    retryAfterSeconds: 12,
  });
});

test("any other error says nothing of the kind", () => {
  expect(errorReply(new ApiError("ConflictError", "No")).headers.get("retry-after")).toBeNull();
});
