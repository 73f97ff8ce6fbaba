-- Every change that reached the shipped branch in the period.
SELECT
  c.change_id AS id,
  c.merged_at AS occurred_at,
  c.repository,
  c.commit,
  c.title,
  c.author_key,
  c.recorded_at,
  c._segment AS evidence_segment,
  c._row AS evidence_row
FROM change c
CROSS JOIN parameter p
WHERE c.merged_at >= p.period_start
  AND c.merged_at < p.period_end
