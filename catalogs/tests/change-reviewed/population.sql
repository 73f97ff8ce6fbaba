-- Every change that reached the shipped branch in the period. Its second record is the review that says most about it:
-- the first that releases it in time, else the first that would have released it, else the first of any kind.
-- A review that was withdrawn releases nothing.
WITH withdrawn AS (
  SELECT DISTINCT withdraws_review_id AS review_id FROM review WHERE withdraws_review_id IS NOT NULL
),
ranked AS (
  SELECT
    r.change_id,
    r._segment,
    r._row,
    row_number() OVER (
      PARTITION BY r.change_id
      ORDER BY
        CASE WHEN r.reviewer_key = c.author_key
               OR r.verdict IN ('commented', 'changes_requested', 'dismissed')
               OR w.review_id IS NOT NULL THEN 1
             ELSE 0 END,
        r.reviewed_at,
        r.review_id
    ) AS nth
  FROM review r
  JOIN change c ON c.change_id = r.change_id
  LEFT JOIN withdrawn w ON w.review_id = r.review_id
)
SELECT
  c.change_id AS id,
  c.merged_at AS occurred_at,
  c.repository,
  c.commit,
  c.title,
  c.author_key,
  c.recorded_at,
  c._segment AS evidence_segment,
  c._row AS evidence_row,
  r._segment AS evidence_segment_2,
  r._row AS evidence_row_2
FROM change c
LEFT JOIN ranked r ON r.change_id = c.change_id AND r.nth = 1
CROSS JOIN parameter p
WHERE c.merged_at >= p.period_start
  AND c.merged_at < p.period_end
