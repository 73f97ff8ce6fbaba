//! One record of evidence, and where it comes from.

use askama::Template;
use attestry_app::evidence;
use attestry_domain::event::{CoverageBasis, SegmentSealed};
use attestry_domain::id::SegmentId;
use attestry_domain::programme::Recorded;
use axum::extract::Path;
use axum::response::Response;

use crate::context::Context;
use crate::pages::rows::Fact;
use crate::problem::Problem;
use crate::router::{page, reading};
use crate::view::words::{bytes, counted, grouped, span};
use crate::view::{Frame, Moment, Place};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    /// Around it.
    pub frame: Frame,
    /// What it is, as a sentence.
    pub lead: String,
    /// Its stream.
    pub stream: String,
    /// Its segment.
    pub segment: String,
    /// Its cells.
    pub cells: Vec<RecordCell>,
    /// The row before it in the segment.
    pub before: Option<u64>,
    /// The row after it.
    pub after: Option<u64>,
    /// Where it comes from.
    pub facts: Vec<Fact>,
}

/// A cell of a record.
#[derive(Debug, Clone)]
pub struct RecordCell {
    /// Column.
    pub name: String,
    /// Value; `None` when there is none.
    pub value: Option<String>,
    /// What the column means.
    pub meaning: String,
    /// Whether it is personal data.
    pub personal: bool,
}

/// The page of a segment's first record.
pub(crate) async fn first(
    context: Context,
    Path((stream, segment)): Path<(String, String)>,
) -> Result<Response, Problem> {
    show(context, Path((stream, segment, "0".to_owned()))).await
}

/// The page of a record.
pub(crate) async fn show(
    context: Context,
    Path((stream, segment, row)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let unknown = || Problem::unknown("record", &format!("{stream}/{segment}/{row}"), vec![]);
    let id: SegmentId = segment.parse().map_err(|_| unknown())?;
    let at: u64 = row.parse().map_err(|_| unknown())?;
    let sealed = context
        .programme()
        .segments
        .get(&id)
        .filter(|one| one.value.stream.as_str() == stream)
        .ok_or_else(unknown)?;
    let (workspace, snapshot) = (context.reader.state.workspace.clone(), context.status.snapshot.clone());
    let record = reading(move || evidence::record(&workspace, &snapshot, id, at)).await?;
    let title =
        context.catalog().streams.get(&record.stream).map(|known| known.title.clone()).unwrap_or_default();
    let cell = |(name, meaning, value, personal)| RecordCell { name, value, meaning, personal };
    let frame = context.frame(Place::Evidence, format!("Record {} of {}", grouped(at), stream));
    let frame = frame.under("Evidence", context.axis.link("/evidence"));
    page(&RecordPage {
        frame: frame.under(stream.as_str(), context.axis.stream(&stream)),
        lead: format!("{title}, from {}.", sealed.value.source),
        cells: record.cells.into_iter().map(cell).collect(),
        before: at.checked_sub(1),
        after: (at + 1 < sealed.value.rows).then_some(at + 1),
        facts: facts(&context, sealed),
        stream,
        segment,
    })
}

fn facts(context: &Context, sealed: &Recorded<SegmentSealed>) -> Vec<Fact> {
    let segment = &sealed.value;
    let mut facts = vec![
        Fact::code("Segment", segment.segment.to_string()),
        Fact::new(
            "Records",
            format!("{}, {} left out as known", grouped(segment.rows), grouped(segment.repeated)),
        ),
        Fact::new("Source", segment.source.clone()),
        Fact::new("Collector", segment.collector.clone()),
        Fact::new("Recorded", Moment::minute_of(sealed.recorded_at, &context.zone()).words),
        Fact::new("By", context.name_of(sealed.by)),
        Fact::new("Event", grouped(sealed.at)).at(context.axis.event(&sealed.at)),
        Fact::code("SHA-256", segment.main.digest.to_string()),
        Fact::new("Size", bytes(segment.main.bytes)),
    ];
    facts.extend(segment.personal.as_ref().map(|one| Fact::code("Personal columns", one.digest.to_string())));
    facts.extend(segment.raw.as_ref().map(|one| Fact::code("Input as it came", one.digest.to_string())));
    facts.push(Fact::code("Input digest", segment.chunk.to_string()));
    facts.extend(segment.covers.as_ref().map(|covers| {
        let why = match &covers.basis {
            CoverageBasis::Queried { rows, .. } => {
                format!("queried, {} reported", counted(*rows, "row", "rows"))
            }
            CoverageBasis::Claimed => format!("claimed by {}", context.name_of(sealed.by)),
        };
        Fact::new("Complete for", format!("{}, {why}", span(covers.period)))
    }));
    facts
}
