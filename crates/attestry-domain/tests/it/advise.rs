//! How rules of an adviser work together, on advisers of a few rules.

use attestry_domain::advise::{
    Adviser, Answer, Choice, Condition, Effect, Effort, Force, Held, Need, Phase, Plan, Profile, Question,
    QuestionKind, Rule, Source, Step, StepKind, Verdict, advise,
};
use attestry_domain::id::StepId;
use attestry_domain::time::Day;

use crate::support::{code, day};

fn source() -> Source {
    Source { text: "somebody".to_owned(), as_of: day("2026-01-01") }
}

fn question(id: &str, kind: QuestionKind, options: &[(&str, Option<u32>)]) -> Question {
    let choice = |(id, within_months): &(&str, Option<u32>)| Choice {
        id: (*id).to_owned(),
        label: (*id).to_owned(),
        within_months: *within_months,
    };
    Question {
        id: code(id),
        text: id.to_owned(),
        help: id.to_owned(),
        kind,
        options: options.iter().map(choice).collect(),
        when: None,
    }
}

/// A step of one phase of three months and one of two.
fn step(id: &str) -> Step {
    let phase = |id: &str, planned| Phase {
        id: id.to_owned(),
        title: id.to_owned(),
        least: 1,
        most: 6,
        planned,
        inside: None,
        source: source(),
    };
    Step {
        id: code(id),
        title: id.to_owned(),
        gives: id.to_owned(),
        framework: None,
        kind: StepKind::Guidance,
        effort: Effort::Small,
        phases: vec![phase("build", 3), phase("check", 2)],
        needs: Vec::new(),
        within: Vec::new(),
        held: None,
        otherwise: Some("nobody asks".to_owned()),
        costs: Vec::new(),
        cost_note: None,
        shared: Vec::new(),
        applies: Vec::new(),
    }
}

fn need(step: &str, phase: Option<&str>) -> Need {
    Need {
        rule: code(&format!("needs-{step}")),
        step: code(step),
        phase: phase.map(str::to_owned),
        reason: "it rests on it".to_owned(),
        source: source(),
    }
}

fn is(field: &str, option: &str) -> Condition {
    Condition::Is { field: code(field), options: vec![option.to_owned()] }
}

fn always() -> Condition {
    Condition::All(Vec::new())
}

fn ids(steps: &[&str]) -> Vec<StepId> {
    steps.iter().map(|step| code(step)).collect()
}

fn recommend(steps: &[&str], force: Force) -> Effect {
    Effect::Recommend { steps: ids(steps), force }
}

fn lead(step: &str, before: &[&str]) -> Effect {
    Effect::Lead { step: code(step), until: "build".to_owned(), before: ids(before) }
}

fn questions() -> Vec<Question> {
    vec![
        question("asks", QuestionKind::Many, &[("a", None), ("b", None)]),
        question("mood", QuestionKind::One, &[("good", None), ("bad", None)]),
        question("urgent", QuestionKind::Flag, &[("yes", None), ("no", None)]),
        question("deadline", QuestionKind::Date, &[("passed", Some(0)), ("soon", Some(6)), ("late", None)]),
    ]
}

/// Rules named `r0`, `r1` and so on, the first that wins first.
fn adviser(steps: Vec<Step>, rules: Vec<(Condition, Effect)>) -> Adviser {
    let rule = |(at, (when, effect)): (usize, (Condition, Effect))| Rule {
        id: code(&format!("r{at}")),
        when,
        effect,
        reason: format!("reason {at}"),
        source: source(),
    };
    Adviser::new(questions(), steps, rules.into_iter().enumerate().map(rule).collect())
}

fn today() -> Day {
    day("2026-01-31")
}

fn plan(adviser: &Adviser, profile: &Profile) -> Plan {
    advise(adviser, profile, today())
}

fn months(plan: &Plan) -> Vec<(&str, String, String)> {
    let one =
        |step: &'_ attestry_domain::advise::PlannedStep| (step.starts.to_string(), step.ends.to_string());
    plan.steps.iter().map(|step| (step.step.as_str(), one(step).0, one(step).1)).collect()
}

fn why<'a>(plan: &'a Plan, step: &str) -> Vec<&'a str> {
    plan.step(step).unwrap().why.iter().map(|why| why.rule.as_str()).collect()
}

#[test]
fn what_is_advised_can_be_deferred_and_what_is_required_cannot() {
    let defer = |step: &str| Effect::Defer { steps: ids(&[step]), until: "spring".to_owned() };
    let adviser = adviser(
        vec![step("a"), step("b"), step("c")],
        vec![
            (always(), recommend(&["a", "b"], Force::Advised)),
            (is("asks", "b"), recommend(&["b"], Force::Required)),
            (always(), defer("a")),
            (always(), defer("b")),
            (always(), defer("c")),
        ],
    );
    let plan = plan(&adviser, &Profile::default().with("asks", ["b"]));
    assert_eq!(plan.steps.iter().map(|step| step.step.as_str()).collect::<Vec<_>>(), ["b"]);
    let later = &plan.later[0];
    assert_eq!((later.step.as_str(), later.until.as_str()), ("a", "spring"));
    assert_eq!(later.why.iter().map(|why| why.rule.as_str()).collect::<Vec<_>>(), ["r2", "r0"]);
    assert_eq!((plan.not_needed[0].what.as_str(), plan.not_needed[0].why.as_str()), ("c", "nobody asks"));
}

#[test]
fn what_a_planned_step_needs_is_planned_before_it_and_as_firmly() {
    let b = Step { needs: vec![need("a", Some("build"))], ..step("b") };
    let adviser = adviser(vec![step("a"), b], vec![(always(), recommend(&["b"], Force::Required))]);
    let plan = plan(&adviser, &Profile::default());
    assert_eq!(
        months(&plan),
        [
            ("a", "2026-01-31".to_owned(), "2026-06-30".to_owned()),
            ("b", "2026-04-30".to_owned(), "2026-09-30".to_owned()),
        ]
    );
    assert_eq!(plan.step("a").unwrap().force, Force::Required);
    assert_eq!(why(&plan, "a"), ["needs-a"]);
}

#[test]
fn a_held_step_is_not_planned_and_meets_what_needs_it() {
    let a = Step { held: Some(Held { when: is("asks", "a"), why: "you have it".to_owned() }), ..step("a") };
    let b = Step { needs: vec![need("a", None)], ..step("b") };
    let adviser = adviser(vec![a, b], vec![(always(), recommend(&["a", "b"], Force::Required))]);
    let plan = plan(&adviser, &Profile::default().with("asks", ["a"]));
    assert_eq!(months(&plan), [("b", "2026-01-31".to_owned(), "2026-06-30".to_owned())]);
    assert!(plan.not_needed[0].held && plan.not_needed[0].why == "you have it");
}

#[test]
fn a_step_within_another_takes_its_months_and_brings_it_along() {
    let within = Step { phases: Vec::new(), within: ids(&["a", "b"]), ..step("c") };
    let adviser =
        adviser(vec![step("a"), step("b"), within], vec![(always(), recommend(&["c"], Force::Advised))]);
    let plan = plan(&adviser, &Profile::default());
    let c = plan.step("c").unwrap();
    assert_eq!(c.within, Some(code("a")));
    assert_eq!((c.starts, c.ends, c.phases.len()), (today(), day("2026-06-30"), 2));
    assert!(plan.step("b").is_none());
}

#[test]
fn of_two_rules_that_order_the_same_steps_the_earlier_wins_and_the_other_is_no_reason() {
    let rules = vec![
        (always(), recommend(&["a", "b"], Force::Advised)),
        (always(), lead("b", &["a"])),
        (always(), lead("a", &["b"])),
        (always(), Effect::Together(ids(&["a", "b"]))),
    ];
    let plan = plan(&adviser(vec![step("a"), step("b")], rules), &Profile::default());
    assert_eq!(
        months(&plan),
        [
            ("b", "2026-01-31".to_owned(), "2026-06-30".to_owned()),
            ("a", "2026-04-30".to_owned(), "2026-09-30".to_owned()),
        ]
    );
    assert_eq!(why(&plan, "a"), ["r0", "r1"]);
    assert!(plan.step("a").unwrap().beside.is_empty());
}

#[test]
fn steps_that_start_together_wait_for_what_either_waits_for() {
    let rules = vec![
        (always(), recommend(&["a", "b", "c"], Force::Advised)),
        (always(), Effect::Together(ids(&["b", "c"]))),
        (always(), lead("a", &["c"])),
    ];
    let plan = plan(&adviser(vec![step("a"), step("b"), step("c")], rules), &Profile::default());
    let start = |step: &str| plan.step(step).unwrap().starts;
    assert_eq!((start("a"), start("b"), start("c")), (today(), day("2026-04-30"), day("2026-04-30")));
    assert_eq!(plan.step("b").unwrap().beside, ids(&["c"]));
}

#[test]
fn the_first_pace_for_a_phase_counts() {
    let pace = |months| Effect::Pace { step: code("a"), phase: "build".to_owned(), months };
    let rules = vec![(always(), recommend(&["a"], Force::Advised)), (always(), pace(1)), (always(), pace(6))];
    let plan = plan(&adviser(vec![step("a")], rules), &Profile::default());
    assert_eq!(plan.steps[0].ends, day("2026-04-30"));
    assert_eq!(why(&plan, "a"), ["r0", "r1"]);
}

#[test]
fn a_phase_inside_another_ends_with_it() {
    let mut a = step("a");
    a.phases[1].inside = Some("build".to_owned());
    let plan =
        plan(&adviser(vec![a], vec![(always(), recommend(&["a"], Force::Advised))]), &Profile::default());
    let phases = &plan.steps[0].phases;
    assert_eq!((phases[1].starts, phases[1].ends), (day("2026-02-28"), phases[0].ends));
    assert_eq!(plan.steps[0].ends, day("2026-04-30"));
    assert_eq!(plan.months()[1].doing, [(0, 0), (0, 1)]);
}

#[test]
fn a_rule_can_rest_on_a_step_that_another_rule_plans() {
    let rules = vec![
        (Condition::Planned(ids(&["b"])), recommend(&["c"], Force::Advised)),
        (Condition::Planned(ids(&["a"])), recommend(&["b"], Force::Advised)),
        (is("asks", "a"), recommend(&["a"], Force::Required)),
    ];
    let adviser = adviser(vec![step("a"), step("b"), step("c")], rules);
    assert_eq!(plan(&adviser, &Profile::default().with("asks", ["a"])).steps.len(), 3);
    assert!(plan(&adviser, &Profile::default()).steps.is_empty());
}

#[test]
fn rules_that_contradict_themselves_still_come_to_an_end() {
    let not_a = Condition::Not(Box::new(Condition::Planned(ids(&["a"]))));
    let circle = vec![
        Step { needs: vec![need("b", None)], ..step("a") },
        Step { needs: vec![need("a", None)], ..step("b") },
    ];
    let adviser = adviser(circle, vec![(not_a, recommend(&["a"], Force::Advised))]);
    plan(&adviser, &Profile::default());
}

#[test]
fn a_category_gets_the_strongest_word_when_its_framework_is_planned() {
    let soc2 = Step { framework: Some(code("soc2")), ..step("a") };
    let category = |verdict| Effect::Category { category: "soc2:privacy".to_owned(), verdict, cost: None };
    let rules = vec![
        (is("asks", "a"), recommend(&["a"], Force::Required)),
        (always(), category(Verdict::NotNeeded)),
        (is("asks", "b"), category(Verdict::Include)),
        (always(), category(Verdict::Propose)),
    ];
    let adviser = adviser(vec![soc2], rules);
    let verdicts = |asks: &[&str]| -> Vec<(Verdict, usize)> {
        let asks: Vec<String> = asks.iter().map(|one| (*one).to_owned()).collect();
        let plan = plan(&adviser, &Profile::default().with("asks", asks));
        plan.categories.iter().map(|one| (one.verdict, one.why.len())).collect()
    };
    assert_eq!(verdicts(&["a"]), [(Verdict::Propose, 1)]);
    assert_eq!(verdicts(&["a", "b"]), [(Verdict::Include, 1)]);
    assert!(verdicts(&["b"]).is_empty());
}

#[test]
fn a_note_about_a_step_is_said_when_the_step_is_planned() {
    let rules = vec![
        (is("asks", "a"), recommend(&["a"], Force::Required)),
        (always(), Effect::Note { about: Some(code("a")) }),
        (always(), Effect::Note { about: None }),
    ];
    let adviser = adviser(vec![step("a")], rules);
    assert_eq!(plan(&adviser, &Profile::default().with("asks", ["a"])).notes.len(), 2);
    assert_eq!(plan(&adviser, &Profile::default()).notes[0].text, "reason 2");
}

#[test]
fn a_day_falls_into_the_first_span_that_holds_it() {
    let spans = ["passed", "soon", "late"];
    let rules = spans.map(|span| (is("deadline", span), Effect::Note { about: None })).to_vec();
    let adviser = adviser(Vec::new(), rules);
    let span = |deadline: &str| {
        let plan = plan(&adviser, &Profile::default().with("deadline", deadline));
        let notes: Vec<String> = plan.notes.iter().map(|note| note.rule.to_string()).collect();
        (notes.join(" "), plan.deadline.is_some())
    };
    assert_eq!(span("2026-01-31"), ("r0".to_owned(), false));
    assert_eq!(span("2026-02-01"), ("r1".to_owned(), true));
    assert_eq!(span("2026-07-31"), ("r1".to_owned(), true));
    assert_eq!(span("2026-08-01"), ("r2".to_owned(), true));
    assert_eq!(span("unknown"), (String::new(), false));
}

#[test]
fn a_profile_reads_every_way_of_leaving_something_open_and_of_saying_yes() {
    let text = r#"{ "asks": ["a"], "mood": null, "urgent": true, "deadline": "unknown" }"#;
    let profile: Profile = serde_json::from_str(text).unwrap();
    assert_eq!(profile.texts("asks"), ["a"]);
    assert_eq!(profile.texts("urgent"), ["yes"]);
    assert!(profile.texts("mood").is_empty() && profile.texts("deadline").is_empty());
    assert_eq!(profile.faults(&adviser(Vec::new(), Vec::new())), []);
    assert!(Profile::default().with("mood", Answer::Open).with("asks", Vec::<String>::new()).is_empty());
    assert!(!profile.is_empty());
}

#[test]
fn a_form_sends_a_field_once_for_each_answer() {
    let mut profile = Profile::default();
    [("asks", "a"), ("asks", ""), ("asks", "b"), ("mood", "good")]
        .iter()
        .for_each(|(field, value)| profile.add(field, value));
    assert_eq!((profile.texts("asks"), profile.texts("mood")), (vec!["a", "b"], vec!["good"]));
}

#[test]
fn answers_that_the_adviser_does_not_know_are_named_and_passed_over() {
    let adviser = adviser(vec![step("a")], vec![(is("asks", "a"), recommend(&["a"], Force::Required))]);
    let profile = Profile::default()
        .with("asks", ["a", "z"])
        .with("deadline", "tomorrow")
        .with("mood", ["good", "bad"])
        .with("urgent", "perhaps")
        .with("weather", "fine");
    let faults: Vec<String> = profile.faults(&adviser).iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "`z` is no answer to `asks`; choose from a, b",
            "`tomorrow` is no day for `deadline`; expected a form like 2026-05-12",
            "`mood` takes one answer and has 2; choose from good, bad",
            "`perhaps` is no answer to `urgent`; choose from yes, no",
            "unknown field `weather`; the fields are asks, mood, urgent, deadline",
        ]
    );
    assert_eq!(plan(&adviser, &profile).steps.len(), 1);
}

#[test]
fn a_question_is_worth_asking_when_its_condition_holds() {
    let mut questions = questions();
    questions[1].when = Some(is("asks", "a"));
    let adviser = Adviser::new(questions, Vec::new(), Vec::new());
    let question = adviser.question("mood").unwrap();
    assert!(!adviser.is_worth_asking(question, &Profile::default(), today()));
    assert!(adviser.is_worth_asking(question, &Profile::default().with("asks", ["a"]), today()));
}

#[test]
fn names_that_nothing_has_do_nothing() {
    let rules = vec![
        (is("nothing", "a"), recommend(&["a"], Force::Required)),
        (is("asks", "z"), recommend(&["a"], Force::Required)),
        (always(), recommend(&["nothing"], Force::Required)),
        (always(), lead("nothing", &["a"])),
    ];
    let adviser = adviser(vec![step("a")], rules);
    assert!(plan(&adviser, &Profile::default().with("asks", ["z"]).with("nothing", "a")).steps.is_empty());
}

#[test]
fn the_last_day_of_the_calendar_ends_every_plan() {
    let adviser = adviser(vec![step("a")], vec![(always(), recommend(&["a"], Force::Required))]);
    let plan = advise(&adviser, &Profile::default(), Day::MAX);
    assert_eq!(plan.steps[0].ends, Day::MAX);
    assert!(plan.months().is_empty());
}
