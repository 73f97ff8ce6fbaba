-- One row for each access that was open when an employment ended. It belongs to the period in which its removal
-- fell due. Whoever works on under another employment, starting no later than the next day, has not left. Its records
-- are the grant, the removal (2) and the employment (3).
WITH ended AS (
  SELECT
    e.person_key,
    e.started_on,
    e.left_on,
    coalesce(e.left_at, CAST(e.left_on AS TIMESTAMP(6)) + INTERVAL '1 day') AS left_at,
    e._segment,
    e._row
  FROM employee e
  WHERE e.left_on IS NOT NULL
    AND NOT EXISTS (
      SELECT 1
      FROM employee n
      WHERE n.person_key = e.person_key
        AND n.started_on > e.started_on
        AND n.started_on <= e.left_on + INTERVAL '1 day'
        AND (n.left_on IS NULL OR n.left_on > e.left_on)
    )
),
-- A removal names the grant that it ends, or, where a log knows no grants, the access: person, system and entitlement.
ends AS (
  SELECT r.grant_id, r.removed_at, r._segment, r._row FROM access_removal r
  UNION ALL
  SELECT g.grant_id, r.removed_at, r._segment, r._row
  FROM access_removal r
  JOIN access_grant g ON g.access_id = r.access_id AND g.granted_at <= r.removed_at
),
removed AS (
  SELECT
    grant_id,
    removed_at,
    _segment,
    _row,
    row_number() OVER (PARTITION BY grant_id ORDER BY removed_at, _segment, _row) AS nth
  FROM ends
),
open_access AS (
  SELECT
    g.grant_id || '/' || CAST(l.left_on AS VARCHAR) AS id,
    l.left_at + CAST(CAST(p.grace_hours AS VARCHAR) || ' hours' AS INTERVAL) AS occurred_at,
    l.person_key,
    g.system,
    l.left_at,
    r.removed_at,
    g._segment AS evidence_segment,
    g._row AS evidence_row,
    r._segment AS evidence_segment_2,
    r._row AS evidence_row_2,
    l._segment AS evidence_segment_3,
    l._row AS evidence_row_3
  FROM ended l
  JOIN access_grant g ON g.person_key = l.person_key AND g.granted_at <= l.left_at
  LEFT JOIN removed r ON r.grant_id = g.grant_id AND r.nth = 1
  CROSS JOIN parameter p
  WHERE r.removed_at IS NULL OR r.removed_at > l.left_at
)
SELECT
  o.id,
  o.occurred_at,
  o.person_key,
  o.system,
  o.left_at,
  o.removed_at,
  o.evidence_segment,
  o.evidence_row,
  o.evidence_segment_2,
  o.evidence_row_2,
  o.evidence_segment_3,
  o.evidence_row_3
FROM open_access o
CROSS JOIN parameter p
WHERE o.occurred_at >= p.period_start
  AND o.occurred_at < p.period_end
  AND o.occurred_at <= p.as_of_at
