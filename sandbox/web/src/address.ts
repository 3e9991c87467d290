// The persona and the place on screen live in the address, so that a reload or a link comes back to them.
import type { Boot } from "./model";
import type { Place } from "./state";

export function userInAddress(): string | null {
  return new URLSearchParams(window.location.search).get("user");
}

/** The place the address names, or the first channel. */
export function placeInAddress({ channels, app, neighbours }: Boot): Place {
  const query = new URLSearchParams(window.location.search);
  const tab = query.get("app");
  if (tab === "home" || tab === "messages") return { kind: "app", tab };
  const neighbour = query.get("beside");
  if (neighbour && neighbours.includes(neighbour)) return { kind: "neighbour", name: neighbour };
  const wanted = query.get("channel");
  const channel = wanted ? channels.find(({ id, name }) => id === wanted || name === wanted) : undefined;
  if (channel?.with === app.user_id) return { kind: "app", tab: "messages" };
  const first = channel ?? channels.find(({ kind }) => kind !== "im");
  return first ? { kind: "channel", channel: first.id } : { kind: "app", tab: "home" };
}

export function showInAddress(user: string, place: Place): void {
  const query = new URLSearchParams({ user, ...named(place) });
  window.history.replaceState(null, "", `?${query}`);
}

function named(place: Place): Record<string, string> {
  switch (place.kind) {
    case "app":
      return { app: place.tab };
    case "neighbour":
      return { beside: place.name };
    case "channel":
      return { channel: place.channel };
  }
}
