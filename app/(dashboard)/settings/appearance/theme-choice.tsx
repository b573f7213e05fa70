"use client";

import { useTheme } from "next-themes";
import { useInBrowser } from "./use-in-browser";

const THEMES = [
  { value: "system", label: "As the system has it" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

/** Which theme this browser shows. */
export function ThemeChoice() {
  const { theme, setTheme } = useTheme();
  const isInBrowser = useInBrowser();
  return (
    <fieldset className="flex flex-col">
      <legend className="sr-only">Theme</legend>
      {THEMES.map(({ value, label }) => (
        <label
          key={value}
          className="inline-flex min-h-6 items-center gap-2 text-small coarse:min-h-11"
        >
          <input
            type="radio"
            name="theme"
            value={value}
            className="size-4 accent-solid"
            checked={isInBrowser && theme === value}
            onChange={() => setTheme(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
