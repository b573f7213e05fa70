import { ApiError } from "@/lib/errors";
import { errorReply } from "@/lib/http/error-reply";

/** Every address under /api that no other route has: JSON, not a page. */
async function unknownAddress(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  return errorReply(new ApiError("NotFoundError", `There is nothing at ${pathname.slice(0, 200)}`));
}

export {
  unknownAddress as DELETE,
  unknownAddress as GET,
  unknownAddress as HEAD,
  unknownAddress as OPTIONS,
  unknownAddress as PATCH,
  unknownAddress as POST,
  unknownAddress as PUT,
};
