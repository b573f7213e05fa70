import { ButtonLink } from "../../ui/button";
import { Empty } from "../../ui/empty";

/** For a member who follows a link to a form of models. */
export function AdminsOnly() {
  return (
    <Empty action={<ButtonLink href="/models">Models</ButtonLink>}>
      Only admins change models. Ask one of them.
    </Empty>
  );
}
