SELECT
  o.id,
  o.severity || ' incident closed ' || to_char(o.closed_at, '%-d %b %Y')
    || CASE
         WHEN o.lessons_learned_at IS NULL THEN ' has no lessons-learned; '
         ELSE ', lessons-learned completed '
           || CAST((CAST(o.lessons_learned_at AS BIGINT) - CAST(o.closed_at AS BIGINT)) / 86400000000 AS VARCHAR)
           || ' days later; '
       END
    || CAST(p.days_allowed AS VARCHAR) || ' days allowed' AS reason
FROM population o
CROSS JOIN parameter p
WHERE o.lessons_learned_at IS NULL OR o.lessons_learned_at > o.occurred_at
