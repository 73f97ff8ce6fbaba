-- A comment, a request for changes or a dismissed review does not release a change; any other review by
-- someone whose key differs from the author's does, up to the instant of the merge.
WITH withdrawn AS (
  SELECT DISTINCT withdraws_review_id AS review_id FROM review WHERE withdraws_review_id IS NOT NULL
),
counted AS (
  SELECT
    o.id,
    o.occurred_at,
    count(r.review_id) AS reviews,
    sum(CASE WHEN r.reviewer_key = o.author_key THEN 1 ELSE 0 END) AS own,
    sum(CASE WHEN r.reviewer_key <> o.author_key
              AND w.review_id IS NULL
              AND r.verdict NOT IN ('commented', 'changes_requested', 'dismissed')
              AND r.reviewed_at <= o.occurred_at THEN 1 ELSE 0 END) AS in_time,
    min(CASE WHEN r.reviewer_key <> o.author_key
              AND w.review_id IS NULL
              AND r.verdict NOT IN ('commented', 'changes_requested', 'dismissed')
              AND r.reviewed_at > o.occurred_at THEN r.reviewed_at END) AS late_at
  FROM population o
  LEFT JOIN review r ON r.change_id = o.id
  LEFT JOIN withdrawn w ON w.review_id = r.review_id
  GROUP BY o.id, o.occurred_at
)
SELECT
  id,
  CASE
    WHEN reviews = 0 THEN 'merged without any recorded review'
    WHEN late_at IS NOT NULL THEN
      'reviewed only after the merge: merged ' || to_char(occurred_at, '%-d %b %Y %H:%M')
      || ', first reviewed by another person ' || to_char(late_at, '%-d %b %Y %H:%M') || ' UTC'
    WHEN own = reviews THEN 'reviewed only by its own author'
    ELSE 'no approving review by another person at or before the merge; reviews recorded: ' || CAST(reviews AS VARCHAR)
  END AS reason
FROM counted
WHERE in_time = 0
