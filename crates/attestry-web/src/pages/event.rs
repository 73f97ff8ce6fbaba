//! One event of the ledger.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use crate::context::Context;
use crate::pages::rows::Fact;
use crate::pages::sentences;
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::grouped;
use crate::view::{Frame, Moment, Place};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "event.html")]
pub struct EventPage {
    /// Around it.
    pub frame: Frame,
    /// What happened, as a sentence.
    pub lead: String,
    /// Who, when, where in the tree.
    pub facts: Vec<Fact>,
    /// What it says, as JSON; `None` when it was erased.
    pub payload: Option<String>,
    /// The event before.
    pub before: Option<u64>,
    /// The event after.
    pub after: Option<u64>,
}

/// The page of an event.
pub(crate) async fn show(context: Context, Path(text): Path<String>) -> Result<Response, Problem> {
    let size = context.programme().sequence;
    let unknown = || Problem::NotFound {
        what: format!("there is no event `{text}`; the ledger has 1 to {size}"),
        nearest: Vec::new(),
    };
    let sequence =
        text.parse::<u64>().ok().filter(|sequence| (1..=size).contains(sequence)).ok_or_else(unknown)?;
    let workspace = &context.reader.state.workspace;
    let events = workspace.events(sequence - 1, 1).await?;
    let (event, leaf) = (events.first().ok_or_else(unknown)?, workspace.leaf(sequence).await?);
    let leaf = leaf.ok_or_else(unknown)?;
    let payload = event.payload.as_ref().map(attestry_domain::event::Payload::encode).transpose();
    let payload = payload.map_err(|error| Problem::Failed(error.to_string()))?;
    let facts = vec![
        Fact::code("Kind", format!("{} v{}", leaf.kind, leaf.version)),
        Fact::new("Recorded", Moment::minute_of(event.recorded_at, &context.zone()).words),
        Fact::code("Exactly", event.recorded_at.to_string()),
        Fact::new("By", context.name_of(event.actor)),
        Fact::code("Payload", leaf.commitment.to_string()),
        Fact::code("Leaf", leaf.leaf.to_string()),
        Fact::code("Envelope", leaf.envelope),
    ];
    let frame = context.frame(Place::Ledger, format!("Event {}", grouped(sequence)));
    page(&EventPage {
        frame: frame.under("Ledger", context.axis.link("/ledger")),
        lead: format!("{}.", sentences::sentence(&context, event)),
        facts,
        payload: payload.and_then(|bytes| pretty(&bytes)),
        before: (sequence > 1).then(|| sequence - 1),
        after: (sequence < size).then(|| sequence + 1),
    })
}

fn pretty(bytes: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    serde_json::to_string_pretty(&value).ok()
}
