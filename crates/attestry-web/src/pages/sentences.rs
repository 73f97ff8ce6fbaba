//! Events as sentences.

use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::{
    ArtifactHeld, AssessmentKind, CollectionOutcome, CollectionRan, Event, Payload, ResponseKind, RunRecorded,
};

use crate::context::Context;
use crate::pages::rows::EventRow;
use crate::view::Moment;
use crate::view::words::{counted, grouped, span};
use attestry_domain::time::day_words;

/// Events newest first, as rows.
pub(crate) fn rows(context: &Context, events: &[Event]) -> Vec<EventRow> {
    let zone = context.zone();
    let row = |event: &Event| EventRow {
        sequence: event.sequence,
        what: sentence(context, event),
        who: context.name_of(event.actor),
        when: Moment::minute_of(event.recorded_at, &zone),
    };
    events.iter().rev().map(row).collect()
}

/// What an event says.
pub(crate) fn sentence(context: &Context, event: &Event) -> String {
    let programme = context.programme();
    let Some(payload) = &event.payload else { return "Erased".to_owned() };
    let system = |id| {
        programme
            .systems
            .get(id)
            .map_or_else(|| "an AI system".to_owned(), |one| one.registered.value.name.clone())
    };
    match payload {
        Payload::WorkspaceCreated(one) => format!("Workspace {} created", one.name),
        Payload::CatalogAdopted(one) => format!("Catalog {} adopted", one.digest.short()),
        Payload::PersonAdded(one) => format!("{} added", programme.name_of(one.person)),
        Payload::PersonDescribed(one) => format!("{} described", one.name),
        Payload::RoleGranted(one) => format!("{} became {}", programme.name_of(one.person), one.role),
        Payload::RoleRevoked(one) => format!("{} is no longer {}", programme.name_of(one.person), one.role),
        Payload::FrameworkAdopted(one) => format!("{} in scope", context.short(one.framework.as_str())),
        Payload::RequirementScoped(one) if one.included => format!("{} taken in again", one.requirement),
        Payload::RequirementScoped(one) => format!("{} excluded: {}", one.requirement, one.reason),
        Payload::ControlAdopted(one) => format!("{} adopted", one.control),
        Payload::ApplicabilityDecided(one) if one.applicable => {
            format!("{} applies: {}", one.control, applying(&one.reason))
        }
        Payload::ApplicabilityDecided(one) => {
            format!("{} does not apply: {}", one.control, applying(&one.reason))
        }
        Payload::ControlOwned(one) => format!("{} owns {}", programme.name_of(one.owner), one.control),
        Payload::ProcedureWritten(one) => format!("Procedure of {} written, {}", one.control, one.cadence),
        Payload::ProcedureApproved(one) => {
            format!("Procedure of {} approved, in force from {}", one.control, day_words(one.effective_from))
        }
        Payload::RationaleRecorded(one) => format!("Reason of {} recorded: {}", one.control, one.rationale),
        Payload::WalkthroughRecorded(one) => {
            format!("{} walked through on {}: {}", one.control, day_words(one.on), one.seen)
        }
        Payload::AttestationRecorded(one) => {
            format!("{} performed on {}: {}", one.control, day_words(one.performed_on), one.note)
        }
        Payload::CompensationNamed(one) => {
            format!("{} stands in for {}, {}", one.by, one.control, span(one.period))
        }
        Payload::ArtifactStored(one) => format!("File {} stored", one.name),
        Payload::SourceDeclared(one) => {
            format!("{} is a source of {} from {}", one.source, one.stream, day_words(one.from))
        }
        Payload::SegmentSealed(one) => {
            format!("{} of {} sealed from {}", counted(one.rows, "record", "records"), one.stream, one.source)
        }
        Payload::CoverageRecorded(one) => {
            format!("{} complete in {} for {}", one.source, one.stream, span(one.covers.period))
        }
        Payload::CollectionRan(one) => collected(one),
        Payload::RecordsSetAside(one) => {
            let records = counted(one.rows, "record", "records");
            format!("{records} of {} from {} kept aside", one.stream, one.source)
        }
        Payload::SetAsideResolved(one) => format!("Records kept aside: {}", one.resolution),
        Payload::ArtifactHeld(one) => held(one),
        Payload::Erased(one) => format!("Personal data erased: {}", one.reason),
        Payload::RunRecorded(one) => ran(one),
        Payload::ExceptionResponded(one) => {
            format!("Exception {} {}: {}", one.occurrence, response(one.response), one.text)
        }
        Payload::EngagementOpened(one) => {
            format!("Audit of {} opened by {}", context.short(one.framework.as_str()), one.firm)
        }
        Payload::SystemRegistered(one) => format!("AI system {} registered", one.name),
        Payload::SystemVersioned(one) => {
            format!("{} {} added: {}", system(&one.system), one.version, one.note)
        }
        Payload::SystemDeployed(one) => {
            format!("{} {} live in {}", system(&one.system), one.version, one.environment)
        }
        Payload::SystemWithdrawn(one) => {
            format!("{} withdrawn from {}", system(&one.system), one.environment)
        }
        Payload::ThresholdApproved(one) => {
            format!("Threshold of {} approved for {}", one.metric, system(&one.system))
        }
        Payload::DatasetRegistered(one) => {
            format!("Prediction log {} registered, {} rows", one.name, grouped(one.rows))
        }
        Payload::AssessmentSubmitted(one) => {
            format!(
                "{} assessment of {} submitted: {}",
                sentence_kind(one.kind),
                system(&one.system),
                one.summary
            )
        }
        Payload::AssessmentApproved(one) => {
            let assessed =
                programme.assessments.get(&one.assessment).map(|known| system(&known.submitted.value.system));
            format!("Assessment of {} approved: {}", assessed.unwrap_or_default(), one.note)
        }
    }
}

/// How a collection went.
fn collected(one: &CollectionRan) -> String {
    match &one.outcome {
        CollectionOutcome::Complete => {
            let added = one.streams.iter().map(|stream| stream.added).sum();
            format!("{} collected from {}", counted(added, "new record", "new records"), one.source)
        }
        CollectionOutcome::Gaps { gaps } => {
            format!("Collection from {} left something out: {}", one.source, gaps.join("; "))
        }
        CollectionOutcome::Failed { why } => format!("Collection from {} failed: {why}", one.source),
    }
}

/// A legal hold, or its end.
fn held(one: &ArtifactHeld) -> String {
    match one.until {
        None => format!("A file held for {}", one.matter),
        Some(until) => format!("A file held for {} until {}", one.matter, day_words(until)),
    }
}

/// What a test run found.
pub(crate) fn ran(run: &RunRecorded) -> String {
    let days = span(run.period);
    match &run.outcome {
        RunOutcome::Ran { population, exceptions, .. } => {
            let found = counted(*exceptions, "exception", "exceptions");
            format!("Control test {} ran over {days}: {found} in {}", run.test, grouped(*population))
        }
        RunOutcome::NotTested { reason } => {
            format!("Control test {} could not run over {days}: {reason}", run.test)
        }
    }
}

/// A reason for a decision on applicability without the decision itself, which stands before it.
pub(crate) fn applying(reason: &str) -> &str {
    let said = ["Applies: ", "Does not apply: "].into_iter().find_map(|word| reason.strip_prefix(word));
    said.unwrap_or(reason)
}

/// How management answered, as a past participle.
pub(crate) const fn response(kind: ResponseKind) -> &'static str {
    match kind {
        ResponseKind::Explained => "explained",
        ResponseKind::Accepted => "accepted",
        ResponseKind::Corrected => "corrected",
    }
}

const fn sentence_kind(kind: AssessmentKind) -> &'static str {
    match kind {
        AssessmentKind::Impact => "Impact",
        AssessmentKind::Bias => "Bias",
    }
}
