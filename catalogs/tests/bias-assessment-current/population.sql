-- Each window the control's cadence demands and that fell due in the period, for each system in production at any
-- time in that window. Windows begin at local midnight; the nearest midnight in UTC names the same day. No two
-- systems have one name.
SELECT
  coalesce(y.name, y.system) || ' / ' || CAST(CAST(e.window_start + INTERVAL '12 hours' AS DATE) AS VARCHAR) AS id,
  e.due_at AS occurred_at,
  y.system,
  y.system AS evidence_system,
  y.name AS system_name,
  e.window_start,
  e.window_end
FROM expected_occurrence e
JOIN ai_system y
  ON y.in_production_from < e.window_end
 AND (y.in_production_to IS NULL OR y.in_production_to > e.window_start)
CROSS JOIN parameter p
WHERE e.control = 'AIM-01'
  AND e.due_at >= p.period_start
  AND e.due_at < p.period_end
  AND e.due_at <= p.as_of_at
