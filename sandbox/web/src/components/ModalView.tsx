import { type FormEvent, useEffect, useRef, useState } from "react";
import { inputsOf } from "../forms/state";
import { faults } from "../forms/validate";
import { plain, type View } from "../model";
import { useSurface } from "../surface";
import type { Workspace } from "../useWorkspace";
import { Blocks } from "./Blocks";
import { BackIcon, CloseIcon } from "./icons";

interface ModalViewProps {
  view: View;
  workspace: Workspace;
  hidden: boolean;
  stacked: boolean;
  onBack: () => void;
  onLeave: () => void;
}

export function ModalView({ view, workspace, hidden, stacked, onBack, onLeave }: ModalViewProps) {
  const { client } = workspace;
  const form = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [banner, setBanner] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const surface = useSurface({
    container: { view_id: view.id },
    blocks: view.blocks,
    client,
    errors,
    onError: setBanner,
    ...(view.state?.values ? { seed: view.state.values } : {}),
  });

  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[data-fault] :is(input, textarea, button)")?.focus();
  }, [errors]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (sending) return;
    const found = faults(view.blocks, surface.values);
    setBanner(null);
    setErrors(found);
    if (Object.keys(found).length) return;
    setSending(true);
    const answer = await client.submit({ view_id: view.id, values: surface.values });
    setSending(false);
    if (answer.errors) place(answer.errors);
    else if (answer.error) setBanner(answer.error);
    else if (answer.response_action === "clear") workspace.forgetViews(workspace.state.views.map(({ id }) => id));
    else if (!answer.response_action || answer.response_action === "close") workspace.forgetViews([view.id]);
  }

  /** An error of a block that has no input is said on top. */
  function place(found: Record<string, string>) {
    const inputs = new Set(inputsOf(view.blocks).map(({ ref }) => ref.block));
    const homeless = Object.entries(found).filter(([block]) => !inputs.has(block));
    setErrors(found);
    setBanner(homeless.map(([, words]) => words).join(" ") || null);
  }

  const submitLabel = plain(view.submit);
  return (
    <form ref={form} className="modal-view" data-view={view.id} hidden={hidden} noValidate aria-busy={sending} onSubmit={(event) => void submit(event)}>
      <header className="modal-header">
        {stacked && (
          <button type="button" className="icon-button" aria-label="Back" onClick={onBack}>
            <BackIcon />
          </button>
        )}
        <h2 id={`title-${view.id}`}>{plain(view.title)}</h2>
        <button type="button" className="icon-button" aria-label="Close dialog" onClick={onLeave}>
          <CloseIcon />
        </button>
      </header>
      {banner && (
        <p role="alert" className="banner banner-error">
          {banner}
        </p>
      )}
      <div className="modal-body">
        <Blocks blocks={view.blocks} surface={surface} />
      </div>
      <footer className="modal-footer">
        <button type="button" className="btn" onClick={onBack}>
          {plain(view.close) || (submitLabel ? "Cancel" : "Close")}
        </button>
        {submitLabel && (
          <button type="submit" className="btn btn-primary btn-wide" aria-disabled={sending} aria-busy={sending}>
            {submitLabel}
          </button>
        )}
      </footer>
    </form>
  );
}
