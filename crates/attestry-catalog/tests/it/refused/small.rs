//! A small catalog without a fault, and files that make it a larger one.

const FRAMEWORK: &str = "\
id: demo
title: Demo framework
short: Demo
version: '1'
publisher: Somebody
kind: guidance
licence_note: ours
as_of: 2026-01-01
categories:
  - { id: base, title: Base, required: true, root: B }
  - { id: extra, title: Extra, required: false, root: X }
requirements:
  - { id: B, kind: category, title: Base, assessable: false, category: base }
  - { id: B1.1, parent: B, kind: criterion, title: First, assessable: true, category: base, summary: does it }
  - { id: X, kind: category, title: Extra, assessable: false, category: extra }
  - { id: X1.1, parent: X, kind: criterion, title: Second, assessable: true, category: extra, summary: more, unmapped: nobody can }
";
const CONTROLS: &str = "\
family: change
title: Change
controls:
  - id: CHG-01
    title: Reviewed
    objective: to be sure
    practice: look at it
    nature: manual
    type: preventive
    cadence: per_event
    owner: lead
    evidence: [reviews]
    streams: [change]
    mappings:
      - { requirement: 'demo:B1.1', kind: contributes, role: key, rationale: since it does }
";
const STREAM: &str = "\
id: change
title: Change
keeping: append
key: [change_id]
event_time: merged_at
columns:
  - { name: change_id, type: text, required: true, personal: false, meaning: name }
  - { name: merged_at, type: timestamp, required: true, personal: false, meaning: instant }
  - { name: author, type: text, required: false, personal: true, meaning: who }
";
const TEST: &str = "\
id: reviewed
control: CHG-01
title: Every change was reviewed
unit: change
streams: [change]
parameters:
  - { name: days, meaning: allowed, unit: days, default: 3 }
";
const POPULATION: &str = "SELECT c.change_id AS id, c.merged_at AS occurred_at\nFROM change c\nCROSS JOIN parameter p\nWHERE c.merged_at < p.period_end\n";
const EXCEPTIONS: &str =
    "SELECT id, 'late' AS reason FROM population CROSS JOIN parameter p WHERE p.days > 2\n";

pub(super) const FILES: [(&str, &str); 6] = [
    ("frameworks/demo.yaml", FRAMEWORK),
    ("controls/change.yaml", CONTROLS),
    ("streams/change.yaml", STREAM),
    ("tests/reviewed/test.yaml", TEST),
    ("tests/reviewed/population.sql", POPULATION),
    ("tests/reviewed/exceptions.sql", EXCEPTIONS),
];

const LAW: &str = "\
id: act
title: The act
short: Act
version: '1'
publisher: Parliament
kind: law
licence_note: ours
as_of: 2026-01-01
categories:
  - { id: maker, title: Maker, required: false }
  - { id: user, title: User, required: false }
scheme:
  what: a law
  concludes: nobody
  output: nothing
  origin: parliament
  market: everywhere
  validity: always
  renewal: never
  best_when: it applies
  not_for: no seal
  sources: [{ source: the journal, as_of: 2026-01-01 }]
dates:
  - id: start
    provisions: [A]
    applies_from: 2026-08-02
    until: 2026-08-02
    note: from the start
    source: the journal
    as_of: 2026-01-01
requirements:
  - { id: A, kind: chapter, title: Duties, assessable: false }
  - { id: A1, parent: A, kind: article, title: Keep, assessable: true, summary: keep it, looks_for: it kept, evidence: a list, applies: { duty: [maker] } }
  - { id: A2, parent: A, kind: article, title: Show, assessable: true, summary: show it, looks_for: it shown, evidence: a page, applies: { duty: [maker, user], tier: [high] } }
  - { id: A3, parent: A, kind: article, title: Pay, assessable: true, summary: pay it, looks_for: it paid, evidence: a slip, unmapped: a ministry does it }
";
const DUTY: &str = "\
family: duty
title: Duty
controls:
  - id: DUT-01
    title: Kept
    objective: to have it
    practice: keep it
    nature: manual
    type: preventive
    cadence: annual
    owner: lead
    evidence: [list]
    streams: []
    mappings:
      - { requirement: 'act:A1', kind: satisfies, rationale: since it keeps }
      - { requirement: 'act:A2', kind: contributes, role: key, rationale: since it shows }
      - { requirement: 'demo:B1.1', kind: contributes, role: supporting, rationale: since it helps }
";
const CROSSWALK: &str = "\
id: demo--act
from: demo
to: act
basis: judged here
as_of: 2026-01-01
note: a note
answers: { same: not at all, both: perhaps, first: either }
rows:
  - from: B1.1
    to: A1
    relation: superset_of
    strength: 7
    why: both keep it
    left_from: looking at it
  - from: B1.1
    to: A2
    relation: intersects
    strength: 3
    why: both show it
    left_to: showing it to others
    left_from: looking twice
  - from: X1.1
    to: A1
    relation: no_relation
    why: they only sound alike
alone:
  - { requirement: 'demo:X1.1', why: nobody else asks for more }
  - { requirement: 'act:A3', why: money is not looked at }
";
const TOPICS: &str = "\
topics:
  - { id: keeping, title: Keeping, about: what is kept, controls: [DUT-01] }
";

/// A law, its control, a crosswalk to it, and a topic.
pub(super) const MORE: [(&str, &str); 4] = [
    ("frameworks/act.yaml", LAW),
    ("controls/duty.yaml", DUTY),
    ("crosswalks/demo--act.yaml", CROSSWALK),
    ("topics.yaml", TOPICS),
];
