import { useEffect, useState } from "react";
import type { Mood } from "./desk";

interface MoodsProps {
  moods: Mood[];
  mood: string;
  choose: (mood: string) => void;
}

/** How Salesforce answers the bot from now on. */
export function Moods({ moods, mood, choose }: MoodsProps) {
  // Shown at once; the server says so a little later.
  const [chosen, setChosen] = useState(mood);
  useEffect(() => setChosen(mood), [mood]);

  function change(key: string) {
    setChosen(key);
    choose(key);
  }

  return (
    <fieldset className="moods">
      <legend>Salesforce today</legend>
      {moods.map(({ key, label, detail }) => (
        <label key={key} className="mood">
          <input type="radio" name="salesforce-mood" value={key} checked={chosen === key} onChange={() => change(key)} aria-describedby={`mood-${key}`} />
          <span>{label}</span>
          <span className="mood-detail" id={`mood-${key}`}>
            {detail}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
