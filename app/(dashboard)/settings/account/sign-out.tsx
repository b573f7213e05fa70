"use client";

import { useState } from "react";
import { refusalOf } from "../../../ui/call-api";
import { BusyButton } from "../../../ui/call-button";
import { tellRefused } from "../../../ui/toasts";

/** Ends this session, and leaves with nothing of it kept in the page. */
export function SignOut() {
  const [isBusy, setBusy] = useState(false);
  const signOut = async () => {
    setBusy(true);
    const refusal = await refusalOf({ method: "POST", path: "/api/auth/sign-out", body: {} });
    if (refusal === null) return window.location.assign("/sign-in");
    setBusy(false);
    tellRefused(refusal.message);
  };
  return (
    <BusyButton isBusy={isBusy} busy="Signing out…" onClick={() => void signOut()}>
      Sign out
    </BusyButton>
  );
}
