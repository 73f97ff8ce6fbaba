//! From a command to the events it makes, or the reasons why not.

use thiserror::Error;

use crate::authorize::authorize;
use crate::catalog::Catalog;
use crate::command::{Command, Envelope};
use crate::event::{Actor, Payload};
use crate::programme::Programme;
use crate::role::Role;
use crate::time::{Day, Instant};

mod ai;
mod control;
mod custody;
mod evidence;
mod people;
mod scope;

/// The circumstances of a command.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// Who sends it.
    pub actor: Actor,
    /// When.
    pub now: Instant,
}

/// Why a command is refused. Nothing was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The sender has none of the roles that may.
    #[error("not allowed: this takes the role {}", list(.needs))]
    NotAllowed {
        /// The roles of which one would do.
        needs: Vec<Role>,
    },
    /// Somebody changed the entity since the sender looked.
    #[error(
        "`{entity}` was changed by event {now_at} after event {based_on}, which this was based on; read it again"
    )]
    Stale {
        /// The entity as `kind/id`.
        entity: String,
        /// The event the sender had seen.
        based_on: u64,
        /// The event that touched it last.
        now_at: u64,
    },
    /// It names something that is not there.
    #[error("there is no {kind} `{id}`{}", nearest(.near))]
    Unknown {
        /// What kind of thing.
        kind: &'static str,
        /// What was named.
        id: String,
        /// The nearest that there are.
        near: Vec<String>,
    },
    /// A rule stands against it.
    #[error("{what}: {why}")]
    Rule {
        /// What was wanted.
        what: String,
        /// The rule, and what to do instead.
        why: String,
    },
}

fn list(roles: &[Role]) -> String {
    match roles {
        [] => "of nobody: a workspace is created only once".to_owned(),
        roles => roles.iter().map(Role::to_string).collect::<Vec<_>>().join(" or "),
    }
}

fn nearest(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; nearest: {}", near.join(", ")) }
}

/// A decision's surroundings, as the rules read them.
struct Case<'a> {
    programme: &'a Programme,
    catalog: &'a Catalog,
    actor: Actor,
    today: Day,
    now: Instant,
}

type Decision = Result<Vec<Payload>, Refusal>;

/// The events that a command makes. None means that it asks for what already holds.
///
/// # Errors
/// When the sender may not, looked at an older state, or a rule stands against it.
pub fn decide(programme: &Programme, catalog: &Catalog, envelope: &Envelope, context: &Context) -> Decision {
    let Context { actor, now } = *context;
    let today = now.day(&programme.zone());
    let command = &envelope.command;
    authorize(programme, actor, command, today).map_err(|needs| Refusal::NotAllowed { needs })?;
    if let Some((entity, based_on)) = &envelope.based_on {
        let now_at = programme.version_of(entity);
        if now_at > *based_on {
            return Err(Refusal::Stale { entity: entity.clone(), based_on: *based_on, now_at });
        }
    }
    let case = Case { programme, catalog, actor, today, now };
    if programme.workspace.is_none() && !matches!(command, Command::CreateWorkspace(_)) {
        return Err(rule("this workspace has no ledger yet", "create it with `attestry init`"));
    }
    case.decide(command)
}

fn rule(what: impl Into<String>, why: impl Into<String>) -> Refusal {
    Refusal::Rule { what: what.into(), why: why.into() }
}

/// The refusal of an id that something else has.
fn another(kind: &'static str) -> Refusal {
    rule(format!("this id already belongs to another {kind}"), "give a new one a new id")
}

impl Case<'_> {
    fn decide(&self, command: &Command) -> Decision {
        match command {
            Command::CreateWorkspace(body) => self.create_workspace(body),
            Command::AdoptCatalog(body) => self.adopt_catalog(body),
            Command::AddPerson(body) => self.add_person(body),
            Command::GrantRole(body) => self.grant_role(body),
            Command::RevokeRole(body) => self.revoke_role(body),
            Command::AdoptFramework(body) => self.adopt_framework(body),
            Command::ScopeRequirement(body) => self.scope_requirement(body),
            Command::AdoptControl(body) => self.adopt_control(&body.control),
            Command::DecideApplicability(body) => self.decide_applicability(body),
            Command::OwnControl(body) => self.own_control(body),
            Command::WriteProcedure(body) => self.write_procedure(body),
            Command::ApproveProcedure(body) => self.approve_procedure(body),
            Command::RecordRationale(body) => self.record_rationale(body),
            Command::RecordWalkthrough(body) => self.record_walkthrough(body),
            Command::RecordAttestation(body) => self.record_attestation(body),
            Command::NameCompensation(body) => self.name_compensation(body),
            Command::StoreArtifact(body) => self.store_artifact(body),
            Command::DeclareSource(body) => self.declare_source(body),
            Command::SealSegment(body) => self.seal_segment(body),
            Command::RecordCoverage(body) => self.record_coverage(body),
            Command::RecordCollection(body) => self.record_collection(body),
            Command::SetAside(body) => self.set_aside(body),
            Command::ResolveSetAside(body) => self.resolve_set_aside(body),
            Command::HoldArtifact(body) => self.hold_artifact(body),
            Command::Erase(body) => self.erase(body),
            Command::RegisterDataset(body) => self.register_dataset(body),
            Command::RecordRun(body) => self.record_run(body),
            Command::RespondToException(body) => self.respond(body),
            Command::OpenEngagement(body) => self.open_engagement(body),
            Command::RegisterSystem(body) => self.register_system(body),
            Command::VersionSystem(body) => self.version_system(body),
            Command::DeploySystem(body) => self.deploy_system(body),
            Command::WithdrawSystem(body) => self.withdraw_system(body),
            Command::ApproveThreshold(body) => self.approve_threshold(body),
            Command::SubmitAssessment(body) => self.submit_assessment(body),
            Command::ApproveAssessment(body) => self.approve_assessment(body),
        }
    }

    /// Nothing when the same is known under this id, a refusal when something else is, else the event.
    fn once<T: PartialEq + Clone>(
        &self,
        kind: &'static str,
        known: Option<&T>,
        body: &T,
        event: fn(T) -> Payload,
    ) -> Decision {
        match known {
            Some(known) if known == body => Ok(Vec::new()),
            Some(_) => Err(another(kind)),
            None => Ok(vec![event(body.clone())]),
        }
    }

    /// A text that must say something.
    fn said(&self, what: &'static str, text: &str) -> Result<(), Refusal> {
        let long = text.len() > 20_000;
        if text.trim().is_empty() {
            return Err(rule(format!("{what} is empty"), "say it in a sentence"));
        }
        if long {
            return Err(rule(
                format!("{what} has {} bytes", text.len()),
                "at most 20,000; attach a file for more",
            ));
        }
        Ok(())
    }

    /// A day that has come.
    fn come(&self, what: &'static str, day: Day) -> Result<(), Refusal> {
        if day <= self.today {
            return Ok(());
        }
        Err(rule(format!("{what} {day} lies in the future"), format!("today is {}", self.today)))
    }
}
