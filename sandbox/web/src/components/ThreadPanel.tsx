import { useEffect } from "react";
import { count } from "../text";
import type { Thread } from "../state";
import type { Workspace } from "../useWorkspace";
import { Composer } from "./Composer";
import { CloseIcon } from "./icons";
import { MessageItem } from "./MessageItem";
import { useStickToEnd } from "./useStickToEnd";

export function ThreadPanel({ workspace, thread }: { workspace: Workspace; thread: Thread }) {
  const { state, openThread } = workspace;
  const channel = state.channels.find(({ id }) => id === thread.channel);
  const messages = state.messages[thread.channel] ?? [];
  const root = messages.find(({ ts }) => ts === thread.ts);
  const replies = messages.filter(({ ts, thread_ts }) => thread_ts === thread.ts && ts !== thread.ts);
  const scroller = useStickToEnd(replies.length);
  useFocusBack(thread.unasked ?? false);
  if (!channel) return null;

  return (
    <aside className="thread" aria-label="Thread" onKeyDown={({ key, defaultPrevented }) => key === "Escape" && !defaultPrevented && openThread(null)}>
      <header className="place-header">
        <div className="place-title">
          <h2>Thread</h2>
          <p className="place-detail">{channel.kind === "im" ? "" : `#${channel.name}`}</p>
          <button type="button" className="icon-button" aria-label="Close thread" onClick={() => openThread(null)}>
            <CloseIcon />
          </button>
        </div>
      </header>
      <div className="messages" ref={scroller} role="log" aria-label="Thread messages" tabIndex={0}>
        <div className="messages-inner">
          {root && <MessageItem workspace={workspace} channel={channel} message={root} inThread />}
          {replies.length > 0 && (
            <p className="day day-replies">
              <span>{count(replies.length, "reply", "replies")}</span>
            </p>
          )}
          <ol className="message-list">
            {replies.map((message) => (
              <li key={message.ts}>
                <MessageItem workspace={workspace} channel={channel} message={message} inThread />
              </li>
            ))}
          </ol>
        </div>
      </div>
      <Composer workspace={workspace} channel={channel} threadTs={thread.ts} quiet={thread.unasked ?? false} placeholder="Reply…" />
    </aside>
  );
}

/** When the thread closes, the focus goes back to what opened it. */
function useFocusBack(unasked: boolean) {
  useEffect(() => {
    const before = unasked ? null : (document.activeElement as HTMLElement | null);
    return () => {
      if (document.activeElement && document.activeElement !== document.body) return;
      const back = before?.isConnected ? before : document.querySelector<HTMLElement>("[data-composer]");
      back?.focus();
    };
  }, [unasked]);
}
