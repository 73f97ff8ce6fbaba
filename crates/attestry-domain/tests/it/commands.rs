//! One command of every kind, and any command over a small universe of ids.

use attestry_domain::catalog::Cadence;
use attestry_domain::command::{AddPerson, Command, CreateWorkspace};
use attestry_domain::event::ai::{AssessmentApproved, SystemVersioned, SystemWithdrawn, ThresholdApproved};
use attestry_domain::event::control::{CompensationNamed, ControlAdopted};
use attestry_domain::event::evidence::{CoverageRecorded, SourceDeclared};
use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::workspace::{CatalogAdopted, RequirementScoped, RoleRevoked};
use attestry_domain::event::{
    AiRole, Applicability, ArtifactHeld, AssessmentKind, AssessmentSubmitted, AttestationRecorded,
    BiasOutcome, CollectedStream, CollectionOutcome, CollectionRan, ControlOwned, Coverage, CoverageBasis,
    DatasetRegistered, EngagementKind, EngagementOpened, Erased, ErasedObject, ExceptionResponded,
    FrameworkAdopted, ProcedureApproved, ProcedureWritten, RationaleRecorded, RecordsSetAside, ResponseKind,
    RoleGranted, RunRecorded, SegmentSealed, SetAsideResolved, SystemDeployed, SystemRegistered, Verdict,
    WalkthroughRecorded,
};
use attestry_domain::id::{
    AiSystemId, ArtifactId, AssessmentId, AttestationId, DatasetId, Digest, EngagementId, PersonId, RunId,
    SegmentId, SetAsideId, WorkspaceId,
};
use attestry_domain::role::Role;
use attestry_domain::time::{Day, Instant, Period};
use proptest::prelude::*;
use ulid::Ulid;

use crate::support::{artifact, code, day, object, period};

/// What a command is made of; the fields mean something else in each.
#[derive(Debug, Clone)]
pub struct Parts {
    pub id: u128,
    pub other: u128,
    pub control: &'static str,
    pub by: &'static str,
    pub text: &'static str,
    pub day: Day,
    pub period: Period,
    pub number: u64,
    pub flag: bool,
    pub cadence: Cadence,
    pub role: Role,
    pub at: Instant,
}

/// Parts that fit a programme with CHG-01 and DET-01.
pub fn usual() -> Parts {
    Parts {
        id: 60,
        other: 1,
        control: "CHG-01",
        by: "DET-01",
        text: "production",
        day: day("2026-04-02"),
        period: period("2026-01-01..2026-04-01"),
        number: 5,
        flag: true,
        cadence: Cadence::Quarterly,
        role: Role::Viewer,
        at: "2026-04-01T00:00:00Z".parse().unwrap(),
    }
}

pub fn system(id: u128) -> SystemRegistered {
    SystemRegistered {
        system: AiSystemId::new(Ulid(id)),
        name: format!("Screening {id}"),
        role: AiRole::Deployer,
        purpose: "orders applications".to_owned(),
        affected: "applicants".to_owned(),
        autonomy: "a person decides".to_owned(),
    }
}

pub fn dataset(id: u128, name: &str) -> DatasetRegistered {
    DatasetRegistered {
        dataset: DatasetId::new(Ulid(id)),
        name: name.to_owned(),
        object: object(name),
        format: "csv".to_owned(),
        rows: 12,
        system: None,
        version: None,
    }
}

pub fn segment(id: u128, on: &str) -> SegmentSealed {
    let noon: Instant = format!("{on}T12:00:00Z").parse().unwrap();
    SegmentSealed {
        segment: SegmentId::new(Ulid(id)),
        stream: code("change"),
        source: "github".to_owned(),
        collector: "attestry 0.1.0".to_owned(),
        main: object("rows"),
        personal: None,
        rows: 3,
        repeated: 0,
        occurred: Some((noon, noon)),
        chunk: Digest::of(&id.to_le_bytes()),
        raw: None,
        asked: None,
        covers: None,
    }
}

pub fn bias(verdict: Verdict) -> BiasOutcome {
    BiasOutcome {
        dataset: DatasetId::new(Ulid(50)),
        by: vec!["sex".to_owned()],
        tables: object("tables"),
        worst_group: "female".to_owned(),
        worst_ratio_ppm: Some(771_000),
        threshold_ppm: 800_000,
        verdict,
    }
}

pub fn assessment(id: u128, bias: Option<BiasOutcome>) -> AssessmentSubmitted {
    AssessmentSubmitted {
        assessment: AssessmentId::new(Ulid(id)),
        kind: if bias.is_some() { AssessmentKind::Bias } else { AssessmentKind::Impact },
        system: AiSystemId::new(Ulid(40)),
        version: None,
        conducted_on: day("2026-03-01"),
        summary: "who is affected, and how".to_owned(),
        artifact: None,
        bias,
    }
}

/// One command of every kind from the same parts, in the order of their declaration.
pub fn all(parts: &Parts) -> Vec<Command> {
    let Parts { id, other, control, by, text, day, period, number, flag, cadence, role, at } = parts.clone();
    let said = || text.to_owned();
    let digest = Digest::of(text.as_bytes());
    let person = PersonId::new(Ulid(other));
    let added = AddPerson { person, name: said(), email: format!("{other}@example.com"), roles: vec![] };
    let basis =
        if flag { CoverageBasis::Claimed } else { CoverageBasis::Queried { query: said(), rows: number } };
    let covers = Coverage { period, basis };
    let system_id = AiSystemId::new(Ulid(id));
    let tested = if control == "DET-01" { "changes-watched" } else { "change-reviewed" };
    let ran = RunOutcome::Ran {
        population: number,
        exceptions: u64::from(flag),
        population_digest: digest,
        exceptions_digest: digest,
        population_rows: object(text),
        exception_rows: object(text),
        days: object(text),
    };
    let outcome = if number == 0 { RunOutcome::NotTested { reason: said() } } else { ran };
    let sealed = SegmentSealed {
        rows: number,
        source: said(),
        covers: flag.then(|| covers.clone()),
        occurred: Some((at.min(Instant::from_micros(0)), at)),
        ..segment(id, "2026-03-01")
    };
    let examines =
        if flag { EngagementKind::Type2 { period } } else { EngagementKind::Stage1 { as_of: day } };
    vec![
        Command::CreateWorkspace(CreateWorkspace {
            workspace: WorkspaceId::new(Ulid(id)),
            name: said(),
            time_zone: "UTC".to_owned(),
            simulated: None,
            owner: added.clone(),
        }),
        Command::AdoptCatalog(CatalogAdopted { digest }),
        Command::AddPerson(added),
        Command::GrantRole(RoleGranted { person, role, until: flag.then_some(day) }),
        Command::RevokeRole(RoleRevoked { person, role }),
        Command::AdoptFramework(FrameworkAdopted {
            framework: code(if flag { "soc2" } else { "iso42001" }),
            categories: vec![],
        }),
        Command::ScopeRequirement(RequirementScoped {
            requirement: code("soc2:CC6.1"),
            included: flag,
            reason: said(),
        }),
        Command::AdoptControl(ControlAdopted { control: code(control) }),
        Command::DecideApplicability(Applicability {
            control: code(control),
            applicable: flag,
            reason: said(),
        }),
        Command::OwnControl(ControlOwned { control: code(control), owner: person }),
        Command::WriteProcedure(ProcedureWritten {
            control: code(control),
            text: digest,
            cadence,
            grace_days: 3,
        }),
        Command::ApproveProcedure(ProcedureApproved {
            control: code(control),
            text: digest,
            effective_from: day,
        }),
        Command::RecordRationale(RationaleRecorded { control: code(control), rationale: said() }),
        Command::RecordWalkthrough(WalkthroughRecorded {
            control: code(control),
            on: day,
            seen: said(),
            artifact: None,
        }),
        Command::RecordAttestation(AttestationRecorded {
            attestation: AttestationId::new(Ulid(id)),
            control: code(control),
            window: flag.then_some(period),
            performed_on: day,
            artifact: (number > 2).then(|| ArtifactId::new(Ulid(id))),
            note: said(),
        }),
        Command::NameCompensation(CompensationNamed {
            control: code(control),
            by: code(by),
            period,
            reason: said(),
        }),
        Command::StoreArtifact({
            let mut stored = artifact(ArtifactId::new(Ulid(id)));
            stored.controls = vec![code(control)];
            stored
        }),
        Command::DeclareSource(SourceDeclared { stream: code("change"), source: said(), from: day }),
        Command::SealSegment(sealed),
        Command::RecordCoverage(CoverageRecorded { stream: code("change"), source: said(), covers }),
        Command::RecordCollection(CollectionRan {
            source: said(),
            collector: "attestry 0.1.0 collect github".to_owned(),
            started_at: at,
            finished_at: at,
            every_seconds: flag.then_some(number),
            outcome: if flag {
                CollectionOutcome::Complete
            } else {
                CollectionOutcome::Failed { why: said() }
            },
            streams: vec![CollectedStream {
                stream: code("change"),
                from: flag.then_some(at),
                to: flag.then_some(at),
                at_source: Some(number),
                read: number,
                added: number,
            }],
        }),
        Command::SetAside(RecordsSetAside {
            set_aside: SetAsideId::new(Ulid(id)),
            stream: code("change"),
            source: said(),
            records: object(text),
            rows: number,
            raw: None,
        }),
        Command::ResolveSetAside(SetAsideResolved {
            set_aside: SetAsideId::new(Ulid(id)),
            resolution: said(),
        }),
        Command::HoldArtifact(ArtifactHeld {
            artifact: ArtifactId::new(Ulid(id)),
            matter: said(),
            until: flag.then_some(day),
        }),
        Command::Erase(Erased {
            objects: vec![ErasedObject { digest, successor: None, segment: None, rows: 0 }],
            events: vec![],
            reason: said(),
        }),
        Command::RegisterDataset(dataset(id, text)),
        Command::RecordRun(RunRecorded {
            run: RunId::new(Ulid(id)),
            test: code(tested),
            control: code(if tested == "changes-watched" { "DET-01" } else { "CHG-01" }),
            period,
            at: number,
            catalog: digest,
            program: said(),
            definition: digest,
            outcome,
        }),
        Command::RespondToException(ExceptionResponded {
            test: code(tested),
            occurrence: said(),
            response: ResponseKind::Accepted,
            text: said(),
        }),
        Command::OpenEngagement(EngagementOpened {
            engagement: EngagementId::new(Ulid(id)),
            framework: code(if flag { "soc2" } else { "iso42001" }),
            examines,
            firm: said(),
        }),
        Command::RegisterSystem(system(id)),
        Command::VersionSystem(SystemVersioned {
            system: system_id,
            version: said(),
            model: flag.then_some(digest),
            note: said(),
        }),
        Command::DeploySystem(SystemDeployed {
            system: system_id,
            version: said(),
            environment: said(),
            deployed_at: at,
        }),
        Command::WithdrawSystem(SystemWithdrawn { system: system_id, environment: said(), withdrawn_at: at }),
        Command::ApproveThreshold(ThresholdApproved {
            system: system_id,
            metric: said(),
            value_ppm: 800_000,
        }),
        Command::SubmitAssessment(AssessmentSubmitted {
            system: system_id,
            conducted_on: day,
            summary: said(),
            ..assessment(id, flag.then(|| bias(Verdict::Below)))
        }),
        Command::ApproveAssessment(AssessmentApproved {
            assessment: AssessmentId::new(Ulid(id)),
            note: said(),
        }),
    ]
}

pub fn kind(command: &Command) -> String {
    format!("{command:?}").split('(').next().unwrap().to_owned()
}

/// A few commands that speak of the same things, in an order in which one may rest on the other.
pub fn any_commands() -> impl Strategy<Value = Vec<Command>> {
    let some = prop::collection::btree_set(0_usize..31, 1..8);
    (parts(), some).prop_map(|(parts, some)| {
        let commands = all(&parts);
        some.into_iter().map(|at| commands[at].clone()).collect()
    })
}

fn parts() -> impl Strategy<Value = Parts> {
    let ids = (prop::sample::select(vec![40_u128, 50, 60, 61]), 1_u128..=4);
    let controls = || prop::sample::select(vec!["CHG-01", "DET-01", "CHG-01", "SUP-01", "NO-01"]);
    let texts = prop::sample::select(vec!["production", "github", "2", "predictions", " "]);
    let cadences = prop::sample::select(vec![
        Cadence::Daily,
        Cadence::Weekly,
        Cadence::Monthly,
        Cadence::Annual,
        Cadence::PerEvent,
    ]);
    let numbers = prop::sample::select(vec![0, 1, 3, 9, u64::MAX]);
    let instants = prop_oneof![4 => 1_770_000_000_000_000_i64..1_775_300_000_000_000, 1 => any::<i64>()];
    let rest = (
        any_day(),
        any_day(),
        1_i32..200,
        numbers,
        any::<bool>(),
        cadences,
        prop::sample::select(Role::ALL.to_vec()),
        instants,
    );
    (ids, controls(), controls(), texts, rest).prop_map(|((id, other), control, by, text, rest)| {
        let (day, from, days, number, flag, cadence, role, micros) = rest;
        let to = from.saturating_add(jiff::ToSpan::days(days));
        let period = Period::new(from, to).unwrap_or_else(|_| period("2026-01-01..2026-02-01"));
        let at = Instant::from_micros(micros);
        Parts { id, other, control, by, text, day, period, number, flag, cadence, role, at }
    })
}

/// Mostly days of the year, now and then an edge of the calendar.
pub fn any_day() -> impl Strategy<Value = Day> {
    let year = (1_i8..=12, 1_i8..=28).prop_map(|(month, day)| Day::new(2026, month, day).unwrap());
    let months = (1_i8..=4, 1_i8..=28).prop_map(|(month, day)| Day::new(2026, month, day).unwrap());
    let soon = (0_i32..40).prop_map(|days| day("2026-04-02").saturating_add(jiff::ToSpan::days(days)));
    prop_oneof![3 => months, 3 => soon, 2 => year, 1 => Just(Day::MIN), 1 => Just(Day::MAX)]
}
