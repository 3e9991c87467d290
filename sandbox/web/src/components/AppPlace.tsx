import { useRef, type KeyboardEvent } from "react";
import { personOf, useDirectory } from "../directory";
import type { View } from "../model";
import { currentChannel } from "../state";
import { useSurface } from "../surface";
import type { Workspace } from "../useWorkspace";
import { Avatar } from "./Avatar";
import { Blocks } from "./Blocks";
import { Composer } from "./Composer";
import { MessageList } from "./MessageList";
import { PlaceHeader } from "./PlaceHeader";
import { Prompts } from "./Prompts";

const TABS = [
  { tab: "home", label: "Home" },
  { tab: "messages", label: "Messages" },
] as const;

interface AppPlaceProps {
  workspace: Workspace;
  tab: "home" | "messages";
  openDrawer: () => void;
}

/** The app's own place: its Home tab and the direct messages with it. */
export function AppPlace({ workspace, tab, openDrawer }: AppPlaceProps) {
  const directory = useDirectory();
  const { app } = directory;
  const tabs = useRef<HTMLDivElement>(null);

  function move(event: KeyboardEvent) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    workspace.go({ kind: "app", tab: tab === "home" ? "messages" : "home" });
    tabs.current?.querySelector<HTMLElement>("[aria-selected=false]")?.focus();
  }

  return (
    <main className="place" id="main" tabIndex={-1} aria-label={`App ${app.name}`}>
      <PlaceHeader
        openDrawer={openDrawer}
        detail={app.description}
        title={
          <>
            <Avatar person={personOf(directory, app.user_id)} size="small" />
            {app.name}
          </>
        }
      >
        <div role="tablist" className="tabs" aria-label={app.name} ref={tabs} onKeyDown={move}>
          {TABS.map((one) => (
            <button
              key={one.tab}
              type="button"
              role="tab"
              id={`tab-${one.tab}`}
              aria-selected={one.tab === tab}
              aria-controls="app-panel"
              tabIndex={one.tab === tab ? 0 : -1}
              onClick={() => workspace.go({ kind: "app", tab: one.tab })}
            >
              {one.label}
            </button>
          ))}
        </div>
      </PlaceHeader>
      <div role="tabpanel" id="app-panel" className="app-panel" aria-labelledby={`tab-${tab}`}>
        {tab === "home" ? <Home workspace={workspace} /> : <Messages workspace={workspace} />}
      </div>
    </main>
  );
}

function Home({ workspace }: { workspace: Workspace }) {
  const { home, boot } = workspace.state;
  if (home === undefined) return <p className="loading">Loading…</p>;
  if (!home) {
    return (
      <div className="empty empty-center">
        <h2>Nothing here yet</h2>
        <p>{boot.app.name} has not published a Home tab for you.</p>
      </div>
    );
  }
  return <HomeView key={home.id} view={home} workspace={workspace} />;
}

function HomeView({ view, workspace }: { view: View; workspace: Workspace }) {
  const surface = useSurface({
    container: { view_id: view.id },
    blocks: view.blocks,
    client: workspace.client,
    onError: workspace.toast,
  });
  return (
    <div className="home" role="region" aria-label="Home" tabIndex={0}>
      <div className="home-inner">
        <Blocks blocks={view.blocks} surface={surface} />
      </div>
    </div>
  );
}

function Messages({ workspace }: { workspace: Workspace }) {
  const channel = currentChannel(workspace.state);
  const directory = useDirectory();
  const { app } = directory;
  if (!channel) return <p className="loading">Opening the conversation…</p>;
  const suggestions = <Prompts workspace={workspace} channel={channel} prompts={workspace.state.prompts} />;
  const started = (workspace.state.messages[channel.id]?.length ?? 0) > 0;
  return (
    <>
      <MessageList
        key={channel.id}
        workspace={workspace}
        channel={channel}
        empty={
          <div className="empty">
            <Avatar person={personOf(directory, app.user_id)} size="large" />
            <h2>{app.name}</h2>
            <p>{app.description}</p>
            {suggestions}
          </div>
        }
      />
      {started && suggestions}
      <Composer key={`composer-${channel.id}`} workspace={workspace} channel={channel} placeholder={`Message ${app.name}`} />
    </>
  );
}
