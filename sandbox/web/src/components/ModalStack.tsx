import { useEffect, useRef } from "react";
import type { View } from "../model";
import type { Workspace } from "../useWorkspace";
import { Dialog } from "./Dialog";
import { ModalView } from "./ModalView";

/** The views that are open, one on another. All stay mounted, so that going back finds what was typed. */
export function ModalStack({ workspace }: { workspace: Workspace }) {
  const { views } = workspace.state;
  return views.length ? <OpenStack views={views} workspace={workspace} /> : null;
}

function OpenStack({ views, workspace }: { views: View[]; workspace: Workspace }) {
  const { client, forgetViews } = workspace;
  const frame = useRef<HTMLDivElement>(null);
  const top = views[views.length - 1];

  const shown = useRef<string>(undefined);
  useEffect(() => {
    const view = frame.current?.querySelector<HTMLElement>(`[data-view="${top?.id}"]`);
    // An update leaves the focus alone, unless it took away what had it.
    if (view && (shown.current !== top?.id || !view.contains(document.activeElement))) focusFirst(view);
    shown.current = top?.id;
  }, [top?.id, top?.hash]);

  function back() {
    if (!top) return;
    void client.close({ view_id: top.id });
    forgetViews([top.id]);
  }

  function leave() {
    const root = views[0];
    if (!root) return;
    void client.close({ view_id: root.id, cleared: true });
    forgetViews(views.map(({ id }) => id));
  }

  return (
    <Dialog labelledBy={`title-${top?.id}`} className="modal" onEscape={back}>
      <div ref={frame}>
        {views.map((view) => (
          <ModalView
            key={view.id}
            view={view}
            workspace={workspace}
            hidden={view.id !== top?.id}
            stacked={views.length > 1}
            onBack={back}
            onLeave={leave}
          />
        ))}
      </div>
    </Dialog>
  );
}

const FOCUSABLE = "input:not([disabled]), textarea, select, button, a[href]";

function focusFirst(view: HTMLElement) {
  const wanted =
    view.querySelector<HTMLElement>("[data-autofocus]") ??
    view.querySelector<HTMLElement>(`.modal-body :is(${FOCUSABLE})`) ??
    view.querySelector<HTMLElement>(".modal-footer button");
  wanted?.focus();
}
