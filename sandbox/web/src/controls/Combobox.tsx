import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { Option } from "../blockkit";
import { ChevronIcon, CloseIcon } from "../components/icons";
import { Listbox } from "./Listbox";
import { useOptions } from "./options";
import { useOutside } from "./popover";
import { naming, type Slot } from "./slot";

interface ComboboxProps {
  slot: Slot;
  many: boolean;
  chosen: Option[];
  onChange: (next: Option[]) => void;
}

/** The ARIA combobox pattern: type to filter, arrows to move, Enter to choose, Escape to leave as it was. */
export function Combobox({ slot, many, chosen, onChange }: ComboboxProps) {
  const { element, reference } = slot;
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const { groups, note } = useOptions({ element, reference, query, open });
  const options = groups.flatMap((group) => group.options);
  useOutside(open, [box, list], close);

  const full = many && chosen.length >= (element.max_selected_items ?? Number.POSITIVE_INFINITY);
  const shown = open || many ? query : (chosen[0]?.text.text ?? "");

  function close() {
    setOpen(false);
    setQuery("");
    setActive(0);
  }

  function choose(option: Option) {
    const without = chosen.filter(({ value }) => value !== option.value);
    if (!many) onChange([option]);
    else if (without.length < chosen.length) onChange(without);
    else if (!full) onChange([...chosen, option]);
    if (many) setQuery("");
    else close();
  }

  const keys: Record<string, () => void> = {
    ArrowDown: () => (open ? setActive(Math.min(active + 1, options.length - 1)) : setOpen(true)),
    ArrowUp: () => (open ? setActive(Math.max(active - 1, 0)) : setOpen(true)),
    Enter: () => {
      const option = options[active];
      if (open && option) choose(option);
      else setOpen(true);
    },
  };

  function onKeyDown(event: KeyboardEvent) {
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      close();
    } else if (event.key === "Backspace" && many && !query) {
      onChange(chosen.slice(0, -1));
    }
  }

  return (
    <div className="combobox">
      <div ref={box} className="field combobox-box" onClick={() => input.current?.focus()}>
        {many && chosen.map((option) => <Chip key={option.value} option={option} remove={() => choose(option)} />)}
        <input
          {...naming(slot)}
          ref={input}
          role="combobox"
          aria-expanded={open}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={open && options[active] ? `${listId}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={many && chosen.length ? "" : chosen[0]?.text.text ?? element.placeholder?.text ?? "Select an option"}
          data-autofocus={element.focus_on_load || undefined}
          value={shown}
          onClick={() => setOpen(true)}
          onChange={({ target }) => {
            setQuery(target.value);
            setActive(0);
            setOpen(true);
          }}
          onKeyDown={onKeyDown}
        />
        {!many && slot.optional && chosen.length > 0 && (
          <button type="button" className="combobox-clear" aria-label="Clear" onClick={() => onChange([])}>
            <CloseIcon />
          </button>
        )}
        <ChevronIcon />
      </div>
      <Listbox
        {...{ anchor: box, panel: list, id: listId, open, groups, note, active, chosen, many, choose }}
        label={slot.label ?? element.placeholder?.text ?? "Options"}
      />
    </div>
  );
}

function Chip({ option, remove }: { option: Option; remove: () => void }) {
  return (
    <span className="chip">
      {option.text.text}
      <button type="button" aria-label={`Remove ${option.text.text}`} onClick={remove}>
        <CloseIcon />
      </button>
    </span>
  );
}
