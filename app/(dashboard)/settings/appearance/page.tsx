import { requireViewer } from "@/lib/auth/page-caller";
import { Section } from "../section";
import { ShortcutsSwitch } from "./shortcuts-switch";
import { ThemeChoice } from "./theme-choice";

export const metadata = { title: "Appearance" };

export default async function Page() {
  await requireViewer("/settings/appearance");
  return (
    <>
      <Section title="Theme" facts="In this browser.">
        <ThemeChoice />
      </Section>
      <Section title="Keys" facts="In this browser.">
        <ShortcutsSwitch />
      </Section>
    </>
  );
}
