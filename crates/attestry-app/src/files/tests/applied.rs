//! Files against a workspace: what is asked for, what is recorded, what comes back.

use std::path::Path;

use attestry_domain::command::Command;
use attestry_domain::event::RunRecorded;
use attestry_domain::event::test::RunOutcome;
use attestry_domain::id::{ControlId, Digest, RunId};
use tempfile::TempDir;

use crate::files::{FilesError, Plan, apply, export, plan};
use crate::ingest::tests::place::Place;

/// A workspace of 1 August 2026 and a folder of files.
struct Desk {
    place: Place,
    folder: TempDir,
}

const REVIEW: &str = "control: ACC-06
cadence: quarterly
grace_days: 10
approved_from: 2026-08-01
walkthroughs:
- on: 2026-07-02
  seen: The review of June, with its list.
  artifact: evidence/june.txt
attestations:
- performed_on: 2026-07-02
  window: 2026-04-01..2026-07-01
  note: Every account was looked at; two were closed.
  artifact: evidence/june.txt
- performed_on: 2026-07-20
  note: Looked at again after the merger.
";

fn review() -> ControlId {
    "ACC-06".parse().unwrap()
}

impl Desk {
    async fn new() -> Self {
        let desk = Self { place: Place::new().await, folder: TempDir::new().unwrap() };
        desk.write("controls/ACC-06.yaml", REVIEW);
        desk.write("controls/ACC-06.md", "Accounts are reviewed every quarter.");
        desk.write("evidence/june.txt", "42 accounts, 2 closed");
        desk
    }

    fn dir(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.dir().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    async fn plan(&self) -> Plan {
        plan(&self.place.owner(), self.dir()).await.unwrap()
    }

    async fn words(&self) -> Vec<String> {
        self.plan().await.changes.into_iter().map(|one| one.words).collect()
    }

    async fn apply(&self) {
        let plan = self.plan().await;
        apply(&self.place.owner(), &plan.changes).await.unwrap();
    }

    /// What is wrong, with file and line.
    async fn fault(&self) -> String {
        match plan(&self.place.owner(), self.dir()).await {
            Err(FilesError::Faults(faults)) => {
                faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
            }
            other => panic!("{other:?}"),
        }
    }

    async fn export(&self, dir: &Path) -> Vec<String> {
        let snapshot = self.place.workspace.follow().await.unwrap();
        export(&self.place.workspace, &snapshot, dir).await.unwrap()
    }

    /// Exports into a new folder, and nothing differs.
    async fn comes_back(&self) -> TempDir {
        let again = TempDir::new().unwrap();
        self.export(again.path()).await;
        let plan = plan(&self.place.owner(), again.path()).await.unwrap();
        assert!(plan.changes.is_empty() && plan.notes.is_empty(), "{plan:?}");
        again
    }
}

#[tokio::test]
async fn a_performance_and_its_file_are_recorded_once_and_come_back_as_they_were() {
    let desk = Desk::new().await;
    assert_eq!(
        desk.words().await,
        [
            "stores evidence/june.txt as evidence of ACC-06",
            "adopts ACC-06",
            "writes the procedure of ACC-06: quarterly, 10 days of grace",
            "approves the procedure of ACC-06 from 2026-08-01",
            "records the walkthrough of ACC-06 on 2026-07-02",
            "states that ACC-06 was performed on 2026-07-02 for 2026-04-01..2026-07-01",
            "states that ACC-06 was performed on 2026-07-20",
        ]
    );
    desk.apply().await;
    assert_eq!(desk.words().await, Vec::<String>::new());
    let programme = desk.place.workspace.newest().programme;
    let control = &programme.controls[&review()];
    assert_eq!(control.attestations.len(), 2);
    let (id, stored) = programme.artifacts.iter().next().unwrap();
    assert_eq!((programme.artifacts.len(), stored.value.name.as_str()), (1, "june.txt"));
    assert_eq!(control.attestations[0].value.artifact, Some(*id));
    let again = desk.comes_back().await;
    let written = again.path().join(format!("evidence/{id}-june.txt"));
    assert_eq!(std::fs::read_to_string(written).unwrap(), "42 accounts, 2 closed");
    let more = std::fs::read_to_string(again.path().join("controls/ACC-06.yaml")).unwrap();
    assert!(more.contains(&format!("artifact: evidence/{id}-june.txt")), "{more}");
}

#[tokio::test]
async fn another_file_under_the_same_name_is_another_performance() {
    let desk = Desk::new().await;
    desk.apply().await;
    desk.write("evidence/june.txt", "43 accounts, 2 closed");
    let asked = desk.words().await;
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert_eq!(asked[0], "stores evidence/june.txt as evidence of ACC-06");
}

#[tokio::test]
async fn a_large_file_is_named_by_its_contents_and_found_by_them() {
    let desk = Desk::new().await;
    desk.write("evidence/june.txt", &"x".repeat(1_000_001));
    desk.apply().await;
    let again = desk.comes_back().await;
    assert!(!again.path().join("evidence").exists());
    let written = std::fs::read_to_string(again.path().join("controls/ACC-06.yaml")).unwrap();
    let digest = Digest::of("x".repeat(1_000_001).as_bytes());
    assert!(written.contains(&format!("sha256:{digest}")), "{written}");
}

#[tokio::test]
async fn a_file_that_is_missing_or_outside_the_folder_is_a_fault_with_its_line() {
    let desk = Desk::new().await;
    std::fs::remove_file(desk.dir().join("evidence/june.txt")).unwrap();
    let fault = desk.fault().await;
    assert!(fault.starts_with("controls/ACC-06.yaml:8: there is no file `evidence/june.txt`"), "{fault}");
    for outside in ["../june.txt", "/etc/hosts"] {
        desk.write("controls/ACC-06.yaml", &REVIEW.replace("evidence/june.txt", outside));
        let fault = desk.fault().await;
        assert!(fault.contains(&format!("`{outside}` is outside the folder")), "{fault}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_that_leads_out_of_the_folder_is_not_followed() {
    let desk = Desk::new().await;
    let outside = TempDir::new().unwrap();
    std::fs::write(outside.path().join("secret"), "secret").unwrap();
    std::fs::remove_file(desk.dir().join("evidence/june.txt")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret"), desk.dir().join("evidence/june.txt")).unwrap();
    assert!(desk.fault().await.contains("is outside the folder"));
}

#[tokio::test]
async fn what_the_files_lack_is_told_and_kept() {
    let desk = Desk::new().await;
    desk.apply().await;
    let dir = desk.comes_back().await;
    for name in ["controls/ACC-06.yaml", "controls/ACC-06.md", "people.yaml"] {
        std::fs::remove_file(dir.path().join(name)).unwrap();
    }
    let told = plan(&desk.place.owner(), dir.path()).await.unwrap();
    assert!(told.changes.is_empty());
    assert_eq!(
        told.notes[0],
        "apply removes nothing: 1 person (ana@acme.example) and 1 control (ACC-06) are not in the files"
    );
    assert!(told.notes[1].starts_with("not stored, as nothing names it: 1 file ("), "{:?}", told.notes);
    let short = REVIEW.split("- performed_on: 2026-07-20").next().unwrap();
    desk.write("controls/ACC-06.yaml", short);
    let notes = desk.plan().await.notes.join("\n");
    assert!(notes.contains("1 attestation (ACC-06 on 2026-07-20)"), "{notes}");
}

#[tokio::test]
async fn a_new_procedure_is_not_approved_by_the_day_of_an_earlier_one() {
    let desk = Desk::new().await;
    desk.apply().await;
    // A day later the same date would be an old one: here the day of approval is made one.
    let mut snapshot = desk.place.workspace.follow().await.unwrap();
    let programme = std::sync::Arc::make_mut(&mut snapshot.programme);
    let id = review();
    let control = std::sync::Arc::make_mut(programme.controls.get_mut(&id).unwrap());
    let procedure = std::sync::Arc::make_mut(control.procedures.back_mut().unwrap());
    procedure.approved.as_mut().unwrap().value = "2026-05-12".parse().unwrap();
    let old = REVIEW.replace("approved_from: 2026-08-01", "approved_from: 2026-05-12");
    desk.write("controls/ACC-06.yaml", &old);
    let asked = |dir: &Path| {
        let files = crate::files::read::folder(dir).unwrap();
        crate::files::compare::plan(&desk.place.owner(), &snapshot, &files)
    };
    assert!(asked(desk.dir()).unwrap().changes.is_empty(), "nothing new is asked for");
    desk.write("controls/ACC-06.md", "Accounts are reviewed every quarter, and twice in May.");
    let fault = asked(desk.dir()).unwrap_err().to_string();
    assert!(
        fault.starts_with("controls/ACC-06.yaml:4: the new procedure of ACC-06 is not approved"),
        "{fault}"
    );
    assert!(fault.contains("set `approved_from` to today or later"), "{fault}");
    desk.write("controls/ACC-06.yaml", &old.replace("2026-05-12", "2026-08-01"));
    let words: Vec<String> = asked(desk.dir()).unwrap().changes.into_iter().map(|one| one.words).collect();
    assert_eq!(words.last().unwrap(), "approves the procedure of ACC-06 from 2026-08-01");
}

#[tokio::test]
async fn a_grace_below_zero_is_answered_with_what_is_allowed() {
    let desk = Desk::new().await;
    desk.write("controls/ACC-06.yaml", &REVIEW.replace("grace_days: 10", "grace_days: -4"));
    let fault = desk.fault().await;
    assert_eq!(
        fault,
        "controls/ACC-06.yaml:3: `grace_days: -4`: expected a whole number of days from 0 to 366"
    );
}

#[tokio::test]
async fn an_answer_to_an_exception_is_recorded_once_and_a_later_one_takes_its_place() {
    let desk = Desk::new().await;
    desk.write(
        "responses.yaml",
        "- test: change-reviewed\n  occurrence: '42'\n  response: explained\n  text: An emergency, reviewed after.\n",
    );
    assert!(desk.fault().await.starts_with("responses.yaml:1: change-reviewed has not run"));
    let (programme, control) = (desk.place.workspace.newest().programme, "CHG-01".parse().unwrap());
    let run = RunRecorded {
        run: RunId::new(ulid::Ulid::from_parts(7, 7)),
        test: "change-reviewed".parse().unwrap(),
        control,
        period: "2026-06-01..2026-07-01".parse().unwrap(),
        at: programme.sequence,
        catalog: programme.catalog.unwrap(),
        program: "attestry test".into(),
        definition: Digest::of(b"definition"),
        outcome: RunOutcome::NotTested { reason: "no records".into() },
    };
    desk.place.owner().send(Command::RecordRun(run)).await.unwrap();
    desk.apply().await;
    assert!(desk.plan().await.changes.is_empty());
    desk.comes_back().await;
    desk.write(
        "responses.yaml",
        "- test: change-reviewed\n  occurrence: 42\n  response: corrected\n  text: Reviewed now.\n",
    );
    assert_eq!(desk.words().await, ["answers that 42 of change-reviewed was corrected"]);
    desk.apply().await;
    let again = desk.comes_back().await;
    let written = std::fs::read_to_string(again.path().join("responses.yaml")).unwrap();
    assert_eq!(
        written.matches("occurrence").count(),
        1,
        "the newest answer is the one in the files: {written}"
    );
}
