DROP INDEX "responses_prompt_answered";--> statement-breakpoint
ALTER TABLE "responses" ADD COLUMN "signature" uuid GENERATED ALWAYS AS (md5(prompt_version::text || '|' || instructions_version::text || '|' || settings::text || coalesce('=' || returned_model, ''))::uuid) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "responses_trend" ON "responses" USING btree ("prompt_id","answered_at","id","model_id","signature");--> statement-breakpoint
-- With the entity in it, so that counting names reads this index and not the table.
ALTER TABLE "response_entities" DROP CONSTRAINT "response_entities_response_id_rank_pk",
  ADD CONSTRAINT "response_entities_response_id_rank_pk" PRIMARY KEY ("response_id","rank") INCLUDE ("entity_id");
