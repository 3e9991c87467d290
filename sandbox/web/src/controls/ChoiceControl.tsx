import { useId } from "react";
import type { Option } from "../blockkit";
import { naming, type Slot, useHeld } from "./slot";

/** Radio buttons and checkboxes, each option with its description. */
export function ChoiceControl(slot: Slot & { labelledBy?: string }) {
  const { element, labelledBy } = slot;
  const [state, hold] = useHeld(slot);
  const group = useId();
  const many = element.type === "checkboxes";
  const chosen = many ? (state.selected_options ?? []) : state.selected_option ? [state.selected_option] : [];
  const { "aria-required": required, ...names } = naming(slot);

  function choose(option: Option, on: boolean) {
    if (!many) return hold({ selected_option: option });
    const next = (element.options ?? []).filter(({ value }) =>
      value === option.value ? on : chosen.some((held) => held.value === value),
    );
    hold({ selected_options: next });
  }

  return (
    <div
      {...names}
      {...(many ? { "aria-invalid": undefined } : { "aria-required": required })}
      role={many ? "group" : "radiogroup"}
      aria-labelledby={labelledBy}
      className="choices"
    >
      {element.options?.map((option, index) => (
        <Choice
          key={option.value}
          option={option}
          id={`${group}-${index}`}
          name={group}
          type={many ? "checkbox" : "radio"}
          checked={chosen.some(({ value }) => value === option.value)}
          onChange={(on) => choose(option, on)}
        />
      ))}
    </div>
  );
}

interface ChoiceProps {
  option: Option;
  id: string;
  name: string;
  type: "checkbox" | "radio";
  checked: boolean;
  onChange: (on: boolean) => void;
}

function Choice({ option, id, name, type, checked, onChange }: ChoiceProps) {
  const description = option.description ? `${id}-description` : undefined;
  return (
    <div className="choice">
      <input
        id={id}
        name={name}
        type={type}
        checked={checked}
        aria-describedby={description}
        onChange={({ target }) => onChange(target.checked)}
      />
      <div>
        <label htmlFor={id}>{strip(option.text.text)}</label>
        {option.description && (
          <label htmlFor={id} id={description} className="choice-description" aria-hidden="true">
            {strip(option.description.text)}
          </label>
        )}
      </div>
    </div>
  );
}

/** Options may be mrkdwn; a control's name is plain words. */
function strip(text: string): string {
  return text.replace(/(^|\s)[*_~`](\S.*?\S|\S)[*_~`](?=\s|$|[.,:;!?])/g, "$1$2");
}
