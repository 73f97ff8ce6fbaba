-- A review serves the window it names. Never completed is missed; completed after it fell due is late, however late.
-- It falls due with the last instant of a local day; 12 hours earlier is the same day in UTC.
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
         WHEN completed_at IS NULL THEN ' missed: none was completed; due by the end of '
           || to_char(due_at - INTERVAL '12 hours', '%-d %b %Y')
         ELSE ' late: completed ' || to_char(completed_at, '%-d %b %Y %H:%M') || ' UTC; due by the end of '
           || to_char(due_at - INTERVAL '12 hours', '%-d %b %Y')
       END AS reason
FROM held
WHERE completed_at IS NULL OR completed_at > due_at
