"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState, useTransition } from "react";
import { type ButtonKind, buttonClass } from "./button";
import { type ApiCall, callApi } from "./call-api";
import { Dialog } from "./dialog";
import { tell, tellRefused } from "./toasts";

type Props = {
  call: ApiCall;
  /** What the button says meanwhile: "Cancelling…". */
  busy: string;
  /** What is told afterwards, where the page itself doesn't show it; or how the answer tells it. */
  done?: string | ((answer: unknown) => string);
  onDone?: () => void;
  kind?: ButtonKind;
  /** A key that presses it, see app/ui/keys. */
  shortcut?: string;
  children: string;
};

/** Calls the API and reads the page anew. Keeps its width while it is busy; a refusal is told. */
export function CallButton({ kind, children, ...props }: Props) {
  const { isBusy, run } = useCall(props);
  return (
    <BusyButton
      kind={kind}
      isBusy={isBusy}
      busy={props.busy}
      onClick={async () => {
        const refused = await run();
        if (refused !== null) tellRefused(refused);
      }}
    >
      {children}
    </BusyButton>
  );
}

/**
 * The same after a question: `title` asks, `body` tells what will come of it. The dialog stays open,
 * with the reason, where the call is refused.
 */
export function ConfirmCallButton({
  title,
  body,
  keep,
  confirm,
  confirmKind = "danger",
  ...props
}: Props & {
  title: string;
  body: ReactNode;
  keep: string;
  confirm: string;
  confirmKind?: ButtonKind;
}) {
  const [isOpen, setOpen] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const { isBusy, run } = useCall(props);
  return (
    <>
      <button
        type="button"
        className={buttonClass(props.kind)}
        aria-haspopup="dialog"
        data-key={props.shortcut}
        onClick={() => {
          setFault(null);
          setOpen(true);
        }}
      >
        {props.children}
      </button>
      {isOpen && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <div className="text-ink-2 text-small">{body}</div>
          <p role="alert" className="mt-2 text-failed-text text-small empty:hidden">
            {fault}
          </p>
          <div className="mt-6 flex justify-end gap-2">
            <button type="button" className={buttonClass()} onClick={() => setOpen(false)}>
              {keep}
            </button>
            <BusyButton
              kind={confirmKind}
              isBusy={isBusy}
              busy={props.busy}
              onClick={async () => {
                const refused = await run();
                setFault(refused);
                if (refused === null) setOpen(false);
              }}
            >
              {confirm}
            </BusyButton>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** A button that says what it is doing, in the width it had. */
export function BusyButton({
  kind,
  isBusy,
  busy,
  shortcut,
  onClick,
  children,
}: {
  kind?: ButtonKind | undefined;
  /** The key that presses it. */
  shortcut?: string;
  isBusy: boolean;
  busy: string;
  /** Where there is none, the button submits its form. */
  onClick?: () => void;
  children: string;
}) {
  return (
    <button
      type={onClick ? "button" : "submit"}
      className={buttonClass(kind)}
      data-key={shortcut}
      aria-busy={isBusy}
      disabled={isBusy}
      onClick={onClick}
    >
      <span className="grid">
        <span className={`col-start-1 row-start-1 ${isBusy ? "invisible" : ""}`}>{children}</span>
        <span
          className={`col-start-1 row-start-1 ${isBusy ? "" : "invisible"}`}
          aria-hidden={!isBusy}
        >
          {busy}
        </span>
      </span>
    </button>
  );
}

/** Out: `run`, which gives null once the call is done and told and the page is read anew, or the refusal. */
function useCall({ call, done, onDone }: Pick<Props, "call" | "done" | "onDone">) {
  const router = useRouter();
  const [isCalling, setCalling] = useState(false);
  const [isRefreshing, startTransition] = useTransition();
  const run = async (): Promise<string | null> => {
    setCalling(true);
    const answered = await callApi(call);
    setCalling(false);
    if (!answered.ok) return answered.refusal.message;
    if (done !== undefined) tell(typeof done === "string" ? done : done(answered.body));
    onDone?.();
    startTransition(() => router.refresh());
    return null;
  };
  return { isBusy: isCalling || isRefreshing, run };
}
