//! The ledger: its size, its checkpoint, its events.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use crate::context::Context;
use crate::pages::rows::{EventRow, Fact};
use crate::pages::sentences;
use crate::problem::Problem;
use crate::router::page;
use crate::view::words::{counted, grouped};
use crate::view::{Frame, Moment, Place};
use attestry_domain::time::day_words;

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "ledger.html")]
pub struct LedgerPage {
    /// Around it.
    pub frame: Frame,
    /// What it holds, as a sentence.
    pub lead: String,
    /// Size, root, origin.
    pub facts: Vec<Fact>,
    /// The signed checkpoint, as text.
    pub checkpoint: Option<String>,
    /// A page of events, newest first.
    pub events: Vec<EventRow>,
    /// The page of newer events.
    pub newer: Option<String>,
    /// The page of older events.
    pub older: Option<String>,
}

/// How many events stand on a page.
const SHOWN: u32 = 50;

/// Which page of events.
#[derive(Deserialize)]
struct Before {
    /// Only events before this one.
    before: Option<u64>,
}

/// The page of the ledger.
pub(crate) async fn show(context: Context) -> Result<Response, Problem> {
    let Before { before } = context.reader.query()?;
    let size = context.programme().sequence;
    let last = before.map_or(size, |before| before.saturating_sub(1).min(size));
    let first = last.saturating_sub(u64::from(SHOWN));
    let workspace = &context.reader.state.workspace;
    let events = workspace.events(first, u32::try_from(last - first).unwrap_or(SHOWN)).await?;
    let signed = workspace.checkpoint().await?;
    let since = context.programme().workspace.as_ref().map(|one| day_words(one.since)).unwrap_or_default();
    let covers = match &signed {
        Some(signed) if signed.size >= size => "the signed checkpoint covers all of them".to_owned(),
        Some(signed) => format!("the signed checkpoint covers {} so far", grouped(signed.size)),
        None => "no checkpoint is signed yet".to_owned(),
    };
    let zone = context.zone();
    let mut facts: Vec<Fact> = signed
        .iter()
        .flat_map(|one| {
            [
                Fact::code("Log", one.origin.clone()),
                Fact::new("Signed size", grouped(one.size)),
                Fact::code("Root", one.root.clone()),
            ]
        })
        .collect();
    facts.extend(
        context
            .programme()
            .recorded_at
            .map(|at| Fact::new("Last recorded", Moment::minute_of(at, &zone).words)),
    );
    let turn = |before: u64| context.axis.with("/ledger", &[("before", &before.to_string())]);
    page(&LedgerPage {
        frame: context.frame(Place::Ledger, "Ledger"),
        lead: format!("{} since {since}; {covers}.", counted(size, "event", "events")),
        facts,
        checkpoint: signed.map(|one| one.note),
        events: sentences::rows(&context, &events),
        newer: (last < size).then(|| turn((last + u64::from(SHOWN) + 1).min(size + 1))),
        older: (first > 0).then(|| turn(first + 1)),
    })
}
