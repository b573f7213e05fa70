-- A key without what people put around a name or spell in two ways: accents, a leading article, what is in
-- brackets (which a key doesn't close at its end), punctuation. Two keys of one likeness are likely one
-- thing: a suggestion, never a rule.
CREATE FUNCTION entity_likeness(key text) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql
RETURN regexp_replace(normalize(key, NFD),
  '^the |[([][^])]*([])]|$)|[\u0300-\u036f]|[-\s.,:;!?/&''"_’–—・]', '', 'g');
--> statement-breakpoint
CREATE INDEX "entities_likeness" ON "entities" USING btree (entity_likeness("key"));