// Who and what exists in the workspace, for every component that shows a name.
import { createContext, useContext } from "react";
import type { AppInfo, Channel, User } from "./model";

export interface Directory {
  users: User[];
  channels: Channel[];
  app: AppInfo;
  theme: "light" | "dark";
}

const Context = createContext<Directory | null>(null);
export const DirectoryProvider = Context.Provider;

export function useDirectory(): Directory {
  const directory = useContext(Context);
  if (!directory) throw new Error("no directory here");
  return directory;
}

/** The person behind an id; an unknown one is shown by the id. */
export function personOf({ users, app }: Pick<Directory, "users" | "app">, id: string): User {
  if (id === app.user_id) return botOf(app);
  return (
    users.find((user) => user.id === id) ??
    { id, name: id, real_name: id, title: "", kind: "member", color: "#5b6472", initials: id.slice(0, 2) }
  );
}

/** The app as one of the workspace's people, in the colours of its manifest. */
export function botOf({ user_id, name, description, color, icon_letter }: AppInfo): User {
  return { id: user_id, name, real_name: name, title: description, kind: "bot", color, initials: icon_letter };
}
