import { type ReactNode, useEffect, useRef } from "react";

interface DialogProps {
  labelledBy: string;
  className: string;
  role?: "dialog" | "alertdialog";
  onEscape: () => void;
  children: ReactNode;
}

/** A modal: the rest of the page is inert, Escape leaves, and the focus returns to where it came from. */
export function Dialog({ labelledBy, className, role = "dialog", onEscape, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close();
      const back = before?.isConnected && before !== document.body ? before : document.querySelector<HTMLElement>("[data-composer]");
      back?.focus();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      role={role}
      aria-modal="true"
      aria-labelledby={labelledBy}
      className={className}
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onEscape();
      }}
    >
      {children}
    </dialog>
  );
}
