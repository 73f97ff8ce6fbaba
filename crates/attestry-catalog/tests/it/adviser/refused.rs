//! Each thing that the loader refuses in an adviser, in its exact words, from a small adviser with one fault.

use attestry_catalog::load_files;

use super::*;

const FRAMEWORK: &str = "\
id: demo
title: Demo law
short: Demo
version: '1'
publisher: Somebody
kind: law
licence_note: ours
as_of: 2026-01-01
categories:
  - { id: base, title: Base, required: true, root: B }
dates:
  - { id: start, provisions: [B], applies_from: 2027-01-01, note: starts, source: the law, as_of: 2026-01-01 }
requirements:
  - { id: B, kind: category, title: Base, assessable: false, category: base }
";
const QUESTIONS: &str = "\
questions:
  - id: customers
    text: Where are your customers?
    help: All of them.
    kind: many
    options:
      - { id: us, label: United States }
      - { id: eu, label: European Union }
  - id: urgent
    text: Is it urgent?
    help: Say so.
    kind: flag
    when: { customers: us }
  - id: deadline
    text: By when?
    help: A day.
    kind: date
    options:
      - { id: soon, label: Soon, within_months: 6 }
      - { id: later, label: Later }
";
const STEPS: &str = "\
steps:
  - id: scope
    title: Scope
    gives: A list.
    kind: groundwork
    effort: small
    phases:
      - { id: list, title: List, least: 1, most: 2, planned: 1, source: { text: us, as_of: 2026-01-01 } }
    costs: []
  - id: report
    title: Report
    gives: A report.
    framework: demo
    kind: law
    effort: large
    phases:
      - { id: build, title: Build, least: 1, most: 6, planned: 3, source: { text: us, as_of: 2026-01-01 } }
      - { id: audit, title: Audit, least: 1, most: 1, planned: 1, inside: build, source: { text: us, as_of: 2026-01-01 } }
    needs:
      - { rule: report-needs-scope, step: scope, phase: list, reason: it does, source: { text: us, as_of: 2026-01-01 } }
    held: { when: { customers: eu }, why: you have it }
    costs:
      - { what: fee, low: 5, high: 9, currency: USD, source: { text: us, as_of: 2026-01-01 } }
    shared:
      - { with: scope, what: the list }
    applies:
      - { from: 2027-01-01, what: all of it, source: { text: us, as_of: 2026-01-01 } }
  - id: extra
    title: Extra
    gives: More.
    kind: guidance
    effort: small
    phases: []
    within: [report]
    costs: []
";
const RULES: &str = "\
rules:
  - id: asked
    when: { customers: [us], urgent: 'yes' }
    effect: { recommend: [report], force: required }
    reason: they ask
    source: { text: us, as_of: 2026-01-01 }
  - id: more
    when: { planned: report }
    effect: { recommend: [extra], force: advised }
    reason: it follows
    source: { text: us, as_of: 2026-01-01 }
  - id: not-now
    when: { all: [ { deadline: soon }, { not: { customers: eu } } ] }
    effect: { defer: [extra], until: then }
    reason: time is short
    source: { text: us, as_of: 2026-01-01 }
  - id: first
    when: always
    effect: { lead: scope, until: list, before: [report] }
    reason: it comes first
    source: { text: us, as_of: 2026-01-01 }
  - id: quick
    when: always
    effect: { pace: report, phase: build, months: 2 }
    reason: it goes quicker
    source: { text: us, as_of: 2026-01-01 }
  - id: beside
    when: always
    effect: { together: [report, scope] }
    reason: they go together
    source: { text: us, as_of: 2026-01-01 }
  - id: base
    when: always
    effect: { category: 'demo:base', verdict: include }
    reason: always in
    source: { text: us, as_of: 2026-01-01 }
  - id: remark
    when: always
    effect: { note: report }
    reason: know this
    source: { text: us, as_of: 2026-01-01 }
";

const Q: &str = "adviser/questions.yaml";
const S: &str = "adviser/steps.yaml";
const R: &str = "adviser/rules.yaml";

fn files() -> Files {
    let mut files = Files::default();
    [("frameworks/demo.yaml", FRAMEWORK), (Q, QUESTIONS), (S, STEPS), (R, RULES)]
        .iter()
        .for_each(|(path, text)| files.add(*path, *text));
    files
}

/// The messages after one replacement.
fn messages(path: &str, from: &str, to: &str) -> Vec<String> {
    let mut files = files();
    let text = String::from_utf8(files.0[path].clone()).unwrap();
    assert!(text.contains(from), "{path} has no `{from}`");
    files.add(path, text.replacen(from, to, 1));
    load_files(&files).map(|_| ()).unwrap_err().iter().map(ToString::to_string).collect()
}

fn refuses(path: &str, from: &str, to: &str, expected: &[&str]) {
    assert_eq!(messages(path, from, to), expected);
}

#[test]
fn the_small_adviser_itself_is_accepted() {
    let adviser = load_files(&files()).unwrap_or_else(|errors| panic!("{errors:#?}")).adviser;
    assert_eq!((adviser.questions().len(), adviser.steps().len(), adviser.rules().len()), (3, 3, 8));
    let plan = advise(&adviser, &Profile::default().with("customers", "us").with("urgent", true), today());
    assert_eq!(steps(&plan), ["scope", "report", "extra"]);
}

#[test]
fn a_rule_given_twice_is_refused_with_the_place_of_the_first() {
    refuses(
        R,
        "id: more",
        "id: asked",
        &["adviser/rules.yaml:7: rules[1].id: rule `asked` is already there, at adviser/rules.yaml:2"],
    );
    refuses(
        S,
        "rule: report-needs-scope",
        "rule: asked",
        &[
            "adviser/steps.yaml:20: steps[1].needs[0].rule: rule `asked` is already there, at adviser/rules.yaml:2",
        ],
    );
}

#[test]
fn a_rule_without_a_reason_or_source_is_refused() {
    refuses(R, "    reason: they ask\n", "", &["adviser/rules.yaml:2: rules[0]: key `reason` is missing"]);
    refuses(
        R,
        "    reason: they ask\n    source: { text: us, as_of: 2026-01-01 }",
        "    reason: they ask",
        &["adviser/rules.yaml:2: rules[0]: key `source` is missing"],
    );
    refuses(
        R,
        "source: { text: us, as_of: 2026-01-01 }",
        "source: { text: us }",
        &["adviser/rules.yaml:6: rules[0].source: key `as_of` is missing"],
    );
    refuses(
        R,
        "source: { text: us, as_of: 2026-01-01 }",
        "source: { text: us, as_of: 2026-13-01 }",
        &[
            "adviser/rules.yaml:6: rules[0].source.as_of: `2026-13-01` is no day; expected a form like 2026-05-12",
        ],
    );
}

#[test]
fn an_unknown_field_or_answer_in_a_condition_is_refused_with_the_nearest() {
    refuses(
        R,
        "{ customers: [us], urgent",
        "{ customer: [us], urgent",
        &[
            "adviser/rules.yaml:3: rules[0].when.customer: unknown profile field `customer`; nearest is `customers`",
            "adviser/rules.yaml:3: rules[0].when.customer[0]: unknown answer `customer.us`; nearest is `customers.us`",
        ],
    );
    refuses(
        R,
        "[us]",
        "[us, uk]",
        &[
            "adviser/rules.yaml:3: rules[0].when.customers[1]: unknown answer `customers.uk`; nearest is `customers.us`",
        ],
    );
    refuses(
        R,
        "urgent: 'yes'",
        "urgent: 'yess'",
        &[
            "adviser/rules.yaml:3: rules[0].when.urgent: unknown answer `urgent.yess`; nearest is `urgent.yes`",
        ],
    );
    refuses(
        Q,
        "when: { customers: us }",
        "when: { costumers: us }",
        &[
            "adviser/questions.yaml:13: questions[1].when.costumers: unknown profile field `costumers`; nearest is `customers`",
            "adviser/questions.yaml:13: questions[1].when.costumers: unknown answer `costumers.us`; nearest is `customers.us`",
        ],
    );
    refuses(
        S,
        "when: { customers: eu }",
        "when: { customers: ew }",
        &[
            "adviser/steps.yaml:21: steps[1].held.when.customers: unknown answer `customers.ew`; nearest is `customers.eu`",
        ],
    );
}

#[test]
fn an_unknown_step_is_refused_with_the_nearest_wherever_it_is_named() {
    refuses(
        R,
        "recommend: [report]",
        "recommend: [raport]",
        &["adviser/rules.yaml:4: rules[0].effect.recommend[0]: unknown step `raport`; nearest is `report`"],
    );
    refuses(
        R,
        "planned: report",
        "planned: repord",
        &["adviser/rules.yaml:8: rules[1].when.planned: unknown step `repord`; nearest is `report`"],
    );
    refuses(
        R,
        "defer: [extra]",
        "defer: [extras]",
        &["adviser/rules.yaml:14: rules[2].effect.defer[0]: unknown step `extras`; nearest is `extra`"],
    );
    refuses(
        R,
        "before: [report]",
        "before: [reprot]",
        &["adviser/rules.yaml:19: rules[3].effect.before[0]: unknown step `reprot`; nearest is `report`"],
    );
    refuses(
        R,
        "together: [report, scope]",
        "together: [report, scop]",
        &["adviser/rules.yaml:29: rules[5].effect.together[1]: unknown step `scop`; nearest is `scope`"],
    );
    refuses(
        R,
        "note: report",
        "note: repor",
        &["adviser/rules.yaml:39: rules[7].effect.note: unknown step `repor`; nearest is `report`"],
    );
    refuses(
        S,
        "step: scope",
        "step: scpoe",
        &[
            "adviser/steps.yaml:20: steps[1].needs[0].phase: unknown phase `scpoe.list`; nearest is `scope.list`",
            "adviser/steps.yaml:20: steps[1].needs[0].step: unknown step `scpoe`; nearest is `scope`",
        ],
    );
    refuses(
        S,
        "within: [report]",
        "within: [rapport]",
        &["adviser/steps.yaml:34: steps[2].within[0]: unknown step `rapport`; nearest is `report`"],
    );
    refuses(
        S,
        "with: scope",
        "with: skope",
        &["adviser/steps.yaml:25: steps[1].shared[0].with: unknown step `skope`; nearest is `scope`"],
    );
}

#[test]
fn an_unknown_phase_is_refused_with_the_nearest() {
    refuses(
        R,
        "until: list",
        "until: lists",
        &[
            "adviser/rules.yaml:19: rules[3].effect.until: unknown phase `scope.lists`; nearest is `scope.list`",
        ],
    );
    refuses(
        R,
        "phase: build",
        "phase: built",
        &[
            "adviser/rules.yaml:24: rules[4].effect.phase: unknown phase `report.built`; nearest is `report.build`",
        ],
    );
    refuses(
        S,
        "phase: list",
        "phase: lost",
        &[
            "adviser/steps.yaml:20: steps[1].needs[0].phase: unknown phase `scope.lost`; nearest is `scope.list`",
        ],
    );
    refuses(
        S,
        "inside: build",
        "inside: bild",
        &[
            "adviser/steps.yaml:18: steps[1].phases[1].id: `bild` is no earlier phase of this step that stands for itself",
            "adviser/steps.yaml:18: steps[1].phases[1].inside: unknown phase `report.bild`; nearest is `report.build`",
        ],
    );
}

#[test]
fn an_unknown_framework_or_category_is_refused_with_the_nearest() {
    refuses(
        S,
        "framework: demo",
        "framework: dema",
        &["adviser/steps.yaml:13: steps[1].framework: unknown framework `dema`; nearest is `demo`"],
    );
    refuses(
        R,
        "demo:base",
        "demo:bass",
        &[
            "adviser/rules.yaml:34: rules[6].effect.category: unknown category `demo:bass`; nearest is `demo:base`",
        ],
    );
}

#[test]
fn an_effect_that_is_none_or_two_is_refused() {
    refuses(
        R,
        "{ recommend: [report], force: required }",
        "{ recommend: [report], force: required, note: general }",
        &[
            "adviser/rules.yaml:4: rules[0].effect: an effect has exactly one of recommend, defer, not_needed, category, lead, together, pace, note; this one has 2",
        ],
    );
    refuses(
        R,
        "{ recommend: [report], force: required }",
        "{ force: required }",
        &[
            "adviser/rules.yaml:4: rules[0].effect: an effect has exactly one of recommend, defer, not_needed, category, lead, together, pace, note; this one has 0",
        ],
    );
    refuses(
        R,
        "    effect: { note: report }\n",
        "",
        &["adviser/rules.yaml:37: rules[7]: key `effect` is missing"],
    );
}

#[test]
fn an_effect_that_lacks_a_part_or_has_another_s_is_refused() {
    refuses(
        R,
        "[report], force: required",
        "[report]",
        &["adviser/rules.yaml:4: rules[0].effect: key `force` is missing"],
    );
    refuses(
        R,
        "force: required",
        "force: require",
        &[
            "adviser/rules.yaml:4: rules[0].effect.force: `require` is none of required, advised; nearest is `required`",
        ],
    );
    refuses(
        R,
        "defer: [extra], until: then",
        "defer: [extra], until: then, force: advised",
        &["adviser/rules.yaml:14: rules[2].effect: unknown key `force`"],
    );
    refuses(
        R,
        ", before: [report]",
        "",
        &["adviser/rules.yaml:19: rules[3].effect: key `before` is missing"],
    );
    refuses(
        R,
        "verdict: include",
        "verdict: included",
        &[
            "adviser/rules.yaml:34: rules[6].effect.verdict: `included` is none of include, propose, not_needed; nearest is `include`",
        ],
    );
    refuses(
        R,
        "months: 2",
        "months: two",
        &["adviser/rules.yaml:24: rules[4].effect.months: `two` is no whole number from 0 to 120"],
    );
}

#[test]
fn a_step_together_with_nothing_is_refused() {
    refuses(
        R,
        "together: [report, scope]",
        "together: [report]",
        &["adviser/rules.yaml:29: rules[5].effect: `together` needs at least two steps"],
    );
}

#[test]
fn a_condition_that_says_nothing_is_refused() {
    refuses(
        R,
        "when: { planned: report }",
        "when: {}",
        &[
            "adviser/rules.yaml:8: rules[1].when: nothing stands here that could hold; name what must, or write `always`",
        ],
    );
    refuses(
        R,
        "when: { planned: report }",
        "when: { planned: [] }",
        &[
            "adviser/rules.yaml:8: rules[1].when.planned: nothing stands here that could hold; name what must, or write `always`",
        ],
    );
    refuses(
        R,
        "when: { planned: report }",
        "when: { any: [] }",
        &[
            "adviser/rules.yaml:8: rules[1].when.any: nothing stands here that could hold; name what must, or write `always`",
        ],
    );
    refuses(
        R,
        "when: { planned: report }",
        "when: sometimes",
        &[
            "adviser/rules.yaml:8: rules[1].when: expected `always` or a map from fields to answers, found a single value",
        ],
    );
}

#[test]
fn a_question_has_the_options_of_its_kind() {
    refuses(
        Q,
        "    kind: flag",
        "    kind: one",
        &[
            "adviser/questions.yaml:9: questions[1]: a question of kind `one` needs `options`",
            "adviser/rules.yaml:3: rules[0].when.urgent: unknown answer `urgent.yes`",
        ],
    );
    refuses(
        Q,
        "    kind: date",
        "    kind: flag",
        &[
            "adviser/questions.yaml:14: questions[2]: a question of kind `flag` is answered with yes or no; leave `options` out",
            "adviser/questions.yaml:19: questions[2].options[0]: unknown key `within_months`",
        ],
    );
    refuses(
        Q,
        "    kind: date",
        "    kind: one",
        &["adviser/questions.yaml:19: questions[2].options[0]: unknown key `within_months`"],
    );
    refuses(
        Q,
        "label: Later }",
        "label: Later, within_months: 6 }",
        &[
            "adviser/questions.yaml:14: questions[2]: a question of kind `date` needs `options` with growing `within_months`, of which only the last may have none",
        ],
    );
}

#[test]
fn a_length_outside_what_is_known_is_refused() {
    refuses(
        S,
        "planned: 3",
        "planned: 7",
        &[
            "adviser/steps.yaml:17: steps[1].phases[0].id: `planned` is 7, outside 1 to 6, which is what the source says",
        ],
    );
    refuses(
        R,
        "months: 2",
        "months: 9",
        &[
            "adviser/rules.yaml:22: rules[4].id: 9 months lie outside 1 to 6, which is what is known of phase `report.build`",
        ],
    );
    refuses(
        S,
        "most: 6",
        "most: 600",
        &[
            "adviser/steps.yaml:17: steps[1].phases[0].most: `600` is no whole number from 0 to 120",
            "adviser/steps.yaml:18: steps[1].phases[1].id: `build` is no earlier phase of this step that stands for itself",
        ],
    );
}

#[test]
fn a_cost_that_is_no_range_is_refused() {
    refuses(
        S,
        "low: 5",
        "low: five",
        &[
            "adviser/steps.yaml:23: steps[1].costs[0].low: `five` is no amount; expected a whole number such as 5000",
        ],
    );
    refuses(
        S,
        "low: 5",
        "low: 50",
        &["adviser/steps.yaml:23: steps[1].costs[0]: the range ends at 9, below its start at 50"],
    );
}

#[test]
fn a_phase_inside_a_later_one_is_refused() {
    refuses(
        S,
        "inside: build",
        "inside: audit",
        &[
            "adviser/steps.yaml:18: steps[1].phases[1].id: `audit` is no earlier phase of this step that stands for itself",
        ],
    );
}

#[test]
fn a_step_with_nothing_to_do_or_with_two_courses_is_refused() {
    refuses(
        S,
        "    within: [report]\n",
        "",
        &["adviser/steps.yaml:28: steps[2].id: step `extra` has neither phases nor a step under `within`"],
    );
    refuses(
        S,
        "    phases: []\n    within",
        "    phases:\n      - { id: x, title: X, least: 1, most: 1, planned: 1, source: { text: us, as_of: 2026-01-01 } }\n    within",
        &[
            "adviser/steps.yaml:28: steps[2].id: step `extra` has phases of its own and a step under `within`; the months can only come from one",
        ],
    );
}

#[test]
fn a_rule_that_rests_on_the_absence_of_a_step_is_refused() {
    refuses(
        R,
        "{ planned: report }",
        "{ not: { planned: report } }",
        &[
            "adviser/rules.yaml:7: rules[1].id: `planned` stands under `not`; a rule must not rest on the absence of a step, or one demand could undo another",
        ],
    );
}

#[test]
fn what_takes_a_step_away_must_not_rest_on_the_plan() {
    refuses(
        R,
        "{ not: { customers: eu } }",
        "{ planned: report }",
        &[
            "adviser/rules.yaml:12: rules[2].id: `planned` cannot be a condition here: what takes a step out of the plan, or is known before there is one, must not rest on it",
        ],
    );
    refuses(
        S,
        "when: { customers: eu }",
        "when: { planned: scope }",
        &[
            "adviser/steps.yaml:10: steps[1].id: `planned` cannot be a condition here: what takes a step out of the plan, or is known before there is one, must not rest on it",
        ],
    );
    refuses(
        Q,
        "when: { customers: us }",
        "when: { planned: report }",
        &[
            "adviser/questions.yaml:9: questions[1].id: `planned` cannot be a condition here: what takes a step out of the plan, or is known before there is one, must not rest on it",
        ],
    );
}

#[test]
fn steps_that_need_each_other_are_refused() {
    refuses(
        S,
        "    costs: []\n  - id: report",
        "    costs: []\n    needs:\n      - { rule: scope-needs-report, step: report, reason: it does, source: { text: us, as_of: 2026-01-01 } }\n  - id: report",
        &[
            "adviser/steps.yaml:2: steps[0].id: step `scope` needs itself by way of other steps",
            "adviser/steps.yaml:12: steps[1].id: step `report` needs itself by way of other steps",
        ],
    );
}

#[test]
fn a_question_that_no_rule_reads_is_refused() {
    refuses(
        R,
        ", urgent: 'yes'",
        "",
        &[
            "adviser/questions.yaml:9: questions[1].id: no rule reads `urgent`; ask nothing that changes nothing",
        ],
    );
}

#[test]
fn a_step_that_nothing_recommends_is_refused() {
    refuses(
        R,
        "recommend: [extra]",
        "recommend: [scope]",
        &["adviser/steps.yaml:28: steps[2].id: no rule recommends step `extra` and no step needs it"],
    );
}

#[test]
fn a_day_that_the_law_s_file_does_not_have_is_refused() {
    refuses(
        S,
        "from: 2027-01-01",
        "from: 2027-02-01",
        &[
            "adviser/steps.yaml:10: steps[1].id: `2027-02-01` is no day from which anything of `demo` applies, as its file says",
        ],
    );
}

#[test]
fn words_that_are_never_true_are_refused_in_an_adviser() {
    refuses(
        R,
        "reason: they ask",
        "reason: be SOC 2 certified",
        &["adviser/rules.yaml:5: says `soc 2 certified`, which is never true"],
    );
}
