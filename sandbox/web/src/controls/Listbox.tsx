import { type ReactNode, type RefObject, useEffect } from "react";
import type { Option, OptionGroup } from "../blockkit";
import { CheckIcon } from "../components/icons";
import { usePopover } from "./popover";

interface ListboxProps {
  anchor: RefObject<HTMLElement | null>;
  panel: RefObject<HTMLDivElement | null>;
  id: string;
  label: string;
  open: boolean;
  groups: OptionGroup[];
  note: string | null;
  active: number;
  chosen: Option[];
  many: boolean;
  choose: (option: Option) => void;
}

/** The list under a combobox; the focus stays in its input. */
export function Listbox({ anchor, panel, id, label, open, groups, note, active, chosen, many, choose }: ListboxProps) {
  usePopover({ open, anchor, panel, match: true, content: groups.length + (note ?? "") });
  useEffect(() => {
    if (open) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [open, id, active]);
  if (!open) return null;

  let index = 0;
  return (
    <div ref={panel} popover="manual" className="listbox-panel" onPointerDown={(event) => event.preventDefault()}>
      <div role="listbox" id={id} aria-label={label} aria-multiselectable={many || undefined}>
        {groups.map((group, position) => (
          <Group key={`${group.label.text}-${position}`} group={group} headingId={`${id}-group-${position}`}>
            {group.options.map((option) => {
              const at = index++;
              return (
                <Row
                  key={option.value}
                  id={`${id}-${at}`}
                  option={option}
                  active={at === active}
                  selected={chosen.some(({ value }) => value === option.value)}
                  choose={choose}
                />
              );
            })}
          </Group>
        ))}
      </div>
      <div role="status" className={note ? "listbox-note" : "sr-only"}>
        {note ?? `${index} ${index === 1 ? "result" : "results"}`}
      </div>
    </div>
  );
}

function Group({ group, headingId, children }: { group: OptionGroup; headingId: string; children: ReactNode }) {
  if (!group.label.text) return children;
  return (
    <div role="group" aria-labelledby={headingId}>
      <div id={headingId} role="presentation" className="listbox-heading">
        {group.label.text}
      </div>
      {children}
    </div>
  );
}

interface RowProps {
  id: string;
  option: Option;
  active: boolean;
  selected: boolean;
  choose: (option: Option) => void;
}

function Row({ id, option, active, selected, choose }: RowProps) {
  return (
    <div id={id} role="option" aria-selected={selected} data-active={active || undefined} className="listbox-option" onClick={() => choose(option)}>
      <span className="menu-words">
        <span className="menu-label">{option.text.text}</span>
        {option.description && <span className="menu-detail">{option.description.text}</span>}
      </span>
      {selected && <CheckIcon />}
    </div>
  );
}
