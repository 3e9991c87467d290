import { useId } from "react";
import { type Confirm, words } from "../blockkit";
import { Dialog } from "./Dialog";
import { Rendered } from "./Rendered";

/** Slack's confirm object: ask before the action is sent. */
export function ConfirmDialog({ confirm, answer }: { confirm: Confirm; answer: (yes: boolean) => void }) {
  const title = useId();
  return (
    <Dialog labelledBy={title} className="modal modal-small" role="alertdialog" onEscape={() => answer(false)}>
      <header className="modal-header">
        <h2 id={title}>{words(confirm.title) || "Are you sure?"}</h2>
      </header>
      {confirm.text && (
        <div className="modal-body">
          <Rendered block={{ type: "section", text: confirm.text }} />
        </div>
      )}
      <footer className="modal-footer">
        <button type="button" className="btn" onClick={() => answer(false)}>
          {words(confirm.deny) || "Cancel"}
        </button>
        <button
          type="button"
          className={confirm.style === "danger" ? "btn btn-danger-solid" : "btn btn-primary"}
          onClick={() => answer(true)}
        >
          {words(confirm.confirm) || "OK"}
        </button>
      </footer>
    </Dialog>
  );
}
