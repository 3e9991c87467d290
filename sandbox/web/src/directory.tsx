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
  return users.find((user) => user.id === id) ?? stranger(app, id);
}

function stranger(app: AppInfo, id: string): User {
  const bot = id === app.user_id;
  return {
    id,
    name: bot ? app.name : id,
    real_name: bot ? app.name : id,
    title: bot ? app.description : "",
    kind: bot ? "bot" : "member",
    color: bot ? app.color : "#5b6472",
    initials: bot ? app.icon_letter : id.slice(0, 2),
  };
}
