-- Closed incidents from the lowest severity upwards; each belongs to the period in which its lessons-learned fell due.
WITH ranked AS (
  SELECT
    i.incident_id,
    i.severity,
    i.closed_at,
    i.lessons_learned_at,
    CASE i.severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 4 END AS weight,
    CASE p.lowest_severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END AS lowest,
    i._segment AS evidence_segment,
    i._row AS evidence_row,
    i.closed_at + CAST(CAST(p.days_allowed AS VARCHAR) || ' days' AS INTERVAL) AS due_at
  FROM incident i
  CROSS JOIN parameter p
  WHERE i.closed_at IS NOT NULL
)
SELECT
  r.incident_id AS id,
  r.due_at AS occurred_at,
  r.severity,
  r.closed_at,
  r.lessons_learned_at,
  r.evidence_segment,
  r.evidence_row
FROM ranked r
CROSS JOIN parameter p
WHERE r.weight >= r.lowest
  AND r.due_at >= p.period_start
  AND r.due_at < p.period_end
  AND r.due_at <= p.as_of_at
