import { words } from "../blockkit";
import { buttonAction, keyOf, useSurfaceHere } from "../surface";
import type { Slot } from "./slot";

const LOOKS = { primary: "btn btn-primary", danger: "btn btn-danger" };

/** A Block Kit button. With a URL it is a link that also tells the app. */
export function ButtonControl({ element, reference, describedBy }: Slot) {
  const surface = useSurfaceHere();
  const busy = surface.busy === keyOf(reference);
  const look = element.style ? LOOKS[element.style] : "btn";
  const shared = {
    className: look,
    "aria-label": element.accessibility_label,
    "aria-describedby": describedBy,
    onClick: () => busy || surface.press({ ref: reference, element, action: buttonAction(element) }),
  };

  if (element.url && /^https?:/i.test(element.url)) {
    return (
      <a {...shared} href={element.url} target="_blank" rel="noopener noreferrer">
        {words(element.text)}
      </a>
    );
  }
  return (
    <button {...shared} type="button" aria-busy={busy}>
      {words(element.text)}
    </button>
  );
}

/** Thumbs up and down, or a lone icon such as delete. */
export function FeedbackControl({ element, reference }: Slot) {
  const surface = useSurfaceHere();
  const choices =
    element.type === "icon_button"
      ? [{ text: element.text, value: element.value, accessibility_label: element.accessibility_label }]
      : [element.positive_button, element.negative_button];
  return choices.map(
    (choice) =>
      choice && (
        <button
          key={words(choice.text)}
          type="button"
          className="btn btn-quiet"
          aria-label={choice.accessibility_label ?? undefined}
          onClick={() => surface.press({ ref: reference, element, action: { text: choice.text, value: choice.value } })}
        >
          {words(choice.text)}
        </button>
      ),
  );
}
