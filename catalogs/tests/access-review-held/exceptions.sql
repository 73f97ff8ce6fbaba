-- A review serves the window it names. Never completed is missed; completed after it fell due is late, however late.
WITH held AS (
  SELECT
    o.id,
    o.occurred_at AS due_at,
    o.window_first_day,
    o.window_next_day,
    min(r.completed_at) AS completed_at
  FROM population o
  LEFT JOIN access_review r
    ON r.window_start >= o.window_first_day AND r.window_start < o.window_next_day
  GROUP BY o.id, o.occurred_at, o.window_first_day, o.window_next_day
)
SELECT
  id,
  'review of ' || to_char(window_first_day, '%-d %b %Y') || ' to '
    || to_char(window_next_day - INTERVAL '1 day', '%-d %b %Y')
    || CASE
         WHEN completed_at IS NULL THEN ' missed: none was completed, it fell due '
           || to_char(due_at, '%-d %b %Y %H:%M') || ' UTC'
         ELSE ' late: completed ' || to_char(completed_at, '%-d %b %Y %H:%M') || ' UTC, due '
           || to_char(due_at, '%-d %b %Y %H:%M') || ' UTC'
       END AS reason
FROM held
WHERE completed_at IS NULL OR completed_at > due_at
