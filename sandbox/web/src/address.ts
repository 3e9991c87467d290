// The persona and the place on screen live in the address, so that a reload or a link comes back to them.
import type { Boot } from "./model";
import type { Place } from "./state";

export function userInAddress(): string | null {
  return new URLSearchParams(window.location.search).get("user");
}

/** The place the address names, or the first channel. */
export function placeInAddress({ channels, app }: Boot): Place {
  const query = new URLSearchParams(window.location.search);
  const tab = query.get("app");
  if (tab === "home" || tab === "messages") return { kind: "app", tab };
  const wanted = query.get("channel");
  const channel = wanted ? channels.find(({ id, name }) => id === wanted || name === wanted) : undefined;
  if (channel?.with === app.user_id) return { kind: "app", tab: "messages" };
  const first = channel ?? channels.find(({ kind }) => kind !== "im");
  return first ? { kind: "channel", channel: first.id } : { kind: "app", tab: "home" };
}

export function showInAddress(user: string, place: Place): void {
  const query = new URLSearchParams({ user, ...(place.kind === "app" ? { app: place.tab } : { channel: place.channel }) });
  window.history.replaceState(null, "", `?${query}`);
}
