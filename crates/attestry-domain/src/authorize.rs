//! Who may do what. One function decides; everything not allowed here is refused.

use crate::command::Command;
use crate::event::Actor;
use crate::id::{ControlId, PersonId};
use crate::programme::Programme;
use crate::role::Role;
use crate::time::Day;

/// What a command needs of the one who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Nobody has a role yet.
    Nothing,
    /// Runs the workspace itself.
    Administer,
    /// Runs the programme.
    Lead,
    /// Brings evidence.
    Contribute,
    /// Performs this control, or runs the programme.
    Perform,
    /// Runs tests.
    Test,
}

/// Whether the actor may send the command on that day; otherwise the roles of which one would do.
///
/// # Errors
/// The roles that would be allowed.
pub fn authorize(
    programme: &Programme,
    actor: Actor,
    command: &Command,
    today: Day,
) -> Result<(), Vec<Role>> {
    let need = need(command);
    let allowed = allowed(need);
    let Actor::Person(person) = actor else {
        let mechanical = matches!(
            command,
            Command::SealSegment(_)
                | Command::RecordRun(_)
                | Command::RecordCollection(_)
                | Command::SetAside(_)
        );
        return if mechanical { Ok(()) } else { Err(allowed) };
    };
    if need == Need::Nothing {
        return if programme.sequence == 0 { Ok(()) } else { Err(Vec::new()) };
    }
    let holds = |role: Role| {
        allowed.contains(&role) && (role != Role::ControlOwner || owns(programme, person, command))
    };
    if programme.roles_on(person, today).any(holds) { Ok(()) } else { Err(allowed) }
}

/// Whether everything that a command of a control owner speaks of is that person's.
fn owns(programme: &Programme, person: PersonId, command: &Command) -> bool {
    let mine = |control: &ControlId| {
        let owner = programme.controls.get(control).and_then(|control| control.owners.last());
        owner.is_some_and(|owner| owner.value == person)
    };
    match command {
        Command::WriteProcedure(body) => mine(&body.control),
        Command::RecordRationale(body) => mine(&body.control),
        Command::RecordWalkthrough(body) => mine(&body.control),
        Command::RecordAttestation(body) => mine(&body.control),
        Command::StoreArtifact(body) => body.controls.iter().all(mine),
        Command::RespondToException(body) => {
            let last = programme.runs_of.get(&body.test).and_then(|runs| runs.last());
            last.and_then(|run| programme.runs.get(run)).is_some_and(|run| mine(&run.value.control))
        }
        _ => false,
    }
}

fn allowed(need: Need) -> Vec<Role> {
    match need {
        Need::Nothing => Vec::new(),
        Need::Administer => vec![Role::Owner],
        Need::Lead => vec![Role::Owner, Role::ComplianceLead],
        Need::Contribute => vec![Role::Owner, Role::ComplianceLead, Role::Contributor],
        Need::Perform => vec![Role::Owner, Role::ComplianceLead, Role::Contributor, Role::ControlOwner],
        Need::Test => vec![Role::Owner, Role::ComplianceLead, Role::Contributor, Role::InternalAuditor],
    }
}

fn need(command: &Command) -> Need {
    match command {
        Command::CreateWorkspace(_) => Need::Nothing,
        Command::GrantRole(_) | Command::RevokeRole(_) | Command::Erase(_) => Need::Administer,
        Command::AddPerson(body) if !body.roles.is_empty() => Need::Administer,
        Command::AdoptCatalog(_)
        | Command::AddPerson(_)
        | Command::AdoptFramework(_)
        | Command::ScopeRequirement(_)
        | Command::AdoptControl(_)
        | Command::DecideApplicability(_)
        | Command::OwnControl(_)
        | Command::ApproveProcedure(_)
        | Command::NameCompensation(_)
        | Command::DeclareSource(_)
        | Command::OpenEngagement(_)
        | Command::HoldArtifact(_)
        | Command::ApproveThreshold(_)
        | Command::ApproveAssessment(_) => Need::Lead,
        Command::SealSegment(_)
        | Command::RecordCoverage(_)
        | Command::RecordCollection(_)
        | Command::SetAside(_)
        | Command::ResolveSetAside(_)
        | Command::RegisterDataset(_)
        | Command::RegisterSystem(_)
        | Command::VersionSystem(_)
        | Command::DeploySystem(_)
        | Command::WithdrawSystem(_)
        | Command::SubmitAssessment(_) => Need::Contribute,
        Command::WriteProcedure(_)
        | Command::RecordRationale(_)
        | Command::RecordWalkthrough(_)
        | Command::RecordAttestation(_)
        | Command::StoreArtifact(_)
        | Command::RespondToException(_) => Need::Perform,
        Command::RecordRun(_) => Need::Test,
    }
}
