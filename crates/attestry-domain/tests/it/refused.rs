//! What decisions refuse of names, thresholds, windows and repeats.

use attestry_domain::catalog::{Cadence, PROGRAMME_TABLES};
use attestry_domain::command::Command;
use attestry_domain::event::ai::ThresholdApproved;
use attestry_domain::event::control::ControlAdopted;
use attestry_domain::event::{
    Actor, AttestationRecorded, EngagementKind, EngagementOpened, ExceptionResponded, Payload, ResponseKind,
    Verdict,
};
use attestry_domain::id::{ArtifactId, AttestationId, EngagementId};
use ulid::Ulid;

use crate::commands::{assessment, bias, dataset, system};
use crate::operation::{Q1, complete};
use crate::support::{ANA, World, artifact, code, day, period};

fn refused(world: &mut World, command: Command) -> String {
    world.say_as(Actor::Person(ANA), command).unwrap_err().to_string()
}

fn threshold(of: u128, metric: &str, value_ppm: i64) -> Command {
    let (system, metric) = (system(of).system, metric.to_owned());
    Command::ApproveThreshold(ThresholdApproved { system, metric, value_ppm })
}

fn statement(id: u128, control: &str, window: Option<&str>) -> AttestationRecorded {
    AttestationRecorded {
        attestation: AttestationId::new(Ulid(id)),
        control: code(control),
        window: window.map(period),
        performed_on: day("2026-04-01"),
        artifact: None,
        note: "done".to_owned(),
    }
}

#[test]
fn a_dataset_takes_no_name_of_a_stream_or_programme_table() {
    let mut world = complete();
    for name in PROGRAMME_TABLES.into_iter().chain(["change", "review"]) {
        let words = refused(&mut world, Command::RegisterDataset(dataset(92, name)));
        assert!(words.contains("give the dataset another name"), "{words}");
    }
    assert_eq!(world.say(Command::RegisterDataset(dataset(92, "changes"))).len(), 1);
}

#[test]
fn a_bias_result_rests_on_an_approved_threshold_of_its_system() {
    let mut world = complete();
    for id in [40, 41] {
        world.say(Command::RegisterSystem(system(id)));
    }
    world.say(Command::RegisterDataset(dataset(50, "predictions")));
    let submit = || Command::SubmitAssessment(assessment(60, Some(bias(Verdict::Below))));
    world.say(threshold(41, "impact_ratio", 800_000));
    world.say(threshold(40, "error_rate", 800_000));
    world.say(threshold(40, "impact_ratio", 700_000));
    let words = refused(&mut world, submit());
    assert!(words.starts_with("no threshold of 800000 millionths is approved for impact_ratio"), "{words}");
    world.say(threshold(40, "impact_ratio", 800_000));
    world.say(threshold(40, "impact_ratio", 900_000));
    assert_eq!(world.say(submit()).len(), 1, "approved before, though another since");
}

#[test]
fn a_bias_result_does_not_rest_on_the_log_of_another_system() {
    for (of, fits) in [(None, true), (Some(40), true), (Some(41), false)] {
        let mut world = complete();
        for id in [40, 41] {
            world.say(Command::RegisterSystem(system(id)));
        }
        let mut log = dataset(50, "predictions");
        log.system = of.map(|id| system(id).system);
        world.say(Command::RegisterDataset(log));
        world.say(threshold(40, "impact_ratio", 800_000));
        let submitted = Command::SubmitAssessment(assessment(60, Some(bias(Verdict::Below))));
        let result = world.say_as(Actor::Person(ANA), submitted);
        assert_eq!(result.is_ok(), fits, "{result:?}");
    }
}

#[test]
fn a_named_window_is_one_that_the_control_has_or_had() {
    let mut world = complete();
    world.say(Command::AdoptControl(ControlAdopted { control: code("SUP-01") }));
    world.procedure("SUP-01", Cadence::Monthly, 0, "2026-04-02");
    for (id, window) in [(80, Q1), (81, "2026-03-01..2026-04-01")] {
        world.say(Command::RecordAttestation(statement(id, "SUP-01", Some(window))));
    }
    for window in ["2026-01-01..2026-03-31", "2025-01-01..2026-01-01", "2026-02-15..2026-03-15"] {
        let words = refused(&mut world, Command::RecordAttestation(statement(82, "SUP-01", Some(window))));
        assert!(words.contains("is no window that control SUP-01 is performed for"), "{words}");
    }
    let words = refused(&mut world, Command::RecordAttestation(statement(82, "CHG-01", Some(Q1))));
    assert!(words.ends_with("name none"), "{words}");
}

#[test]
fn a_statement_is_known_by_its_id_across_controls() {
    let mut world = complete();
    for id in 80..90 {
        world.say(Command::RecordAttestation(statement(id, "CHG-01", None)));
        world.say(Command::RecordAttestation(statement(id + 100, "DET-01", None)));
    }
    assert!(world.say(Command::RecordAttestation(statement(84, "CHG-01", None))).is_empty());
    let other = AttestationRecorded { note: "otherwise".to_owned(), ..statement(84, "CHG-01", None) };
    for taken in [statement(84, "DET-01", None), other] {
        let words = refused(&mut world, Command::RecordAttestation(taken));
        assert!(words.contains("already belongs to another statement"), "{words}");
    }
}

#[test]
fn whatever_is_recorded_can_be_found_stale() {
    let mut world = complete();
    world.run("change-reviewed", Q1, &[]);
    world.say(Command::RegisterSystem(system(40)));
    let id = Ulid(91);
    let opened = EngagementOpened {
        engagement: EngagementId::new(id),
        framework: code("soc2"),
        examines: EngagementKind::Type2 { period: period(Q1) },
        firm: "Rees LLP".to_owned(),
    };
    let (test, occurrence, text) = (code("change-reviewed"), "7".to_owned(), "explained".to_owned());
    let answer = ExceptionResponded { test, occurrence, response: ResponseKind::Explained, text };
    let said: [(String, Command); 6] = [
        (format!("artifact/{id}"), Command::StoreArtifact(artifact(ArtifactId::new(id)))),
        (format!("dataset/{id}"), Command::RegisterDataset(dataset(91, "predictions"))),
        (format!("assessment/{id}"), Command::SubmitAssessment(assessment(91, None))),
        (format!("engagement/{id}"), Command::OpenEngagement(opened)),
        (format!("attestation/{id}"), Command::RecordAttestation(statement(91, "CHG-01", None))),
        ("response/change-reviewed/7".to_owned(), Command::RespondToException(answer)),
    ];
    for (entity, command) in said {
        assert_eq!(world.programme.version_of(&entity), 0, "{entity}");
        let made: Vec<Payload> = world.say(command);
        assert_eq!(made.len(), 1);
        assert_eq!(world.programme.version_of(&entity), world.programme.sequence, "{entity}");
    }
}
