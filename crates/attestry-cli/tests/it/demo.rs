//! The demo's year, built through the real engine: the same seed gives the same ledger, and the control tests find
//! every fault that lies in its evidence.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};

use attestry_app::demo::{self, DemoProgress, Options};
use attestry_app::{App, Axis, explain, testing, workspace};
use attestry_cli::adapter::{Documents, Engine, SystemWorld};
use attestry_domain::assess::{RequirementDesign, RequirementOperation};
use attestry_domain::event::Actor;
use attestry_domain::role::Role;
use attestry_domain::time::Day;
use attestry_store::Store;
use serde_json::{Value, json};
use tempfile::TempDir;

const UNTIL: &str = "2026-11-01";

/// What can be said about a demo once it is built.
struct Told {
    home: TempDir,
    checkpoint: String,
    status: Value,
    explained: BTreeMap<&'static str, Value>,
    /// By test: the exceptions that a run of today finds, as id and reason.
    found: BTreeMap<String, Vec<(String, String)>>,
    states: BTreeMap<String, String>,
    operations: BTreeMap<String, (RequirementDesign, Option<RequirementOperation>)>,
    months: Vec<Day>,
    simulated: Option<String>,
    whole: bool,
}

#[derive(Default)]
struct Months(Mutex<Vec<Day>>);

impl DemoProgress for Months {
    fn month(&self, month: Day, done: usize, of: usize) {
        assert!(done < of);
        self.0.lock().unwrap().push(month);
    }
}

async fn app(home: &Path) -> App {
    let store = Store::open(&format!("sqlite://{}", home.join("attestry.db").display()), home).await.unwrap();
    let (catalog, bundle) = workspace::built_in().unwrap();
    let (engine, typesetter, world) =
        (Arc::new(Engine::in_process()), Arc::new(Documents), Arc::new(SystemWorld));
    App { store, engine, typesetter, world, catalog, bundle, program: "attestry test".to_owned() }
}

async fn tell(seed: u64) -> Told {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    let months = Months::default();
    let options = Options { seed, until: UNTIL.parse().unwrap(), slug: "main".to_owned() };
    let workspace = demo::build(&app, &options, &months).await.unwrap();
    let checkpoint = format!("{:?}", workspace.publish().await.unwrap().unwrap());
    let status = workspace.status(Axis::default()).await.unwrap();
    let mut explained = BTreeMap::new();
    for id in ["CC8.1", "A.6.2.4"] {
        let one = explain::requirement(&workspace, &status, id).await.unwrap();
        explained.insert(id, serde_json::to_value(one).unwrap());
    }
    let readiness = &status.readiness;
    let totals =
        readiness.frameworks.iter().map(|one| (one.id.to_string(), json!([one.design, one.operation])));
    let controls: Vec<_> = readiness.controls.values().collect();
    let told =
        json!({ "at": readiness.at, "frameworks": totals.collect::<BTreeMap<_, _>>(), "controls": controls });
    let operation = |one: &Option<attestry_domain::assess::Operation>| {
        one.as_ref().map_or_else(String::new, |one| one.words())
    };
    let states =
        readiness.controls.iter().map(|(id, one)| (id.to_string(), operation(&one.operation))).collect();
    let requirements = readiness.frameworks.iter().flat_map(|framework| &framework.requirements);
    let operations = requirements.map(|one| (one.id.to_string(), (one.design, one.operation))).collect();
    let programme = workspace.newest().programme;
    let owner = programme.people.iter().find(|(_, one)| one.roles.contains_key(&Role::Owner)).unwrap();
    let sender = workspace.sender(Actor::Person(*owner.0));
    let ran = testing::run(&sender, &[], Axis::default()).await.unwrap();
    Told {
        checkpoint,
        status: told,
        explained,
        found: ran.into_iter().map(|one| (one.test.to_string(), one.exceptions)).collect(),
        states,
        operations,
        months: months.0.into_inner().unwrap(),
        simulated: programme.workspace.as_ref().and_then(|one| one.simulated.clone()),
        whole: demo::is_whole(&programme),
        home,
    }
}

fn told(seed: u64) -> Told {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(tell(seed))
}

static STORY: LazyLock<Told> = LazyLock::new(|| told(7));

fn reasons(test: &str) -> Vec<&'static str> {
    STORY.found[test].iter().map(|(_, reason)| reason.as_str()).collect()
}

#[test]
fn the_same_seed_and_year_give_the_same_ledger_and_the_same_status() {
    let again = told(7);
    assert_eq!(again.checkpoint, STORY.checkpoint);
    assert_eq!(again.status, STORY.status);
}

#[test]
fn the_first_event_says_that_the_history_is_simulated_and_each_month_is_announced() {
    assert_eq!(STORY.simulated.as_deref(), Some("attestry demo, seed 7"));
    assert!(STORY.whole);
    assert_eq!(STORY.months.len(), 14, "{:?}", STORY.months);
    assert!(STORY.months.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn the_access_review_of_the_second_quarter_is_missed_and_no_other() {
    let found = reasons("access-review-held");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("1 Apr 2026") && found[0].contains("missed"), "{found:?}");
    assert_eq!(STORY.states["ACC-06"], "exceptions 1 of 4");
}

#[test]
fn two_changes_of_the_year_were_not_reviewed_by_another_person() {
    let mut found = reasons("change-reviewed");
    found.sort_unstable();
    assert_eq!(found, ["merged without any recorded review", "reviewed only by its own author"]);
}

#[test]
fn one_access_of_a_leaver_stayed_nine_days() {
    let found = reasons("leaver-access-removed");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("removed 9 days after leaving"), "{found:?}");
}

#[test]
fn an_ai_system_was_live_before_its_impact_assessment_was_approved() {
    let found = reasons("impact-assessment-before-production");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("Salary and skills estimator 1.0 live since"), "{found:?}");
}

#[test]
fn a_group_lies_under_the_four_fifths_line_in_the_public_log() {
    let found = reasons("bias-assessment-current");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("Résumé ranking was below its threshold"), "{found:?}");
}

#[test]
fn evidence_recorded_six_weeks_late_is_shown_apart_and_is_no_exception() {
    let control = |id: &str| {
        let controls = STORY.status["controls"].as_array().unwrap();
        controls.iter().find(|one| one["id"] == id).unwrap().clone()
    };
    let late = control("CHG-01")["tests"][0]["recorded_late"].as_u64().unwrap();
    assert!((20..60).contains(&late), "{late}");
    assert!(STORY.states["CHG-01"].starts_with("exceptions 2 of "), "{}", STORY.states["CHG-01"]);
    let occurrences = control("CON-03")["occurrences"].clone();
    let days = |one: &Value| -> Option<i32> {
        let day = |name: &str| one[name].as_str()?.parse::<Day>().ok();
        Some(day("performed_on")?.until(day("recorded_on")?).ok()?.get_days())
    };
    assert_eq!(occurrences.as_array().unwrap().iter().filter_map(days).filter(|days| *days == 42).count(), 1);
    assert!(STORY.states["CON-03"].starts_with("no exceptions"), "{}", STORY.states["CON-03"]);
}

#[test]
fn no_exceptions_no_occurrences_and_not_tested_all_appear_among_the_tested_controls() {
    assert!(STORY.states["ACC-01"].starts_with("no exceptions in "), "{}", STORY.states["ACC-01"]);
    assert_eq!(STORY.states["ACC-02"], "no occurrences");
    let untested = &STORY.states["INC-03"];
    assert!(
        untested.starts_with("not tested: ") && untested.contains("from 3 Jun 2026 to 9 Jun 2026"),
        "{untested}"
    );
    assert_eq!(reasons("incident-lessons-learned"), [""; 0]);
}

#[test]
fn design_has_few_holes_and_each_is_the_one_meant() {
    let not = |wanted: fn(RequirementDesign) -> bool| -> Vec<&str> {
        let those = STORY.operations.iter().filter(|(_, (design, _))| wanted(*design));
        those.map(|(id, _)| id.as_str()).collect()
    };
    assert_eq!(not(|design| design == RequirementDesign::Unknown), ["iso42001:A.5.5"]);
    assert_eq!(not(|design| design == RequirementDesign::Excluded), ["iso42001:A.7.3", "soc2:CC6.4"]);
    assert_eq!(not(|design| matches!(design, RequirementDesign::Gap | RequirementDesign::Partial)), [""; 0]);
    assert!(STORY.states["AIO-02"].starts_with("not in place from "), "{}", STORY.states["AIO-02"]);
    assert_eq!(STORY.operations["soc2:CC8.1"].1, Some(RequirementOperation::WithExceptions));
}

#[test]
fn the_chain_of_reasons_goes_down_to_single_records() {
    let text = STORY.explained["CC8.1"].to_string();
    assert!(
        text.contains("merged without any recorded review")
            && text.contains("An invitation loop was running")
    );
    let controls = STORY.explained["CC8.1"]["controls"].as_array().unwrap();
    let change = controls.iter().find(|one| one["id"] == "CHG-01").unwrap();
    let rows = change["tests"][0]["runs"][0]["rows"].as_array().unwrap();
    assert!(rows.len() == 2 && rows.iter().all(|row| row["evidence"][0].is_string()), "{rows:?}");
    let bias = STORY.explained["A.6.2.4"].to_string();
    assert!(bias.contains("lowest impact ratio 0.") && bias.contains("bias-assessment-current"));
}

#[test]
fn the_command_line_verifies_the_demo_and_prints_its_faults() {
    let json = |args: &[&str]| -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_attestry"))
            .env_remove("ATTESTRY_HOME")
            .args(["--home".as_ref(), STORY.home.path().as_os_str(), "--json".as_ref()])
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    json(&["verify"]);
    assert!(json(&["status"]).to_string().contains("with_exceptions"));
    assert!(json(&["explain", "CC8.1"]).to_string().contains("reviewed only by its own author"));
    assert!(json(&["explain", "A.6.2.4"]).to_string().contains("below its threshold"));
    let overlap = json(&["overlap", "--programme", "--have", "soc2", "--want", "iso42001"]);
    assert!(overlap["extend"].as_u64().unwrap() > 30, "{overlap}");
    let items = overlap["items"].as_array().unwrap();
    let open = items.iter().filter(|item| item["met"] == false).map(|item| &item["requirement"]);
    let open: Vec<&Value> = open.collect();
    assert_eq!(open, ["iso42001:A.5.5"], "all else is met or left out");
    let closing = overlap["closing"].as_array().unwrap();
    let closes: Vec<&Value> = closing.iter().flat_map(|one| one["closes"].as_array().unwrap()).collect();
    assert_eq!(closes, open, "only what is open needs work");
    let ran = json(&["test"]).to_string();
    for reason in [
        "removed 9 days after leaving",
        "missed: none was completed",
        "live since",
        "without any recorded review",
    ] {
        assert!(ran.contains(reason), "{reason}");
    }
}
