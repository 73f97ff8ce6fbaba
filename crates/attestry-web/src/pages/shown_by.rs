//! What shows an occurrence: records of evidence and the AI system that it is about.

use attestry_domain::id::AiSystemId;

use crate::context::Context;
use crate::pages::reasons;
use crate::pages::rows::{RecordLink, SystemLink};

/// How many records a row of a population can name.
const NAMED: usize = 9;

/// Whether a column of a population only says what shows its row.
pub(crate) fn is_link(column: &str) -> bool {
    column.starts_with("evidence_")
}

/// The records that the columns `evidence_segment` and `evidence_row` name, then those with `_2`, `_3` and so on.
pub(crate) fn records<'a>(context: &Context, cell: impl Fn(&str) -> Option<&'a str>) -> Vec<RecordLink> {
    let mut records: Vec<RecordLink> = Vec::new();
    for number in 1..=NAMED {
        let end = if number == 1 { String::new() } else { format!("_{number}") };
        let row = cell(&format!("evidence_row{end}")).and_then(|row| row.parse().ok());
        let named = cell(&format!("evidence_segment{end}")).zip(row);
        let found = named.and_then(|(segment, row)| reasons::record(context, segment, row));
        records.extend(found.filter(|one| !records.contains(one)));
    }
    records
}

/// The AI system that the column `evidence_system` names.
pub(crate) fn system<'a>(context: &Context, cell: impl Fn(&str) -> Option<&'a str>) -> Option<SystemLink> {
    let id: AiSystemId = cell("evidence_system")?.parse().ok()?;
    let known = context.programme().systems.get(&id)?;
    Some(SystemLink { id: id.to_string(), name: known.registered.value.name.clone() })
}
