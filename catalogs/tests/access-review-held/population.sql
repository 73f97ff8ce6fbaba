-- The reviews that the control's cadence demands and that fell due in the period. Windows begin and end at local
-- midnight; the nearest midnight in UTC names the same day, hence the 12 hours.
SELECT
  e.control || '/' || CAST(CAST(e.window_start + INTERVAL '12 hours' AS DATE) AS VARCHAR) AS id,
  e.due_at AS occurred_at,
  CAST(e.window_start + INTERVAL '12 hours' AS DATE) AS window_first_day,
  CAST(e.window_end + INTERVAL '12 hours' AS DATE) AS window_next_day
FROM expected_occurrence e
CROSS JOIN parameter p
WHERE e.control = 'ACC-06'
  AND e.due_at >= p.period_start
  AND e.due_at < p.period_end
  AND e.due_at <= p.as_of_at
