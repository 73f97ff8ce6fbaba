//! A small company in a real store, with a clock that tests set and a query engine that they script.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use async_trait::async_trait;
use attestry_app::evidence::{self, Upload};
use attestry_app::port::{
    Answer, CellsQuery, Document, EncodedSegment, FileFormat, Query, QueryEngine, QueryFailure, TableChunks,
    TypesetFailure, Typesetter, World,
};
use attestry_app::{App, Sender, Workspace};
use attestry_domain::catalog::Cadence;
use attestry_domain::command::{AddPerson, Command, CreateWorkspace};
use attestry_domain::event::ai::{AssessmentApproved, SystemVersioned, ThresholdApproved};
use attestry_domain::event::evidence::{Coverage, CoverageBasis};
use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::workspace::{RequirementScoped, RoleGranted};
use attestry_domain::event::{
    Actor, AiRole, AssessmentKind, AssessmentSubmitted, AttestationRecorded, BiasOutcome, ControlOwned,
    DatasetRegistered, ExceptionResponded, FrameworkAdopted, ObjectRef, ProcedureApproved, ProcedureWritten,
    RationaleRecorded, ResponseKind, RunRecorded, SegmentSealed, SystemDeployed, SystemRegistered, Verdict,
    WalkthroughRecorded,
};
use attestry_domain::id::{
    AiSystemId, AssessmentId, AttestationId, ControlId, DatasetId, Digest, PersonId, RunId, SegmentId,
    WorkspaceId,
};
use attestry_domain::role::Role;
use attestry_domain::time::{Day, Instant, Period, day};
use attestry_stats::{Column, Table};
use attestry_store::Store;
use attestry_web::WebState;
use tempfile::TempDir;

/// When the unreviewed change was merged, and when the other.
const CHANGE: &str = "2026-05-12T21:40:00.000000Z";
const LATER: &str = "2026-06-01T08:00:00.000000Z";
/// When the other was recorded, six weeks later.
const RECORDED: &str = "2026-07-14T08:00:00.000000Z";

pub(crate) struct House {
    _folder: TempDir,
    clock: Arc<Clock>,
    pub(crate) workspace: Workspace,
    pub(crate) owner: PersonId,
    pub(crate) stranger: PersonId,
    pub(crate) auditor: PersonId,
    pub(crate) segment: SegmentId,
    pub(crate) run: RunId,
    pub(crate) system: AiSystemId,
}

#[derive(Default)]
struct Clock {
    micros: AtomicI64,
    drawn: AtomicU64,
}

impl World for Clock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.micros.load(Ordering::SeqCst))
    }

    fn randomise(&self, bytes: &mut [u8]) {
        let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
        let digest = Digest::of(&drawn.to_be_bytes());
        for (byte, random) in bytes.iter_mut().zip(digest.bytes().iter().cycle()) {
            *byte = *random;
        }
    }
}

struct Scripted;

#[async_trait]
impl QueryEngine for Scripted {
    async fn run(&self, _: Query) -> Result<Answer, QueryFailure> {
        Err(QueryFailure::Stopped("no page asks a query".into()))
    }

    async fn count_cells(&self, _: CellsQuery) -> Result<Table, QueryFailure> {
        Err(QueryFailure::Stopped("not asked here".into()))
    }

    fn encode_segment(
        &self,
        _: &str,
        _: Instant,
        _: &Table,
        _: &[String],
    ) -> Result<EncodedSegment, QueryFailure> {
        Err(QueryFailure::Stopped("not asked here".into()))
    }

    /// The two records of the one segment.
    fn read_columns(&self, _: &Path, _: FileFormat) -> Result<TableChunks, QueryFailure> {
        let text = |cells: [&str; 2]| Column::Text(cells.map(|cell| Some(cell.to_owned())).to_vec());
        let micros = [CHANGE, LATER].map(|at| Some(at.parse::<Instant>().unwrap().micros()));
        let columns = vec![
            ("change_id".to_owned(), text(["api#1841", "api#1900"])),
            ("merged_at".to_owned(), Column::Timestamp(micros.to_vec())),
            ("repository".to_owned(), text(["api", "api"])),
        ];
        Ok(Box::new(std::iter::once(Ok(Table::new(columns).unwrap()))))
    }

    fn canonical_rows(&self, _: &Table) -> Vec<u8> {
        Vec::new()
    }
}

struct Silent;

impl Typesetter for Silent {
    fn pdf(&self, _: &Document<'_>) -> Result<Vec<u8>, TypesetFailure> {
        Err(TypesetFailure("not asked here".into()))
    }
}

/// The use cases over a store in a folder.
async fn app(folder: &Path, clock: Arc<Clock>) -> App {
    let database = format!("sqlite://{}?mode=rwc", folder.join("attestry.db").display());
    let store = Store::open(&database, folder).await.unwrap();
    let (catalog, bundle) = attestry_app::workspace::built_in().unwrap();
    let (engine, typesetter, program) = (Arc::new(Scripted), Arc::new(Silent), "attestry test".into());
    App { store, engine, typesetter, world: clock, catalog, bundle, program }
}

/// A store in which nothing has begun.
pub(crate) struct Empty {
    _folder: TempDir,
    pub(crate) app: App,
}

impl Empty {
    pub(crate) async fn build() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(Clock::default());
        clock.set("2026-01-05T09:00:00Z");
        let app = app(folder.path(), clock).await;
        Self { _folder: folder, app }
    }
}

impl House {
    /// A company with frameworks, a control that ran with an exception, a quarterly review missed, an AI system.
    pub(crate) async fn build() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(Clock::default());
        let segment = SegmentId::new(ulid::Ulid::from_parts(7, 7));
        let app = app(folder.path(), clock.clone()).await;
        clock.set("2026-01-05T09:00:00Z");
        let [owner, stranger, auditor] = [(); 3].map(|()| PersonId::new(app.ulid()));
        let person = |person, name: &str, roles| AddPerson {
            person,
            name: name.into(),
            email: format!("{}@hireline.example", name.to_lowercase()),
            roles,
        };
        let made = CreateWorkspace {
            workspace: WorkspaceId::new(app.ulid()),
            name: "Hireline, Inc.".into(),
            time_zone: "UTC".into(),
            simulated: None,
            owner: person(owner, "Maya", vec![Role::Owner]),
        };
        let workspace = app.create("hireline", made).await.unwrap();
        let house = Self {
            _folder: folder,
            clock,
            run: RunId::new(app.ulid()),
            system: AiSystemId::new(app.ulid()),
            workspace,
            owner,
            stranger,
            auditor,
            segment,
        };
        let lead = PersonId::new(app.ulid());
        house.send(Command::AddPerson(person(lead, "Jonas", vec![Role::ComplianceLead]))).await;
        house.send(Command::AddPerson(person(stranger, "Sam", vec![]))).await;
        house.send(Command::AddPerson(person(auditor, "Ines", vec![]))).await;
        let granted = RoleGranted { person: auditor, role: Role::Auditor, until: Some(on("2026-12-31")) };
        house.send(Command::GrantRole(granted)).await;
        house.adopt().await;
        house.control("CHG-01", Cadence::PerEvent).await;
        house.control("RSK-03", Cadence::Quarterly).await;
        house.ai(lead).await;
        house.evidence().await;
        house.clock.set("2026-08-20T09:00:00Z");
        house.workspace.publish().await.unwrap();
        house
    }

    pub(crate) fn state(&self) -> WebState {
        WebState::new(self.workspace.clone(), false)
    }

    pub(crate) async fn link(&self, person: PersonId) -> String {
        self.workspace.app().login_link(&self.workspace, person).await.unwrap()
    }

    fn owner(&self) -> Sender {
        self.workspace.sender(Actor::Person(self.owner))
    }

    async fn send(&self, command: Command) {
        self.owner().send(command).await.unwrap();
    }

    async fn put(&self, bytes: impl AsRef<[u8]>) -> ObjectRef {
        self.workspace.app().store.objects().put(bytes.as_ref()).await.unwrap()
    }

    async fn adopt(&self) {
        for (framework, categories) in [("soc2", vec!["security".to_owned()]), ("iso42001", vec![])] {
            self.send(Command::AdoptFramework(FrameworkAdopted {
                framework: framework.parse().unwrap(),
                categories,
            }))
            .await;
        }
    }

    pub(crate) async fn exclude(&self, requirement: &str) {
        let requirement = requirement.parse().unwrap();
        let reason = "nothing is bought in".to_owned();
        self.send(Command::ScopeRequirement(RequirementScoped { requirement, included: false, reason }))
            .await;
    }

    async fn control(&self, id: &str, cadence: Cadence) {
        let control: ControlId = id.parse().unwrap();
        let text = self.put(format!("How {id} is done")).await.digest;
        let on = on("2026-01-05");
        self.send(Command::OwnControl(ControlOwned { control: control.clone(), owner: self.owner })).await;
        self.send(Command::WriteProcedure(ProcedureWritten {
            control: control.clone(),
            text,
            cadence,
            grace_days: 14,
        }))
        .await;
        self.send(Command::ApproveProcedure(ProcedureApproved {
            control: control.clone(),
            text,
            effective_from: on,
        }))
        .await;
        self.send(Command::RecordRationale(RationaleRecorded {
            control: control.clone(),
            rationale: "a second reader notices".into(),
        }))
        .await;
        self.send(Command::RecordWalkthrough(WalkthroughRecorded {
            control: control.clone(),
            on,
            seen: "one instance".into(),
            artifact: None,
        }))
        .await;
        if cadence.is_periodic() {
            self.clock.set("2026-04-03T09:00:00Z");
            let attestation = AttestationId::new(self.workspace.app().ulid());
            let file = Upload {
                name: "access review, q1.pdf".into(),
                bytes: b"%PDF-1.7 reviewed".to_vec(),
                captured_on: Some(self::on("2026-04-02")),
                covers: None,
                controls: vec![control.clone()],
                requirements: vec![],
            };
            let artifact = Some(evidence::store(&self.owner(), file).await.unwrap());
            let performed = AttestationRecorded {
                attestation,
                control,
                window: None,
                performed_on: self::on("2026-04-02"),
                artifact,
                note: "all access read".into(),
            };
            self.send(Command::RecordAttestation(performed)).await;
        }
    }

    async fn ai(&self, lead: PersonId) {
        let (app, system) = (self.workspace.app(), self.system);
        let text = |text: &str| text.to_owned();
        self.send(Command::RegisterSystem(SystemRegistered {
            system,
            name: text("Ranker"),
            role: AiRole::Provider,
            purpose: text("orders applicants"),
            affected: text("applicants"),
            autonomy: text("a recruiter decides"),
        }))
        .await;
        self.send(Command::VersionSystem(SystemVersioned {
            system,
            version: text("2.3"),
            model: None,
            note: text("new features"),
        }))
        .await;
        let deployed_at = app.world.now();
        self.send(Command::DeploySystem(SystemDeployed {
            system,
            version: text("2.3"),
            environment: text("production"),
            deployed_at,
        }))
        .await;
        self.send(Command::ApproveThreshold(ThresholdApproved {
            system,
            metric: text("impact_ratio"),
            value_ppm: 800_000,
        }))
        .await;
        let dataset = DatasetId::new(app.ulid());
        let object = self.put("sex,prediction\nF,1\n").await;
        self.send(Command::RegisterDataset(DatasetRegistered {
            dataset,
            name: text("ranker_q1"),
            object,
            format: text("csv"),
            rows: 48_842,
            system: Some(system),
            version: None,
        }))
        .await;
        let tables = self.put(BIAS).await;
        let bias = BiasOutcome {
            dataset,
            by: vec![text("sex")],
            tables,
            worst_group: text("sex=Female"),
            worst_ratio_ppm: Some(362_000),
            threshold_ppm: 800_000,
            verdict: Verdict::Below,
        };
        let conducted_on = on("2026-04-03");
        for (kind, bias) in [(AssessmentKind::Bias, Some(bias)), (AssessmentKind::Impact, None)] {
            let assessment = AssessmentId::new(app.ulid());
            let submitted = AssessmentSubmitted {
                assessment,
                kind,
                system,
                version: None,
                conducted_on,
                summary: text("what it may do to people"),
                artifact: None,
                bias,
            };
            self.send(Command::SubmitAssessment(submitted)).await;
            if kind == AssessmentKind::Impact {
                let approved =
                    Command::ApproveAssessment(AssessmentApproved { assessment, note: text("agreed") });
                self.workspace.sender(Actor::Person(lead)).send(approved).await.unwrap();
            }
        }
    }

    async fn evidence(&self) {
        self.clock.set("2026-07-31T09:00:00Z");
        let period: Period = "2026-01-05..2026-07-31".parse().unwrap();
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let sealed = SegmentSealed {
            segment: self.segment,
            stream: "change".parse().unwrap(),
            source: "github".into(),
            collector: "attestry test".into(),
            main: self.put("PAR1").await,
            personal: None,
            rows: 2,
            repeated: 0,
            occurred: Some((at(CHANGE), at(LATER))),
            chunk: Digest::of(b"chunk"),
            raw: None,
            asked: None,
            covers: Some(Coverage {
                period,
                basis: CoverageBasis::Queried { query: "all merged changes".into(), rows: 2 },
            }),
        };
        self.send(Command::SealSegment(sealed)).await;
        let columns = r#"["id","text"],["occurred_at","timestamp"],["recorded_at","timestamp"],["evidence_segment","text"],["evidence_row","integer"],["evidence_segment_2","text"],["evidence_row_2","integer"],["evidence_system","text"]"#;
        let evidence = |row| format!("\"{0}\",{row},\"{0}\",1,\"{1}\"", self.segment, self.system);
        let (first, second) = (evidence(0), evidence(1));
        let population = format!(
            "[{columns}]\n[\"api#1841\",\"{CHANGE}\",\"{CHANGE}\",{first}]\n[\"api#1900\",\"{LATER}\",\"{RECORDED}\",{second}]\n"
        );
        let reason = "merged without any recorded review";
        let exceptions = format!(
            "[{columns},[\"reason\",\"text\"]]\n[\"api#1841\",\"{CHANGE}\",\"{CHANGE}\",{first},\"{reason}\"]\n"
        );
        let days = r#"[{"day":"2026-05-12","population":1,"exceptions":1,"recorded_late":0},{"day":"2026-06-01","population":1,"exceptions":0,"recorded_late":1}]"#;
        let outcome = RunOutcome::Ran {
            population: 2,
            exceptions: 1,
            population_digest: Digest::of(population.as_bytes()),
            exceptions_digest: Digest::of(exceptions.as_bytes()),
            population_rows: self.put(&population).await,
            exception_rows: self.put(&exceptions).await,
            days: self.put(days).await,
        };
        let programme = self.workspace.follow().await.unwrap().programme;
        let run = RunRecorded {
            run: self.run,
            test: "change-reviewed".parse().unwrap(),
            control: "CHG-01".parse().unwrap(),
            period,
            at: programme.sequence,
            catalog: programme.catalog.unwrap(),
            program: "attestry test".into(),
            definition: Digest::of(b"definition"),
            outcome,
        };
        self.send(Command::RecordRun(run)).await;
        let answer = ExceptionResponded {
            test: "change-reviewed".parse().unwrap(),
            occurrence: "api#1841".into(),
            response: ResponseKind::Corrected,
            text: "reviewed on 14 May".into(),
        };
        self.send(Command::RespondToException(answer)).await;
    }
}

impl Clock {
    fn set(&self, text: &str) {
        self.micros.store(text.parse::<Instant>().unwrap().micros(), Ordering::SeqCst);
    }
}

fn on(text: &str) -> Day {
    day(text).unwrap()
}

const BIAS: &str = r#"{"rows":48842,"tables":[{"attributes":["sex"],"rows":[
{"group":["Female"],"n":16192,"selected":1769,"selection_rate":0.109,"selection_rate_ci95":{"wilson":[0.105,0.114]},"impact_ratio_vs_max":0.362,"impact_ratio_vs_max_ci95":{"katz":[0.348,0.377]},"fpr":0.021,"fnr":0.412,"is_reference":false},
{"group":["Male"],"n":32650,"selected":9918,"selection_rate":0.304,"selection_rate_ci95":{"wilson":[0.299,0.309]},"impact_ratio_vs_max":1.0,"impact_ratio_vs_max_ci95":null,"fpr":0.07,"fnr":0.3,"is_reference":true}]}]}"#;
