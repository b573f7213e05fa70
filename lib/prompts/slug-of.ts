const MOST_CHARACTERS = 60;

/** All digits would be an id; the others are addresses of their own. */
const MEANS_ELSE = /^(\d+|import|export|new)$/;

/** Words that a slug does without. */
const SMALL_WORDS = new Set(
  "a an the is are was were be do does did should would could can i you we to of in on at for what which who whom whose where when how and or my your our it its this that right now".split(
    " ",
  ),
);

/**
 * The slug that a question's text suggests: its words that say something, in lower-case ASCII, as many as
 * fit. Empty where there are none, as in a question that has no Latin letter.
 */
export function slugOf(question: string): string {
  const words = question
    .normalize("NFKD")
    .replace(/[\u0300-\u036f'’]/g, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const telling = words.filter((word) => !SMALL_WORDS.has(word));
  let slug = "";
  for (const word of telling.length > 0 ? telling : words) {
    const longer = slug === "" ? word.slice(0, MOST_CHARACTERS) : `${slug}-${word}`;
    if (longer.length > MOST_CHARACTERS) break;
    slug = longer;
  }
  return MEANS_ELSE.test(slug) ? `question-${slug}` : slug;
}
