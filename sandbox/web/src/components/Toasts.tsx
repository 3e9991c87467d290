import { useEffect, useRef } from "react";
import type { Toast } from "../state";
import { CloseIcon } from "./icons";

export function Toasts({ toasts, drop }: { toasts: Toast[]; drop: (id: number) => void }) {
  const panel = useRef<HTMLDivElement>(null);
  const newest = toasts.at(-1)?.id;

  // Shown again for each toast, so that it lies over a dialog which opened in between.
  useEffect(() => {
    if (newest === undefined) return;
    panel.current?.hidePopover();
    panel.current?.showPopover();
  }, [newest]);

  return (
    <div ref={panel} popover="manual" className="toasts" role="alert">
      {toasts.map(({ id, text, tone }) => (
        <div key={id} className="toast" data-tone={tone}>
          <span>{text}</span>
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => drop(id)}>
            <CloseIcon />
          </button>
        </div>
      ))}
    </div>
  );
}
