import { authRoute } from "@/lib/http/auth-route";

const route = authRoute();

// All methods: which of them an address takes is known to it alone, and 404 comes before 405.
export {
  route as DELETE,
  route as GET,
  route as HEAD,
  route as OPTIONS,
  route as PATCH,
  route as POST,
  route as PUT,
};
