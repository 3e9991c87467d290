import { type ReactNode, useEffect, useRef, useState } from "react";
import { Menu } from "../controls/Menu";
import { personOf, useDirectory } from "../directory";
import type { Channel, User } from "../model";
import { appChannel, currentChannel, type Place } from "../state";
import type { Theme } from "../theme";
import type { Workspace } from "../useWorkspace";
import { Avatar } from "./Avatar";
import { NEIGHBOURS } from "./neighbours";
import { ChevronIcon, CloseIcon, HashIcon, LockIcon, MoonIcon, SunIcon } from "./icons";

interface SidebarProps {
  workspace: Workspace;
  go: (place: Place) => void;
  switchTo: (user: string) => void;
  close: () => void;
  /** Open over the page, on a phone. */
  drawer: boolean;
  theme: Theme;
  toggleTheme: () => void;
}

export function Sidebar({ workspace, go, switchTo, close, drawer, theme, toggleTheme }: SidebarProps) {
  const { state } = workspace;
  const { boot, channels } = state;
  const rooms = channels.filter(({ kind }) => kind !== "im").toSorted((one, other) => one.name.localeCompare(other.name));
  const direct = channels.filter((channel) => channel.kind === "im" && channel.with !== boot.app.user_id);
  const here = currentChannel(state)?.id;
  const closer = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!drawer) return;
    closer.current?.focus();
    return () => document.querySelector<HTMLElement>(".drawer-open")?.focus();
  }, [drawer]);

  return (
    <aside className="sidebar" aria-label="Workspace" onKeyDown={({ key }) => drawer && key === "Escape" && close()}>
      <header className="sidebar-header">
        <span className="team-mark" aria-hidden="true">
          {boot.team.name.slice(0, 1)}
        </span>
        <span className="team-name">{boot.team.name}</span>
        <button type="button" className="icon-button" onClick={toggleTheme} aria-label={theme === "dark" ? "Use light colours" : "Use dark colours"} title={theme === "dark" ? "Light" : "Dark"}>
          {theme === "dark" ? <SunIcon /> : <MoonIcon />}
        </button>
        <button ref={closer} type="button" className="icon-button drawer-close" aria-label="Close sidebar" onClick={close}>
          <CloseIcon />
        </button>
      </header>
      <PersonaSwitcher me={boot.me} personas={boot.personas} switchTo={switchTo} />
      <nav className="sidebar-nav" aria-label="Channels and conversations">
        <Group heading="Apps">
          <AppEntry workspace={workspace} go={go} />
        </Group>
        <Group heading="Channels">
          {rooms.map((channel) => (
            <Entry key={channel.id} channel={channel} current={channel.id === here} go={go}>
              {channel.kind === "private" ? <LockIcon /> : <HashIcon />}
              <span className="entry-name">{channel.name}</span>
            </Entry>
          ))}
        </Group>
        {boot.neighbours.length > 0 && (
          <Group heading="Beside Slack">
            {boot.neighbours.map((name) => (
              <NeighbourEntry key={name} name={name} current={state.place.kind === "neighbour" && state.place.name === name} go={go} />
            ))}
          </Group>
        )}
        {direct.length > 0 && (
          <Group heading="Direct messages">
            {direct.map((channel) => (
              <DirectEntry key={channel.id} channel={channel} current={channel.id === here} go={go} />
            ))}
          </Group>
        )}
      </nav>
      {boot.hints.length > 0 && <Hints hints={boot.hints} />}
    </aside>
  );
}

function PersonaSwitcher({ me, personas, switchTo }: { me: User; personas: User[]; switchTo: (user: string) => void }) {
  return (
    <Menu
      label="Switch persona"
      selfNamed
      className="persona"
      wide
      heading="Be somebody else"
      trigger={
        <>
          <Avatar person={me} />
          <span className="persona-words">
            <span className="persona-name">{me.real_name}</span>{" "}
            <span className="persona-title">{me.title}</span>
          </span>
          <span className="sr-only">: switch persona</span>
          <ChevronIcon />
        </>
      }
      items={personas.map((person) => ({
        key: person.id,
        label: person.real_name,
        detail: person.kind === "guest" ? `${person.title} · guest` : person.title,
        before: <Avatar person={person} size="small" />,
        checked: person.id === me.id,
        onChoose: () => person.id !== me.id && switchTo(person.id),
      }))}
    />
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <section className="nav-group">
      <h2>{heading}</h2>
      <ul>{children}</ul>
    </section>
  );
}

function AppEntry({ workspace, go }: { workspace: Workspace; go: (place: Place) => void }) {
  const { state } = workspace;
  const { users, app } = useDirectory();
  const unread = appChannel(state)?.unread ?? 0;
  return (
    <li>
      <button type="button" className="entry" aria-current={state.place.kind === "app" ? "page" : undefined} data-unread={unread > 0 || undefined} onClick={() => go({ kind: "app", tab: unread ? "messages" : "home" })}>
        <Avatar person={personOf({ users, app }, app.user_id)} size="small" />
        <span className="entry-name">{app.name}</span>
        <span className="app-tag">APP</span>
        <Unread number={unread} />
      </button>
    </li>
  );
}

interface EntryProps {
  channel: Channel;
  current: boolean;
  go: (place: Place) => void;
}

function Entry({ channel, current, go, children }: EntryProps & { children: ReactNode }) {
  return (
    <li>
      <button type="button" className="entry" aria-current={current ? "page" : undefined} data-unread={channel.unread > 0 || undefined} onClick={() => go({ kind: "channel", channel: channel.id })}>
        {children}
        <Unread number={channel.unread} />
      </button>
    </li>
  );
}

function DirectEntry(props: EntryProps) {
  const directory = useDirectory();
  const person = personOf(directory, props.channel.with ?? "");
  return (
    <Entry {...props}>
      <Avatar person={person} size="small" />
      <span className="entry-name">{props.channel.with ? person.real_name : props.channel.name}</span>
    </Entry>
  );
}

function NeighbourEntry({ name, current, go }: { name: string; current: boolean; go: (place: Place) => void }) {
  const known = NEIGHBOURS[name];
  if (!known) return null;
  return (
    <li>
      <button type="button" className="entry" aria-current={current ? "page" : undefined} onClick={() => go({ kind: "neighbour", name })}>
        <known.Icon />
        <span className="entry-name">{known.label}</span>
      </button>
    </li>
  );
}

function Unread({ number }: { number: number }) {
  return number > 0 ? (
    <span className="unread">
      {number}
      <span className="sr-only"> unread</span>
    </span>
  ) : null;
}

function Hints({ hints }: { hints: string[] }) {
  const [open, setOpen] = useState(true);
  if (!open) return null;
  return (
    <section className="hints" aria-labelledby="hints-heading">
      <header>
        <h2 id="hints-heading">What to try</h2>
        <button type="button" className="icon-button" aria-label="Hide what to try" onClick={() => setOpen(false)}>
          <CloseIcon />
        </button>
      </header>
      <ol>
        {hints.map((hint) => (
          <li key={hint}>
            <Hint text={hint} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What to type stands out: slash commands, and what a hint puts in backticks. */
function Hint({ text }: { text: string }) {
  return text
    .split(/(`[^`]+`|(?<!\S)\/[a-z][\w-]*)/)
    .map((part, index) => (index % 2 ? <code key={part}>{part.replaceAll("`", "")}</code> : part));
}
