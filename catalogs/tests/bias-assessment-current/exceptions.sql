-- The newest assessment conducted since the window began and no later than it fell due decides. Ratios and
-- thresholds are in millionths and are shown cut, never rounded, to three places. Approval of an inconclusive
-- result, or of one without a ratio, is a person's acceptance of it; a result below the threshold stays an
-- exception. An assessment counts from the first instant of its local day.
WITH candidate AS (
  SELECT
    o.id,
    a.assessment,
    a.conducted_at,
    a.approved_at,
    a.verdict,
    a.worst_group,
    a.worst_ratio_ppm,
    a.threshold_ppm,
    o.system,
    o.occurred_at,
    row_number() OVER (PARTITION BY o.id ORDER BY a.conducted_at DESC, a.assessment DESC) AS newest
  FROM population o
  JOIN ai_assessment a
    ON a.system = o.system AND a.kind = 'bias'
   AND a.conducted_at >= o.window_start AND a.conducted_at <= o.occurred_at
),
before_it AS (
  SELECT c.id, count(t.system) AS thresholds
  FROM candidate c
  LEFT JOIN threshold t
    ON t.system = c.system AND t.value_ppm = c.threshold_ppm AND t.approved_at <= c.conducted_at
  WHERE c.newest = 1
  GROUP BY c.id
),
last_made AS (
  SELECT o.id, max(a.conducted_at) AS conducted_at
  FROM population o
  JOIN ai_assessment a ON a.system = o.system AND a.kind = 'bias' AND a.conducted_at < o.window_start
  GROUP BY o.id
),
judged AS (
  SELECT
    o.id,
    coalesce(o.system_name, o.system) AS what,
    o.occurred_at AS due_at,
    o.window_start,
    c.assessment,
    c.conducted_at,
    c.approved_at,
    c.verdict,
    b.thresholds,
    l.conducted_at AS earlier_at,
    coalesce(' (' || nullif(c.worst_group, '') || ')', '') AS of_group,
    CAST(c.worst_ratio_ppm / 1000000 AS VARCHAR) || '.'
      || right('00' || CAST((c.worst_ratio_ppm % 1000000) / 1000 AS VARCHAR), 3) AS ratio,
    CAST(c.threshold_ppm / 1000000 AS VARCHAR) || '.'
      || right('00' || CAST((c.threshold_ppm % 1000000) / 1000 AS VARCHAR), 3) AS threshold
  FROM population o
  LEFT JOIN candidate c ON c.id = o.id AND c.newest = 1
  LEFT JOIN before_it b ON b.id = o.id
  LEFT JOIN last_made l ON l.id = o.id
),
told AS (
  SELECT
    id,
    CASE
      WHEN assessment IS NULL THEN
        what || ' has no bias assessment made from '
        || to_char(window_start + INTERVAL '12 hours', '%-d %b %Y') || ' to '
        || to_char(due_at - INTERVAL '12 hours', '%-d %b %Y') || '; '
        || CASE WHEN earlier_at IS NULL THEN 'there is no earlier one'
                ELSE 'the last is of ' || to_char(earlier_at + INTERVAL '12 hours', '%-d %b %Y') END
      WHEN verdict = 'not_estimable' AND (approved_at IS NULL OR approved_at > due_at) THEN
        what || ' has a bias assessment of ' || to_char(conducted_at + INTERVAL '12 hours', '%-d %b %Y')
        || ' from which no ratio could be estimated, and nobody had accepted it when it fell due'
      WHEN verdict IS NULL OR verdict NOT IN ('above', 'below', 'inconclusive', 'not_estimable') THEN
        what || ' has a bias assessment of ' || to_char(conducted_at + INTERVAL '12 hours', '%-d %b %Y') || ' without a verdict'
      WHEN thresholds = 0 THEN
        'no threshold' || coalesce(' of ' || threshold, '') || ' was approved for ' || what
        || ' before its bias assessment of ' || to_char(conducted_at + INTERVAL '12 hours', '%-d %b %Y')
      WHEN verdict = 'below' THEN
        what || ' was below its threshold on ' || to_char(conducted_at + INTERVAL '12 hours', '%-d %b %Y')
        || coalesce(': lowest impact ratio ' || ratio || of_group || ', at least ' || threshold || ' wanted', '')
      WHEN verdict = 'inconclusive' AND (approved_at IS NULL OR approved_at > due_at) THEN
        what || ' has an inconclusive bias assessment of ' || to_char(conducted_at + INTERVAL '12 hours', '%-d %b %Y')
        || coalesce(', lowest impact ratio ' || ratio || of_group || ' against ' || threshold, '')
        || ', that nobody had accepted when it fell due'
    END AS reason
  FROM judged
)
SELECT id, reason
FROM told
WHERE reason IS NOT NULL
