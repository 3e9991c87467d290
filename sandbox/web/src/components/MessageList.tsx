import { Fragment, type ReactNode } from "react";
import type { Channel, Message } from "../model";
import { dayKey, dayName } from "../time";
import type { Workspace } from "../useWorkspace";
import { FileCard } from "./FileCard";
import { MessageItem } from "./MessageItem";
import { useStickToEnd } from "./useStickToEnd";

/** Messages of one person within this time share a heading. */
const GROUP_SECONDS = 300;

interface MessageListProps {
  workspace: Workspace;
  channel: Channel;
  empty: ReactNode;
}

export function MessageList({ workspace, channel, empty }: MessageListProps) {
  const { state } = workspace;
  const messages = state.messages[channel.id];
  const shown = messages?.filter(({ ts, thread_ts }) => !thread_ts || thread_ts === ts);
  const attached = new Set(messages?.flatMap(({ files }) => files?.map(({ id }) => id) ?? []));
  const files = state.files.filter((file) => file.channel === channel.id && !attached.has(file.id));
  const scroller = useStickToEnd(shown?.length ?? 0);

  if (!shown) return <div className="messages" aria-busy="true" />;
  return (
    <div className="messages" ref={scroller} role="log" aria-label="Messages" tabIndex={0}>
      <div className="messages-inner">
        {shown.length === 0 && files.length === 0 && empty}
        <ol className="message-list">
          {shown.map((message, index) => (
            <Fragment key={message.ts}>
              {startsDay(shown[index - 1], message) && <li className="day"><span>{dayName(message.ts)}</span></li>}
              <li>
                <MessageItem workspace={workspace} channel={channel} message={message} grouped={belongsTo(shown[index - 1], message)} replies={repliesOf(messages ?? [], message)} />
              </li>
            </Fragment>
          ))}
        </ol>
        {files.map((file) => (
          <div key={file.id} className="loose-file">
            <FileCard name={file.name} title={file.name} url={file.url} />
          </div>
        ))}
      </div>
    </div>
  );
}

function startsDay(before: Message | undefined, message: Message): boolean {
  return !before || dayKey(before.ts) !== dayKey(message.ts);
}

function belongsTo(before: Message | undefined, message: Message): boolean {
  if (!before || startsDay(before, message)) return false;
  if (before.user !== message.user || before.ephemeral || message.ephemeral) return false;
  return Number.parseFloat(message.ts) - Number.parseFloat(before.ts) < GROUP_SECONDS;
}

function repliesOf(messages: Message[], root: Message): Message[] {
  return messages.filter(({ ts, thread_ts }) => thread_ts === root.ts && ts !== root.ts);
}
