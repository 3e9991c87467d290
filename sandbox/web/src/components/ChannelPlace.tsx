import { count } from "../text";
import { personOf, useDirectory } from "../directory";
import type { Channel } from "../model";
import { currentChannel } from "../state";
import type { Workspace } from "../useWorkspace";
import { Composer } from "./Composer";
import { HashIcon, LockIcon } from "./icons";
import { MessageList } from "./MessageList";
import { PlaceHeader } from "./PlaceHeader";

export function ChannelPlace({ workspace, openDrawer }: { workspace: Workspace; openDrawer: () => void }) {
  const channel = currentChannel(workspace.state);
  const directory = useDirectory();
  if (!channel) return <main className="place" id="main" />;
  const name = channel.kind === "im" ? personOf(directory, channel.with ?? "").real_name : channel.name;
  return (
    <main className="place" id="main" tabIndex={-1} aria-label={channel.kind === "im" ? name : `Channel ${name}`}>
      <PlaceHeader title={<Title channel={channel} name={name} />} detail={detailOf(channel)} openDrawer={openDrawer} />
      <MessageList key={channel.id} workspace={workspace} channel={channel} empty={<Beginning channel={channel} name={name} />} />
      <Composer key={`composer-${channel.id}`} workspace={workspace} channel={channel} placeholder={`Message ${channel.kind === "im" ? name : `#${name}`}`} />
    </main>
  );
}

function detailOf({ topic, members, kind }: Channel): string {
  if (kind === "im") return topic;
  return [members.length ? count(members.length, "member", "members") : "", topic].filter(Boolean).join(" · ");
}

function Title({ channel, name }: { channel: Channel; name: string }) {
  if (channel.kind === "im") return name;
  return (
    <>
      {channel.kind === "private" ? <LockIcon /> : <HashIcon />}
      {name}
    </>
  );
}

function Beginning({ channel, name }: { channel: Channel; name: string }) {
  return (
    <div className="empty">
      <h2>{channel.kind === "im" ? `You and ${name}` : `#${name}`}</h2>
      <p>{channel.topic || "This is the very beginning. Nobody has said anything yet."}</p>
      <p>
        Type <kbd>/</kbd> below to see what the app can do here.
      </p>
    </div>
  );
}
