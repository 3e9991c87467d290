import { useMemo } from "react";
import type { Block } from "../blockkit";
import { Menu } from "../controls/Menu";
import { personOf, useDirectory } from "../directory";
import type { Channel, Message } from "../model";
import { useSurface } from "../surface";
import { count } from "../text";
import { clock, dateOf } from "../time";
import type { Workspace } from "../useWorkspace";
import { Avatar } from "./Avatar";
import { Blocks } from "./Blocks";
import { FileCard } from "./FileCard";
import { EyeIcon, MoreIcon, ThreadIcon } from "./icons";

interface MessageItemProps {
  workspace: Workspace;
  channel: Channel;
  message: Message;
  /** Follows a message of the same person: no heading of its own. */
  grouped?: boolean;
  replies?: Message[];
  inThread?: boolean;
}

export function MessageItem({ workspace, channel, message, grouped = false, replies = [], inThread = false }: MessageItemProps) {
  const directory = useDirectory();
  const author = personOf(directory, message.user);
  const number = Math.max(message.reply_count ?? 0, replies.length);
  const time = clock(message.ts);

  return (
    <article className="message" data-ephemeral={message.ephemeral || undefined} data-grouped={grouped || undefined} aria-label={`${author.real_name} at ${time}`}>
      <div className="gutter">{grouped ? <span className="gutter-time">{time.replace(/\s?[AP]M$/i, "")}</span> : <Avatar person={author} />}</div>
      <div className="message-body">
        {message.ephemeral && (
          <p className="ephemeral-mark">
            <EyeIcon /> Only visible to you
          </p>
        )}
        {!grouped && (
          <p className="byline">
            <strong>{author.real_name}</strong>
            {author.kind === "bot" && <span className="app-tag">APP</span>}
            {author.kind === "guest" && <span className="app-tag">GUEST</span>}
            <time dateTime={dateOf(message.ts).toISOString()}>{time}</time>
          </p>
        )}
        <Content workspace={workspace} channel={channel} message={message} />
        {message.files?.map(({ id, name, title, url_private_download = "" }) => (
          <FileCard key={id} name={name} title={title || name} url={url_private_download} />
        ))}
        {message.edited && <span className="edited">(edited)</span>}
        {number > 0 && !inThread && (
          <button type="button" className="reply-count" onClick={() => workspace.openThread({ channel: channel.id, ts: message.ts })}>
            {[...new Set(replies.map(({ user }) => user))].slice(0, 4).map((user) => (
              <Avatar key={user} person={personOf(directory, user)} size="small" />
            ))}
            {count(number, "reply", "replies")}
          </button>
        )}
      </div>
      {!message.ephemeral && <Tools workspace={workspace} channel={channel} message={message} inThread={inThread} />}
    </article>
  );
}

function Content({ workspace, channel, message }: { workspace: Workspace; channel: Channel; message: Message }) {
  const blocks = useMemo<Block[]>(
    () => (message.blocks?.length ? message.blocks : message.text ? [{ type: "section", text: { type: "mrkdwn", text: message.text } }] : []),
    [message.blocks, message.text],
  );
  const surface = useSurface({
    container: { channel: channel.id, ts: message.ts },
    blocks,
    client: workspace.client,
    onError: workspace.toast,
  });
  return <Blocks blocks={blocks} surface={surface} />;
}

function Tools({ workspace, channel, message, inThread }: MessageItemProps) {
  const { client, state, toast, openThread } = workspace;
  const shortcuts = state.boot.shortcuts.filter(({ type }) => type === "message");

  async function run(callback_id: string) {
    const { error } = await client.shortcut({ callback_id, channel: channel.id, message_ts: message.ts });
    if (error) toast(error);
  }

  return (
    <div className="message-tools">
      {!inThread && (
        <button type="button" className="icon-button" aria-label="Reply in thread" title="Reply in thread" onClick={() => openThread({ channel: channel.id, ts: message.thread_ts ?? message.ts })}>
          <ThreadIcon />
        </button>
      )}
      {shortcuts.length > 0 && (
        <Menu
          label="Message shortcuts"
          className="icon-button"
          trigger={<MoreIcon />}
          items={shortcuts.map(({ name, callback_id, description }) => ({
            key: callback_id,
            label: name,
            detail: description,
            onChoose: () => void run(callback_id),
          }))}
        />
      )}
    </div>
  );
}
