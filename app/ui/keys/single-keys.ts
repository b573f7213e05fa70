const STORED_AS = "canvass-keys";

/** Whether keys without a modifier do something, which each reader may turn off (WCAG 2.1.4). */
export function areSingleKeysOn(): boolean {
  try {
    return window.localStorage.getItem(STORED_AS) !== "off";
  } catch {
    // Storage may be forbidden.
    return true;
  }
}
