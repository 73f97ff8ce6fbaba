//! What somebody wants to have recorded.

use crate::event::ai::{AssessmentApproved, SystemVersioned, SystemWithdrawn, ThresholdApproved};
use crate::event::control::{CompensationNamed, ControlAdopted};
use crate::event::evidence::{CoverageRecorded, SourceDeclared};
use crate::event::workspace::{CatalogAdopted, RequirementScoped, RoleRevoked};
use crate::event::{
    Applicability, ArtifactHeld, ArtifactStored, AssessmentSubmitted, AttestationRecorded, CollectionRan,
    ControlOwned, DatasetRegistered, EngagementOpened, Erased, ExceptionResponded, FrameworkAdopted,
    ProcedureApproved, ProcedureWritten, RationaleRecorded, RecordsSetAside, RoleGranted, RunRecorded,
    SegmentSealed, SetAsideResolved, SystemDeployed, SystemRegistered, WalkthroughRecorded,
};
use crate::id::{CommandId, PersonId, WorkspaceId};
use crate::role::Role;

/// A command with what makes it safe to send twice and safe to send late.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// A repeat of the same id returns the first answer.
    pub id: CommandId,
    /// The entity the sender looked at, as `kind/id`, and the event that had last touched it then.
    pub based_on: Option<(String, u64)>,
    /// What is wanted.
    pub command: Command,
}

/// What somebody wants to have recorded. Ids are made by the sender.
#[derive(Debug, Clone)]
pub enum Command {
    /// Begin a ledger, with its first owner.
    CreateWorkspace(CreateWorkspace),
    /// Take a catalog as the one in force.
    AdoptCatalog(CatalogAdopted),
    /// Add a person.
    AddPerson(AddPerson),
    /// Give a person a role.
    GrantRole(RoleGranted),
    /// Take a role from a person.
    RevokeRole(RoleRevoked),
    /// Take a framework into the scope, with the controls that its requirements need.
    AdoptFramework(FrameworkAdopted),
    /// Exclude a requirement, or take it in again.
    ScopeRequirement(RequirementScoped),
    /// Adopt a control that no framework in scope needs.
    AdoptControl(ControlAdopted),
    /// Decide whether a control applies.
    DecideApplicability(Applicability),
    /// Name a control's owner.
    OwnControl(ControlOwned),
    /// Write a version of a control's procedure.
    WriteProcedure(ProcedureWritten),
    /// Approve a version of a control's procedure.
    ApproveProcedure(ProcedureApproved),
    /// Record why a control meets its risk.
    RecordRationale(RationaleRecorded),
    /// Record a walked-through instance.
    RecordWalkthrough(WalkthroughRecorded),
    /// State that a control was performed.
    RecordAttestation(AttestationRecorded),
    /// Name a compensating control.
    NameCompensation(CompensationNamed),
    /// Name an uploaded file.
    StoreArtifact(ArtifactStored),
    /// Declare a source of a stream.
    DeclareSource(SourceDeclared),
    /// Name a file of records.
    SealSegment(SegmentSealed),
    /// Claim or show that a source is complete for some days.
    RecordCoverage(CoverageRecorded),
    /// Say how a collection went.
    RecordCollection(CollectionRan),
    /// Name records that were not taken.
    SetAside(RecordsSetAside),
    /// Say what became of records that were not taken.
    ResolveSetAside(SetAsideResolved),
    /// Put a file under a legal hold, or end it.
    HoldArtifact(ArtifactHeld),
    /// Name what was erased.
    Erase(Erased),
    /// Name a prediction log.
    RegisterDataset(DatasetRegistered),
    /// Record a test run.
    RecordRun(RunRecorded),
    /// Answer an exception.
    RespondToException(ExceptionResponded),
    /// Open an audit.
    OpenEngagement(EngagementOpened),
    /// Register an AI system.
    RegisterSystem(SystemRegistered),
    /// Add a version of an AI system.
    VersionSystem(SystemVersioned),
    /// Say that a version went live.
    DeploySystem(SystemDeployed),
    /// Say that a version ended.
    WithdrawSystem(SystemWithdrawn),
    /// Approve a threshold.
    ApproveThreshold(ThresholdApproved),
    /// Submit an assessment.
    SubmitAssessment(AssessmentSubmitted),
    /// Approve an assessment.
    ApproveAssessment(AssessmentApproved),
}

/// Begin a ledger.
#[derive(Debug, Clone)]
pub struct CreateWorkspace {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The organisation's name.
    pub name: String,
    /// IANA time zone of its calendar.
    pub time_zone: String,
    /// By what the history is made up, when it is.
    pub simulated: Option<String>,
    /// The first owner; the actor of the command.
    pub owner: AddPerson,
}

/// Add a person.
#[derive(Debug, Clone)]
pub struct AddPerson {
    /// The person.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// E-mail address, unique in the workspace.
    pub email: String,
    /// First roles.
    pub roles: Vec<Role>,
}
