//! What experts advise for eight companies, and what a plan says besides.

use attestry_domain::advise::{Force, NotNeeded, Verdict};
use attestry_domain::time::day;

use super::*;

fn profile() -> Profile {
    Profile::default()
}

/// Why something is not needed; `None` when it is.
fn not_needed<'a>(plan: &'a Plan, step: &str) -> Option<&'a NotNeeded> {
    plan.not_needed.iter().find(|one| one.what.as_str() == step)
}

fn later(plan: &Plan) -> Vec<(&str, &str)> {
    plan.later.iter().map(|later| (later.step.as_str(), later.until.as_str())).collect()
}

fn why<'a>(plan: &'a Plan, step: &str) -> Vec<&'a str> {
    plan.step(step).unwrap().why.iter().map(|why| why.rule.as_str()).collect()
}

fn notes(plan: &Plan) -> Vec<&str> {
    plan.notes.iter().map(|note| note.rule.as_str()).collect()
}

fn starts(plan: &Plan, step: &str) -> Day {
    plan.step(step).unwrap().starts
}

fn ends(plan: &Plan, step: &str) -> Day {
    plan.step(step).unwrap().ends
}

fn phase_starts(plan: &Plan, step: &str, phase: &str) -> Day {
    plan.step(step).unwrap().phases.iter().find(|one| one.phase == phase).unwrap().starts
}

#[test]
fn a_us_saas_company_with_soc_2_that_adds_ai_features_adds_iso_42001_and_works_on_annex_a() {
    let plan =
        plan(&profile().with("customers", ["us"]).with("ai", ["in_product"]).with("holds", ["soc2_type2"]));
    assert_eq!(steps(&plan), ["scope", "soc2-renewal", "iso42001", "iso42001-cycle"]);
    assert_eq!(why(&plan, "iso42001"), ["iso42001-adds-ai-to-soc2", "iso42001-ai-vendor"]);
    let note = plan.notes.iter().find(|note| note.rule.as_str() == "annex-a-is-the-work").unwrap();
    assert!(note.text.contains("work on Annex A"), "{}", note.text);
    let shared = &plan.step("iso42001").unwrap().shared;
    assert!(plan.step("soc2-renewal").unwrap().shared.iter().any(|one| one.with.as_str() == "iso42001"));
    assert!(shared.iter().any(|one| one.with.as_str() == "soc2-type2" && one.what.contains("vendors")));
    assert!(not_needed(&plan, "soc2-type2").unwrap().held);
}

#[test]
fn an_ai_native_start_up_with_nothing_starts_with_soc_2_type_2_and_runs_iso_42001_in_parallel() {
    let plan =
        plan(&profile().with("customers", ["us"]).with("ai", ["builds", "sells"]).with("size", "small"));
    assert_eq!(
        steps(&plan),
        ["scope", "soc2-type2", "soc2-plus", "iso42001", "soc2-renewal", "iso42001-cycle"]
    );
    assert_eq!(starts(&plan, "iso42001"), phase_starts(&plan, "soc2-type2", "observation"));
    assert_eq!(why(&plan, "soc2-plus"), ["soc2-plus-stepping-stone"]);
    assert!(ends(&plan, "soc2-plus") < ends(&plan, "iso42001"));
    assert!(not_needed(&plan, "soc2-type1").is_some());
}

#[test]
fn an_enterprise_with_soc_2_and_iso_27001_adds_iso_42001_and_uses_the_head_start() {
    let held = ["soc2_type2", "iso27001"];
    let enterprise =
        profile().with("customers", ["us", "eu"]).with("ai", ["in_product"]).with("size", "large");
    let plan = plan(&enterprise.clone().with("holds", held));
    assert_eq!(
        steps(&plan),
        ["scope", "soc2-renewal", "iso27001-cycle", "iso42001", "ai-act-classify", "iso42001-cycle"]
    );
    assert!(why(&plan, "iso42001").contains(&"head-start-from-27001"));
    let without = super::plan(&enterprise.with("holds", ["soc2_type2"]));
    assert_eq!(ends(&plan, "iso42001"), day("2027-07-21").unwrap());
    assert_eq!(ends(&without, "iso42001"), day("2027-10-21").unwrap());
}

#[test]
fn a_us_company_going_abroad_gets_soc_2_and_iso_42001_first_and_iso_27001_when_customers_ask() {
    let abroad = profile().with("customers", ["us"]).with("expands_abroad", true).with("ai", ["in_product"]);
    let plan = plan(&abroad);
    assert_eq!(steps(&plan)[..4], ["scope", "soc2-type2", "soc2-plus", "iso42001"]);
    assert_eq!(later(&plan), [("iso27001", "customers outside the United States ask for it")]);
    let asked = super::plan(&abroad.with("asks", ["iso27001"]));
    assert_eq!(asked.step("iso27001").unwrap().force, Force::Required);
    assert!(starts(&asked, "soc2-type2") < starts(&asked, "iso27001"));
}

#[test]
fn a_company_pressed_by_the_eu_ai_act_is_led_by_iso_42001() {
    let pressed = profile()
        .with("customers", ["us", "eu"])
        .with("ai", ["builds", "sells"])
        .with("eu_market", ["high_risk"])
        .with("waits_on", "ai_act");
    let plan = plan(&pressed);
    assert_eq!(steps(&plan)[..4], ["scope", "iso42001", "ai-act-classify", "ai-act-high-risk"]);
    assert!(starts(&plan, "iso42001") < starts(&plan, "soc2-type2"));
    assert!(why(&plan, "iso42001").contains(&"ai-act-pressure-leads"));
    assert_eq!(plan.step("iso42001").unwrap().force, Force::Required);
    assert!(notes(&plan).contains(&"no-conformity-by-certificate"));
    let duty = &plan.step("ai-act-high-risk").unwrap().applies;
    assert_eq!(duty[0].from, day("2027-12-02").unwrap());
}

#[test]
fn a_company_whose_us_deals_wait_on_data_assurance_starts_with_what_the_buyers_take() {
    let blocked = profile().with("customers", ["us"]).with("ai", ["in_product"]).with("waits_on", "data_us");
    let soc2 = plan(&blocked);
    assert_eq!(steps(&soc2)[..2], ["scope", "soc2-type2"]);
    assert_eq!(soc2.step("soc2-type2").unwrap().force, Force::Required);
    assert!(why(&soc2, "iso42001").contains(&"us-data-deals-lead"));
    assert!(starts(&soc2, "soc2-type2") < starts(&soc2, "iso42001"));
    assert!(not_needed(&soc2, "iso27001").is_some());

    let iso = plan(&blocked.with("takes_iso27001", true));
    assert_eq!(steps(&iso)[..3], ["scope", "iso27001", "iso42001"]);
    assert_eq!(later(&iso), [("soc2-type2", "a buyer does not take the ISO/IEC 27001 certificate")]);
    assert!(starts(&iso, "iso27001") < starts(&iso, "iso42001"));
}

#[test]
fn a_vendor_selling_ai_into_the_us_and_the_eu_gets_soc_2_and_iso_42001_at_once() {
    let vendor = profile()
        .with("customers", ["us", "eu"])
        .with("ai", ["builds", "sells"])
        .with("eu_market", ["minimal"]);
    let plan = plan(&vendor);
    assert_eq!(starts(&plan, "soc2-type2"), starts(&plan, "iso42001"));
    assert_eq!(plan.step("iso42001").unwrap().beside, ["soc2-type2".parse().unwrap()]);
    assert!(plan.step("ai-act-classify").is_some());
    assert_eq!(later(&plan), [("iso27001", "customers outside the United States ask for it")]);
}

#[test]
fn a_company_with_us_customers_only_needs_no_iso_27001() {
    let plan =
        plan(&profile().with("customers", ["us"]).with("ai", ["sells"]).with("asks", ["soc2", "iso42001"]));
    let iso = not_needed(&plan, "iso27001").unwrap();
    assert_eq!(iso.rule.as_ref().unwrap().as_str(), "iso27001-us-only");
    assert!(iso.why.contains("does not presuppose"), "{}", iso.why);
    assert!(plan.later.is_empty());
}

#[test]
fn a_near_deadline_brings_a_type_1_forward_and_defers_what_nobody_waits_for() {
    let blocked = profile().with("customers", ["us"]).with("ai", ["in_product"]).with("waits_on", "data_us");
    let (free, near) = (plan(&blocked), plan(&blocked.with("deadline", "2027-05-01")));
    assert!(free.step("iso42001").is_some() && free.deadline.is_none());
    assert_eq!(steps(&near), ["scope", "soc2-type1", "soc2-type2", "soc2-renewal"]);
    assert_eq!(
        later(&near),
        [("soc2-plus", "the first report is out"), ("iso42001", "the deadline has passed")]
    );
    assert_eq!(near.later[1].why[0].rule.as_str(), "deadline-defers-iso42001");
    assert!(!near.step("soc2-type1").unwrap().after_deadline);
    assert!(near.step("soc2-type2").unwrap().after_deadline);
    assert!(ends(&near, "soc2-type2") < ends(&free, "soc2-type2"));
}

#[test]
fn a_deadline_within_the_year_shortens_the_window_and_defers_nothing() {
    let asked = profile().with("customers", ["us"]).with("ai", ["sells"]).with("asks", ["soc2"]);
    let plan = plan(&asked.with("deadline", "2027-09-01"));
    assert!(plan.later.is_empty());
    assert!(why(&plan, "soc2-type2").contains(&"deadline-shortens-the-window"));
    assert!(!plan.step("soc2-type2").unwrap().after_deadline);
}

#[test]
fn a_deadline_that_has_passed_is_told_and_otherwise_ignored() {
    let asked = profile().with("asks", ["soc2"]);
    let (free, past) = (plan(&asked), plan(&asked.clone().with("deadline", "2026-11-21")));
    assert_eq!(free.steps, past.steps);
    assert_eq!(notes(&past), ["deadline-has-passed"]);
    assert_eq!(past.deadline, None);
}

#[test]
fn processing_integrity_is_proposed_with_its_cost_and_never_as_covering_bias() {
    for commitment in ["processing", "outputs"] {
        let plan = plan(&profile().with("asks", ["soc2"]).with("commitments", [commitment]));
        let advice = plan.categories.iter().find(|one| one.category == "soc2:processing_integrity").unwrap();
        assert_eq!(advice.verdict, Verdict::Propose);
        assert!(advice.cost.as_ref().unwrap().contains("5 more criteria"));
        assert!(advice.why[0].reason.contains("does not cover bias"));
    }
}

#[test]
fn every_category_has_one_verdict_as_soon_as_soc_2_is_planned_and_none_before() {
    for bits in 0..32_u32 {
        let all = ["uptime", "processing", "outputs", "confidential_data", "personal_data"];
        let mut profile = profile();
        all.iter()
            .enumerate()
            .filter(|(at, _)| bits >> at & 1 == 1)
            .for_each(|(_, one)| profile.add("commitments", one));
        assert!(plan(&profile).categories.is_empty());
        for demand in ["soc2", "soc2_type1"] {
            let plan = plan(&profile.clone().with("asks", [demand]));
            let mut names: Vec<&str> = plan.categories.iter().map(|one| one.category.as_str()).collect();
            names.sort_unstable();
            assert_eq!(
                names,
                [
                    "soc2:availability",
                    "soc2:confidentiality",
                    "soc2:privacy",
                    "soc2:processing_integrity",
                    "soc2:security"
                ]
            );
            assert!(plan.categories.iter().all(|one| !one.why.is_empty()));
        }
    }
}

#[test]
fn the_months_of_a_certification_follow_its_rules() {
    let plan = plan(&profile().with("ai", ["builds"]).with("asks", ["iso42001"]));
    let certificate = plan.step("iso42001").unwrap();
    let phases: Vec<(&str, String, String)> = certificate
        .phases
        .iter()
        .map(|phase| (phase.phase.as_str(), phase.starts.to_string(), phase.ends.to_string()))
        .collect();
    let phases: Vec<(&str, &str, &str)> =
        phases.iter().map(|(phase, from, to)| (*phase, from.as_str(), to.as_str())).collect();
    assert_eq!(
        phases,
        [
            ("readiness", "2026-12-21", "2027-07-21"),
            ("records", "2027-07-21", "2027-10-21"),
            ("internal-audit", "2027-09-21", "2027-10-21"),
            ("management-review", "2027-09-21", "2027-10-21"),
            ("stage-1", "2027-10-21", "2027-11-21"),
            ("stage-2", "2027-11-21", "2028-01-21"),
        ]
    );
    let cycle = plan.step("iso42001-cycle").unwrap();
    assert_eq!(cycle.starts, certificate.ends);
    let audits: Vec<&str> = cycle.phases.iter().map(|phase| phase.phase.as_str()).collect();
    assert_eq!(audits, ["surveillance-1", "surveillance-2", "recertification"]);
    assert_eq!(cycle.ends, day("2031-01-21").unwrap());
}

#[test]
fn month_by_month_every_phase_is_named_in_each_of_its_months() {
    let plan = plan(&profile().with("asks", ["soc2"]));
    let months = plan.months();
    assert_eq!(months.len(), 24);
    let doing = |number: usize| -> Vec<(&str, &str)> {
        let name = |(step, phase): &(usize, usize)| {
            let step = &plan.steps[*step];
            (step.step.as_str(), step.phases[*phase].phase.as_str())
        };
        months[number].doing.iter().map(name).collect()
    };
    assert_eq!(doing(0), [("scope", "inventory")]);
    assert_eq!(doing(3), [("soc2-type2", "readiness")]);
    assert_eq!(doing(4), [("soc2-type2", "observation")]);
    assert_eq!(doing(10), [("soc2-type2", "fieldwork"), ("soc2-renewal", "observation")]);
    assert_eq!(doing(23), [("soc2-renewal", "fieldwork")]);
}

#[test]
fn every_figure_of_money_or_time_names_its_source_and_day() {
    for step in ADVISER.steps() {
        let costs = step.costs.iter().map(|cost| &cost.source);
        for source in costs.chain(step.phases.iter().map(|phase| &phase.source)) {
            assert!(source.text.len() > 8 && source.as_of <= today(), "{}", step.id);
        }
        assert!(!step.costs.is_empty() || step.cost_note.is_some(), "{}", step.id);
    }
}

#[test]
fn a_profile_without_an_answer_still_gets_a_first_step() {
    let plan = plan(&profile());
    assert_eq!(steps(&plan), ["scope"]);
    assert!(plan.later.is_empty() && plan.categories.is_empty() && plan.notes.is_empty());
}

#[test]
fn a_plan_as_json_has_the_promised_shape_and_says_that_it_is_no_legal_advice() {
    let plan = plan(&profile().with("customers", ["us"]).with("ai", ["builds"]).with("size", "small"));
    let json = serde_json::to_value(&plan).unwrap();
    let step = &json["plan"][1];
    assert_eq!(step["step"], "soc2-type2");
    assert_eq!(step["starts"], "2026-12-21");
    assert_eq!(step["ends"], "2027-11-21");
    assert_eq!(step["why"][0]["rule"], "soc2-us-ai-vendor");
    assert!(step["why"][0]["reason"].is_string() && step["why"][0]["source"]["text"].is_string());
    assert_eq!(step["cost"]["ranges"][0]["low"], 10_000);
    assert_eq!(json["not_needed"][0]["what"], "soc2-type1");
    assert!(json["not_needed"][0]["why"].is_string());
    assert_eq!(json["categories"][0]["verdict"], "include");
    assert!(json["disclaimer"].as_str().unwrap().starts_with("Not legal advice."));
    assert_eq!(serde_json::from_value::<Plan>(json).unwrap(), plan);
}

#[test]
fn a_profile_is_read_from_a_file_of_yaml() {
    let text =
        "customers: [us, eu]\nexpands_abroad: true\nwaits_on: data_us\nsize: ~\ndeadline: 2027-05-01\n";
    let read: Profile = serde_saphyr::from_str(text).unwrap();
    let made = profile().with("customers", ["us", "eu"]).with("expands_abroad", true);
    let made = made.with("waits_on", "data_us").with("deadline", day("2027-05-01").unwrap());
    assert_eq!(plan(&read), plan(&made));
}
