//! Rules that stand against a command.

use attestry_domain::catalog::Cadence;
use attestry_domain::command::{AddPerson, Command};
use attestry_domain::decide::Refusal;
use attestry_domain::event::ai::{AssessmentApproved, SystemVersioned, SystemWithdrawn, ThresholdApproved};
use attestry_domain::event::evidence::CoverageRecorded;
use attestry_domain::event::workspace::{PersonDescribed, RoleRevoked};
use attestry_domain::event::{
    Actor, Coverage, CoverageBasis, EngagementKind, EngagementOpened, Payload, ProcedureApproved,
    ProcedureWritten, RoleGranted, SystemDeployed, Verdict,
};
use attestry_domain::id::{ArtifactId, Digest, EngagementId, PersonId};
use attestry_domain::role::Role;
use ulid::Ulid;

use crate::commands::{assessment, bias, dataset, segment, system};
use crate::operation::complete;
use crate::support::{ANA, BEN, CLEO, World, artifact, code, day, period};

const OWNER: Actor = Actor::Person(ANA);

/// The rule's two halves in one sentence.
fn refusal(result: Result<Vec<Payload>, Refusal>) -> String {
    match result {
        Err(refusal @ Refusal::Rule { .. }) => refusal.to_string(),
        other => panic!("no rule stood against it: {other:?}"),
    }
}

fn grant(person: PersonId, role: Role, until: Option<&str>) -> Command {
    Command::GrantRole(RoleGranted { person, role, until: until.map(day) })
}

fn revoke(person: PersonId, role: Role) -> Command {
    Command::RevokeRole(RoleRevoked { person, role })
}

fn claim(days: &str) -> Command {
    let covers = Coverage { period: period(days), basis: CoverageBasis::Claimed };
    Command::RecordCoverage(CoverageRecorded { stream: code("change"), source: "github".to_owned(), covers })
}

#[test]
fn the_last_owner_cannot_be_revoked() {
    let mut world = complete();
    assert!(refusal(world.say_as(OWNER, revoke(ANA, Role::Owner))).contains("last owner"));
    world.person(BEN, &[Role::Owner]);
    world.say(revoke(ANA, Role::Owner));
    assert!(refusal(world.say_as(Actor::Person(BEN), revoke(BEN, Role::Owner))).contains("last owner"));
}

#[test]
fn the_last_owner_cannot_get_an_end_either() {
    let mut world = complete();
    let ending = grant(ANA, Role::Owner, Some("2026-12-31"));
    assert!(refusal(world.say_as(OWNER, ending.clone())).contains("last owner"));
    world.person(BEN, &[]);
    world.say(grant(BEN, Role::Owner, Some("2026-12-31")));
    assert!(
        refusal(world.say_as(OWNER, revoke(ANA, Role::Owner))).contains("last owner"),
        "the other one ends"
    );
    world.say(grant(BEN, Role::Owner, None));
    world.say(ending);
}

#[test]
fn a_role_held_today_cannot_have_ended_before() {
    let mut world = complete();
    world.person(BEN, &[]);
    world.say(grant(BEN, Role::Viewer, Some("2026-04-02")));
    assert_eq!(world.programme.roles_on(BEN, day("2026-04-02")).count(), 0, "history, as from a file");
    world.say(grant(BEN, Role::Viewer, Some("2026-04-03")));
    for until in ["2026-04-01", "2026-04-02"] {
        assert!(refusal(world.say_as(OWNER, grant(BEN, Role::Viewer, Some(until)))).contains("held today"));
    }
    assert_eq!(world.programme.roles_on(BEN, day("2026-04-02")).count(), 1);
    assert_eq!(world.programme.roles_on(BEN, day("2026-04-03")).count(), 0);
}

#[test]
fn the_auditors_role_is_refused_to_a_manager_and_management_to_an_auditor() {
    let mut world = complete();
    world.person(BEN, &[Role::ComplianceLead]);
    world.person(CLEO, &[Role::Auditor]);
    assert!(refusal(world.say_as(OWNER, grant(BEN, Role::Auditor, None))).contains("an auditor cannot"));
    assert!(refusal(world.say_as(OWNER, grant(CLEO, Role::Contributor, None))).contains("an auditor cannot"));
    world.say(grant(CLEO, Role::Viewer, None));
    let both = AddPerson {
        person: PersonId::new(Ulid(77)),
        name: "Dan".to_owned(),
        email: "dan@example.com".to_owned(),
        roles: vec![Role::Auditor, Role::Owner],
    };
    assert!(refusal(world.say_as(OWNER, Command::AddPerson(both))).contains("an auditor cannot"));
}

#[test]
fn an_address_belongs_to_one_person_until_it_is_erased() {
    let mut world = complete();
    let person = |id: u128, email: &str| {
        let (name, email) = ("Dan".to_owned(), email.to_owned());
        Command::AddPerson(AddPerson { person: PersonId::new(Ulid(id)), name, email, roles: Vec::new() })
    };
    assert!(refusal(world.say_as(OWNER, person(70, "ANA@example.com"))).contains("already has the address"));
    assert!(refusal(world.say_as(OWNER, person(70, "ana at example"))).contains("no e-mail address"));
    assert!(refusal(world.say_as(OWNER, person(1, "dan@example.com"))).contains("exists already"));
    assert_eq!(world.programme.name_of(ANA), "Ana");
    let erased = |event: &mut attestry_domain::event::Event| {
        if matches!(&event.payload, Some(Payload::PersonDescribed(PersonDescribed { .. }))) {
            event.payload = None;
        }
    };
    let mut log = world.log.clone();
    log.iter_mut().for_each(erased);
    let programme = attestry_domain::programme::Programme::replay(&log).unwrap();
    assert_eq!(programme.sequence, world.programme.sequence);
    assert_eq!(programme.name_of(ANA), format!("person {ANA}"));
    assert_eq!(programme.person_by_email("ana@example.com"), None);
}

#[test]
fn a_procedure_cannot_be_approved_backwards_in_time() {
    let mut world = complete();
    let text = Digest::of(b"new text");
    let (control, cadence) = (code("CHG-01"), Cadence::Weekly);
    world.say(Command::WriteProcedure(ProcedureWritten { control, text, cadence, grace_days: 0 }));
    let approve = |text, from| {
        let effective_from = day(from);
        Command::ApproveProcedure(ProcedureApproved { control: code("CHG-01"), text, effective_from })
    };
    assert!(
        refusal(world.say_as(OWNER, approve(text, "2026-04-01")))
            .contains("cannot be in force from 2026-04-01")
    );
    let other = Digest::of(b"old text");
    assert!(refusal(world.say_as(OWNER, approve(other, "2026-04-02"))).contains(&text.short()));
    assert_eq!(world.say(approve(text, "2026-04-02")).len(), 1);
    assert!(world.say(approve(text, "2026-04-02")).is_empty());
}

#[test]
fn a_grace_of_more_than_a_year_is_refused() {
    let mut world = complete();
    let (control, text) = (code("CHG-01"), Digest::of(b"text"));
    let command = ProcedureWritten { control, text, cadence: Cadence::Weekly, grace_days: 367 };
    assert!(refusal(world.say_as(OWNER, Command::WriteProcedure(command))).contains("at most 366 days"));
}

#[test]
fn coverage_cannot_be_claimed_for_days_that_are_not_over() {
    let mut world = complete();
    assert!(refusal(world.say_as(OWNER, claim("2026-04-01..2026-04-03"))).contains("cannot be complete yet"));
    world.say(claim("2026-04-01..2026-04-02"));
    let mut sealed = segment(90, "2026-04-02");
    sealed.covers =
        Some(Coverage { period: period("2026-04-02..2026-04-03"), basis: CoverageBasis::Claimed });
    assert!(refusal(world.say_as(OWNER, Command::SealSegment(sealed))).contains("cannot be complete yet"));
}

#[test]
fn the_day_of_a_claim_is_over_at_midnight_of_the_organisations_calendar() {
    let mut world =
        World::in_zone(crate::support::one_control(Cadence::PerEvent), "2026-03-01", "America/New_York");
    world.now = "2026-04-02T03:59:59Z".parse().unwrap();
    assert!(refusal(world.say_as(OWNER, claim("2026-04-01..2026-04-02"))).contains("cannot be complete yet"));
    world.now = "2026-04-02T04:00:00Z".parse().unwrap();
    assert_eq!(world.say(claim("2026-04-01..2026-04-02")).len(), 2, "the source is declared with it");
}

#[test]
fn the_program_itself_cannot_claim_completeness() {
    let mut world = complete();
    let mut sealed = segment(90, "2026-03-01");
    sealed.covers =
        Some(Coverage { period: period("2026-03-01..2026-03-02"), basis: CoverageBasis::Claimed });
    assert!(
        refusal(world.say_as(Actor::System, Command::SealSegment(sealed.clone())))
            .contains("let a person claim it")
    );
    let (query, rows) = ("list changes".to_owned(), 3);
    sealed.covers = Some(Coverage {
        period: period("2026-03-01..2026-03-02"),
        basis: CoverageBasis::Queried { query, rows },
    });
    assert!(world.say_as(Actor::System, Command::SealSegment(sealed)).is_ok());
}

#[test]
fn the_same_input_twice_is_nothing_but_a_new_claim_with_it_is_kept() {
    let mut world = complete();
    let sealed = segment(90, "2026-03-01");
    assert_eq!(world.say(Command::SealSegment(sealed.clone())).len(), 1);
    assert!(world.say(Command::SealSegment(sealed.clone())).is_empty());
    let mut again = segment(91, "2026-03-01");
    (again.chunk, again.source) = (sealed.chunk, sealed.source.clone());
    assert!(world.say(Command::SealSegment(again.clone())).is_empty());
    again.covers = Some(Coverage { period: period("2025-11-01..2025-11-30"), basis: CoverageBasis::Claimed });
    let events = world.say(Command::SealSegment(again));
    let wanted = matches!(&events[..], [Payload::SourceDeclared(_), Payload::CoverageRecorded(_)]);
    assert!(wanted, "{events:?}");
}

#[test]
fn an_id_names_one_thing_for_ever() {
    let mut world = complete();
    world.say(Command::SealSegment(segment(90, "2026-03-01")));
    let mut other = segment(90, "2026-03-02");
    other.chunk = Digest::of(b"another input");
    assert!(
        refusal(world.say_as(OWNER, Command::SealSegment(other)))
            .contains("already belongs to another segment")
    );
    let id = ArtifactId::new(Ulid(91));
    world.say(Command::StoreArtifact(artifact(id)));
    assert!(world.say(Command::StoreArtifact(artifact(id))).is_empty());
    let mut other = artifact(id);
    other.name = "another.pdf".to_owned();
    assert!(
        refusal(world.say_as(OWNER, Command::StoreArtifact(other)))
            .contains("already belongs to another file")
    );
    world.say(Command::RegisterDataset(dataset(92, "scores")));
    let other = Command::RegisterDataset(dataset(92, "other_scores"));
    assert!(refusal(world.say_as(OWNER, other)).contains("already belongs to another dataset"));
}

#[test]
fn a_window_that_had_not_begun_cannot_have_been_served() {
    let mut world = complete();
    let command = attestry_domain::event::AttestationRecorded {
        attestation: attestry_domain::id::AttestationId::new(Ulid(80)),
        control: code("CHG-01"),
        window: Some(period("2026-04-01..2026-07-01")),
        performed_on: day("2026-03-31"),
        artifact: None,
        note: "done".to_owned(),
    };
    assert!(refusal(world.say_as(OWNER, Command::RecordAttestation(command))).contains("had not begun"));
}

#[test]
fn an_edit_based_on_an_older_state_is_stale() {
    let mut world = complete();
    let seen = world.programme.version_of("control/CHG-01");
    let text = Digest::of(b"mine");
    let write = ProcedureWritten { control: code("CHG-01"), text, cadence: Cadence::Weekly, grace_days: 0 };
    let command = Command::WriteProcedure(write);
    assert!(world.ask(OWNER, command.clone(), Some(("control/CHG-01".to_owned(), seen))).is_ok());
    world.rationale("DET-01");
    assert!(
        world.ask(OWNER, command.clone(), Some(("control/CHG-01".to_owned(), seen))).is_ok(),
        "another control"
    );
    world.walkthrough("CHG-01", "2026-04-01");
    let now_at = world.programme.sequence;
    let stale = world.ask(OWNER, command, Some(("control/CHG-01".to_owned(), seen)));
    let entity = "control/CHG-01".to_owned();
    assert_eq!(stale, Err(Refusal::Stale { entity, based_on: seen, now_at }));
}

#[test]
fn who_submitted_an_assessment_cannot_approve_it() {
    let mut world = governed();
    world.say(Command::SubmitAssessment(assessment(60, None)));
    assert!(refusal(world.say_as(OWNER, approve(60, "fine"))).contains("cannot approve it"));
    assert_eq!(world.say_as(Actor::Person(BEN), approve(60, "")).unwrap().len(), 1);
    assert!(world.say_as(Actor::Person(BEN), approve(60, "")).unwrap().is_empty());
}

#[test]
fn an_approval_needs_a_note_when_the_result_is_not_above_the_threshold() {
    for (id, verdict) in
        [(61, Verdict::Below), (62, Verdict::Inconclusive), (63, Verdict::NotEstimable), (64, Verdict::Above)]
    {
        let mut world = governed();
        world.say(Command::SubmitAssessment(assessment(id, Some(bias(verdict)))));
        let silent = world.say_as(Actor::Person(BEN), approve(id, "  "));
        assert_eq!(silent.is_ok(), verdict == Verdict::Above, "{verdict:?}");
        let mut world = governed();
        world.say(Command::SubmitAssessment(assessment(id, Some(bias(verdict)))));
        assert!(world.say_as(Actor::Person(BEN), approve(id, "accepted until the next version")).is_ok());
    }
}

#[test]
fn a_version_never_changes_and_deployments_come_in_order() {
    let mut world = governed();
    let version = |model: &[u8]| {
        let model = Some(Digest::of(model));
        let system = system(40).system;
        Command::VersionSystem(SystemVersioned {
            system,
            version: "2".to_owned(),
            model,
            note: "new".to_owned(),
        })
    };
    assert_eq!(world.say(version(b"weights")).len(), 1);
    assert!(world.say(version(b"weights")).is_empty());
    assert!(refusal(world.say_as(OWNER, version(b"other weights"))).contains("a version never changes"));
    let deploy = |at: &str| {
        let (version, environment) = ("2".to_owned(), "production".to_owned());
        Command::DeploySystem(SystemDeployed {
            system: system(40).system,
            version,
            environment,
            deployed_at: at.parse().unwrap(),
        })
    };
    let withdraw = |at: &str| {
        let environment = "production".to_owned();
        Command::WithdrawSystem(SystemWithdrawn {
            system: system(40).system,
            environment,
            withdrawn_at: at.parse().unwrap(),
        })
    };
    assert!(refusal(world.say_as(OWNER, deploy("2026-04-03T00:00:00Z"))).contains("lies in the future"));
    world.say(deploy("2026-03-01T00:00:00Z"));
    assert!(world.say(deploy("2026-03-01T00:00:00Z")).is_empty());
    world.say(withdraw("2026-03-20T00:00:00Z"));
    assert!(refusal(world.say_as(OWNER, withdraw("2026-03-21T00:00:00Z"))).contains("nothing runs"));
    assert!(
        refusal(world.say_as(OWNER, deploy("2026-03-10T00:00:00Z"))).contains("in the order"),
        "it ran until the 20th"
    );
    world.say(deploy("2026-03-21T00:00:00Z"));
    let runs = &world.programme.systems[&system(40).system].deployments;
    assert_eq!(runs.iter().filter(|run| run.value.ended_at.is_none()).count(), 1);
}

#[test]
fn a_threshold_stays_in_the_history_when_another_is_approved() {
    let mut world = governed();
    assert_eq!(world.say(threshold(850_000)).len(), 1);
    assert!(world.say(threshold(850_000)).is_empty());
    world.say(threshold(900_000));
    let values = &world.programme.systems[&system(40).system].thresholds["impact_ratio"];
    assert_eq!(values.iter().map(|one| one.value).collect::<Vec<_>>(), [800_000, 850_000, 900_000]);
}

#[test]
fn an_audit_is_of_the_kind_its_framework_has() {
    let mut world = complete();
    for framework in ["iso42001", "eu-ai-act"] {
        world.adopt(framework, &[]);
    }
    let (type_2, stage_1) = (
        EngagementKind::Type2 { period: period(crate::operation::Q1) },
        EngagementKind::Stage1 { as_of: day("2026-04-01") },
    );
    let kinds = [
        ("soc2", type_2, true),
        ("soc2", stage_1, false),
        ("iso42001", stage_1, true),
        ("iso42001", type_2, false),
        ("eu-ai-act", stage_1, false),
    ];
    for (at, (framework, examines, fits)) in kinds.into_iter().enumerate() {
        let engagement = EngagementId::new(Ulid(at as u128));
        let opened = EngagementOpened {
            engagement,
            framework: code(framework),
            examines,
            firm: "Rees LLP".to_owned(),
        };
        assert_eq!(
            world.say_as(OWNER, Command::OpenEngagement(opened)).is_ok(),
            fits,
            "{framework} {examines:?}"
        );
    }
}

#[test]
fn what_is_not_there_is_named_with_the_nearest_that_is() {
    let mut world = complete();
    let control = code("CHG-99");
    let refused = world
        .say_as(OWNER, Command::OwnControl(attestry_domain::event::ControlOwned { control, owner: ANA }));
    assert_eq!(refused.unwrap_err().to_string(), "there is no control `CHG-99`; nearest: CHG-01");
}

fn threshold(value_ppm: i64) -> Command {
    let (system, metric) = (system(40).system, "impact_ratio".to_owned());
    Command::ApproveThreshold(ThresholdApproved { system, metric, value_ppm })
}

fn approve(id: u128, note: &str) -> Command {
    let assessment = assessment(id, None).assessment;
    Command::ApproveAssessment(AssessmentApproved { assessment, note: note.to_owned() })
}

/// A programme with an AI system, a prediction log and a second lead.
fn governed() -> World {
    let mut world = complete();
    world.person(BEN, &[Role::ComplianceLead]);
    world.say(Command::RegisterSystem(system(40)));
    world.say(Command::RegisterDataset(dataset(50, "predictions")));
    world.say(threshold(800_000));
    world
}
