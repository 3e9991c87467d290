import { useEffect, useMemo, useState } from "react";
import { placeInAddress, showInAddress } from "../address";
import { botOf, DirectoryProvider } from "../directory";
import { type Boot, type Channel, plain } from "../model";
import { currentChannel, type Place } from "../state";
import type { Theme } from "../theme";
import { useWorkspace, type Workspace } from "../useWorkspace";
import { AppPlace } from "./AppPlace";
import { ChannelPlace } from "./ChannelPlace";
import { ModalStack } from "./ModalStack";
import { NEIGHBOURS } from "./neighbours";
import { Sidebar } from "./Sidebar";
import { ThreadPanel } from "./ThreadPanel";
import { Toasts } from "./Toasts";

interface WorkspacePageProps {
  boot: Boot;
  theme: Theme;
  toggleTheme: () => void;
  switchTo: (user: string) => void;
}

export function WorkspacePage({ boot, theme, toggleTheme, switchTo }: WorkspacePageProps) {
  const workspace = useWorkspace(boot, useMemo(() => placeInAddress(boot), [boot]));
  const { state } = workspace;
  const { place, channels } = state;
  const [drawer, setDrawer] = useState(false);
  const channel = currentChannel(state);
  const directory = useMemo(
    () => ({ users: withApp(state.boot), channels, app: state.boot.app, theme }),
    // Unread counts change often and no name depends on them: every message would be drawn again.
    [state.boot, namesOf(channels), theme],
  );

  useEffect(() => showInAddress(boot.me.id, place), [boot.me.id, place]);
  useEffect(() => {
    const where = place.kind === "app" ? boot.app.name : place.kind === "neighbour" ? NEIGHBOURS[place.name]?.label : channel?.name;
    document.title = [plain(state.views.at(-1)?.title), where, boot.team.name].filter(Boolean).join(" · ");
  }, [boot, place, channel, state.views]);

  function go(next: Place) {
    setDrawer(false);
    workspace.go(next);
  }

  return (
    <DirectoryProvider value={directory}>
      <a className="skip-link" href="#main">
        Skip to the conversation
      </a>
      <div className="page" data-drawer={drawer || undefined} data-thread={state.thread ? true : undefined}>
        <Sidebar {...{ workspace, go, switchTo, theme, toggleTheme, drawer }} close={() => setDrawer(false)} />
        <div className="scrim" onClick={() => setDrawer(false)} />
        <PlaceOnScreen workspace={workspace} openDrawer={() => setDrawer(true)} />
        {state.thread && <ThreadPanel key={state.thread.ts} workspace={workspace} thread={state.thread} />}
      </div>
      <p className="offline" role="status">
        {state.connected ? "" : "Connection lost. Trying again…"}
      </p>
      <ModalStack workspace={workspace} />
      <Toasts toasts={state.toasts} drop={workspace.dropToast} />
    </DirectoryProvider>
  );
}

function PlaceOnScreen({ workspace, openDrawer }: { workspace: Workspace; openDrawer: () => void }) {
  const { place } = workspace.state;
  if (place.kind === "app") return <AppPlace workspace={workspace} tab={place.tab} openDrawer={openDrawer} />;
  const View = place.kind === "neighbour" ? NEIGHBOURS[place.name]?.View : undefined;
  return View ? <View workspace={workspace} openDrawer={openDrawer} /> : <ChannelPlace workspace={workspace} openDrawer={openDrawer} />;
}

function namesOf(channels: Channel[]): string {
  return channels.map(({ id, name }) => `${id} ${name}`).join();
}

function withApp({ users, personas, app }: Boot) {
  return [...(users ?? personas).filter(({ id }) => id !== app.user_id), botOf(app)];
}
