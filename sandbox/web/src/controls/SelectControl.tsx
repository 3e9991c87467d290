import type { ElementState, Option } from "../blockkit";
import { useDirectory } from "../directory";
import { Combobox } from "./Combobox";
import { localOptions } from "./options";
import { type Slot, useHeld } from "./slot";

/** Every select menu: one or many; own options, the app's, people or channels. */
export function SelectControl(slot: Slot) {
  const { element } = slot;
  const [state, hold] = useHeld(slot);
  const directory = useDirectory();
  const many = element.type.startsWith("multi_");
  const key = heldKey(element.type);
  const held = state[key];
  const byId = key !== "selected_option" && key !== "selected_options";

  const chosen = byId ? asOptions(held, localOptions(element, directory)) : [held ?? []].flat().map((option) => option as Option);

  function store(next: Option[]) {
    const values = byId ? next.map(({ value }) => value) : next;
    hold({ [key]: many ? values : (values[0] ?? null) } as Partial<ElementState>);
  }

  return <Combobox slot={slot} many={many} chosen={chosen} onChange={store} />;
}

/** "multi_users_select" keeps its choice in "selected_users". */
function heldKey(type: string): keyof ElementState {
  const plural = type.startsWith("multi_") ? "s" : "";
  const [kind = ""] = type.replace("multi_", "").split("_");
  const subject = { users: "user", channels: "channel", conversations: "conversation" }[kind] ?? "option";
  return `selected_${subject}${plural}` as keyof ElementState;
}

function asOptions(held: unknown, known: Option[]): Option[] {
  const ids = [held ?? []].flat() as string[];
  return ids.map((id) => known.find(({ value }) => value === id) ?? { text: { type: "plain_text", text: id }, value: id });
}
