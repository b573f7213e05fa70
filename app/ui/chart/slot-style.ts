/** How a slot's lines look, and how while one of the chart's names is looked at alone. */
export type SlotStyle = {
  color: string;
  /** What is always drawn: paler while another name is looked at. */
  line: string;
  /** What is drawn only for the name that is looked at. */
  alone: string;
  /** The same, and while none is. */
  leading: string;
};

// In full, for Tailwind reads them from here. `!`: they come after the general ones by no other rule.
const SHOWN: readonly { line: string; alone: string }[] = [
  {
    line: "group-data-[focus=s1]/chart:opacity-100! group-data-[focus=s1]/chart:[stroke-width:2.5]",
    alone: "group-data-[focus=s1]/chart:inline!",
  },
  {
    line: "group-data-[focus=s2]/chart:opacity-100! group-data-[focus=s2]/chart:[stroke-width:2.5]",
    alone: "group-data-[focus=s2]/chart:inline!",
  },
  {
    line: "group-data-[focus=s3]/chart:opacity-100! group-data-[focus=s3]/chart:[stroke-width:2.5]",
    alone: "group-data-[focus=s3]/chart:inline!",
  },
  {
    line: "group-data-[focus=s4]/chart:opacity-100! group-data-[focus=s4]/chart:[stroke-width:2.5]",
    alone: "group-data-[focus=s4]/chart:inline!",
  },
  {
    line: "group-data-[focus=s5]/chart:opacity-100! group-data-[focus=s5]/chart:[stroke-width:2.5]",
    alone: "group-data-[focus=s5]/chart:inline!",
  },
  {
    line: "group-data-[focus=s6]/chart:opacity-100! group-data-[focus=s6]/chart:[stroke-width:2.5]",
    alone: "group-data-[focus=s6]/chart:inline!",
  },
  {
    line: "group-data-[focus=s7]/chart:opacity-100! group-data-[focus=s7]/chart:[stroke-width:2.5]",
    alone: "group-data-[focus=s7]/chart:inline!",
  },
  {
    line: "group-data-[focus=s8]/chart:opacity-100! group-data-[focus=s8]/chart:[stroke-width:2.5]",
    alone: "group-data-[focus=s8]/chart:inline!",
  },
];

/** In: a slot, 1 to 8. */
export function slotStyle(slot: number): SlotStyle {
  const { line = "", alone = "" } = SHOWN[slot - 1] ?? {};
  return {
    color: slotColor(slot),
    line: `transition-opacity duration-120 group-data-focus/chart:opacity-30 ${line}`,
    alone: `hidden ${alone}`,
    leading: `group-data-focus/chart:hidden ${alone}`,
  };
}

export const slotColor = (slot: number): string => `var(--series-${slot})`;

/** The value of the chart's `data-focus` while this slot's name is looked at alone. */
export const focusOf = (slot: number): string => `s${slot}`;
