//! Frameworks side by side: what each is, what it covers, and what people ask about two of them.

use std::process::ExitCode;

use attestry_domain::catalog::{Catalog, Scheme};
use attestry_domain::compare::{Comparison, ExtentWord, Pair, Side, compare};
use attestry_domain::id::FrameworkId;

use crate::args::Compare;
use crate::ui::words::counted;
use crate::ui::{Cell, Fault, Mark, Out, Page, Table};
use crate::verb::Done;
use crate::verb::catalog::{built_in, framework, number};

/// A fact about a scheme, under its head.
pub(crate) type Field = (&'static str, fn(&Scheme) -> &str);

/// What a scheme says, in the order in which people ask.
pub(crate) const FIELDS: [Field; 9] = [
    ("What it is", |scheme| &scheme.what),
    ("Who concludes", |scheme| &scheme.concludes),
    ("What comes out", |scheme| &scheme.output),
    ("Origin", |scheme| &scheme.origin),
    ("Market", |scheme| &scheme.market),
    ("How long it is good", |scheme| &scheme.validity),
    ("Renewal", |scheme| &scheme.renewal),
    ("Best when", |scheme| &scheme.best_when),
    ("Not for", |scheme| &scheme.not_for),
];

/// Columns that a framework's facts need beside those of others.
const LEAST: usize = 24;
/// Columns that the heads of rows take.
const HEADS: usize = 13;

pub(crate) fn run(out: Out, args: Compare) -> Done {
    let catalog = built_in()?;
    let mut asked: Vec<FrameworkId> = Vec::new();
    for id in &args.frameworks {
        let known = framework(&catalog, id.as_str())?;
        if !asked.contains(&known.id) {
            asked.push(known.id.clone());
        }
    }
    if asked.len() < 2 {
        return Err(
            Fault::wrong("one framework has nothing to be compared with").help("name two different ones")
        );
    }
    let comparison = compare(&catalog, &asked);
    out.show(&comparison, |page| print(page, &catalog, &comparison))?;
    Ok(ExitCode::SUCCESS)
}

fn print(page: &mut Page, catalog: &Catalog, comparison: &Comparison<'_>) {
    let sides = &comparison.frameworks;
    let names: Vec<&str> = sides.iter().map(|side| side.short).collect();
    page.title(names.join(", "));
    if (page.width().saturating_sub(HEADS)) / sides.len().max(1) >= LEAST {
        page.table(&beside(sides));
    } else {
        stacked(page, sides);
    }
    topics(page, comparison);
    relevance(page, comparison);
    for (at, one) in sides.iter().enumerate() {
        for other in sides.iter().skip(at + 1) {
            pair(page, catalog, comparison, one, other);
        }
    }
    page.title("Sources");
    for side in sides {
        for source in side.scheme.into_iter().flat_map(|scheme| &scheme.sources) {
            page.note(format!("{}: {}, read {}", side.short, source.source, source.as_of));
        }
    }
}

/// Each fact as a row, a column a framework.
fn beside(sides: &[Side<'_>]) -> Table {
    let mut table = Table::new().text("");
    for side in sides {
        table = table.text(side.short);
    }
    let row = |head: &str, cell: &dyn Fn(&Side<'_>) -> String| -> Vec<Cell> {
        std::iter::once(head.into()).chain(sides.iter().map(|side| cell(side).into())).collect()
    };
    let nothing = || -> Vec<Cell> { vec![Cell::default(); sides.len() + 1] };
    for (head, fact) in FIELDS {
        table.row(row(head, &|side| side.scheme.map(fact).unwrap_or_default().to_owned()));
        table.row(nothing());
    }
    table.row(row("Size", &size));
    table
}

/// The same below each other, where the terminal is narrow or the frameworks are many.
fn stacked(page: &mut Page, sides: &[Side<'_>]) {
    for (head, fact) in FIELDS {
        page.title(head);
        for side in sides {
            let words = side.scheme.map(fact).unwrap_or_default();
            page.indented(2, format!("{}: {words}", side.short));
        }
    }
    page.title("Size");
    for side in sides {
        page.indented(2, format!("{}: {}", side.short, size(side)));
    }
}

fn size(side: &Side<'_>) -> String {
    let assessed = counted(number(side.assessable), "requirement");
    format!("{assessed} assessed; its whole scope needs {}", counted(number(side.needs), "control"))
}

fn topics(page: &mut Page, comparison: &Comparison<'_>) {
    if comparison.topics.is_empty() {
        return;
    }
    page.title("What each covers");
    let mut table = Table::new().text("topic");
    for side in &comparison.frameworks {
        table = table.column(side.short);
    }
    for covered in &comparison.topics {
        let extents = covered.extents.iter().map(|extent| {
            let mark = match extent.word {
                ExtentWord::Covers => Mark::Good,
                ExtentWord::Partly => Mark::Half,
                ExtentWord::Misses => Mark::Bar,
            };
            Cell::state(mark, format!("{}, {} of {}", extent.word.as_str(), extent.needed, extent.of))
        });
        table.row(std::iter::once(covered.topic.title.as_str().into()).chain(extents).collect());
    }
    page.table(&table);
    page.note("Counted: controls of the topic that a requirement of the framework cannot be met without.");
}

/// The categories by how relevant they are to AI, each with what it leaves open.
fn relevance(page: &mut Page, comparison: &Comparison<'_>) {
    if comparison.relevance.is_empty() {
        return;
    }
    page.title("How relevant the categories are to AI");
    let mut table = Table::new().text("category").number("relevance").text("leaves open");
    for one in &comparison.relevance {
        let mean = format!("{:.2}", one.mean);
        table.row(vec![one.title.as_str().into(), mean.into(), one.gap.as_str().into()]);
    }
    page.table(&table);
    page.note(
        "Of a criterion: its strongest row to ISO 42001, weighted by the relation; of a category: the mean. From 0 to 1.",
    );
}

fn pair(page: &mut Page, catalog: &Catalog, comparison: &Comparison<'_>, one: &Side<'_>, other: &Side<'_>) {
    let is_meant = |pair: &&Pair<'_>| {
        (pair.from, pair.to) == (one.id, other.id) || (pair.from, pair.to) == (other.id, one.id)
    };
    page.title(format!("{} and {}", one.short, other.short));
    let Some(pair) = comparison.pairs.iter().find(is_meant) else {
        page.say(format!(
            "No crosswalk relates the two; `attestry overlap --have {} --want {}` compares them by the controls that \
             both need.",
            one.id, other.id
        ));
        return;
    };
    if let Some(answers) = pair.answers {
        page.say(format!("Is it the same thing? {}", answers.same));
        page.say(format!("Do I need both? {}", answers.both));
        page.say(format!("Which one first? {}", answers.first));
    }
    let rows: usize = pair.relations.iter().map(|(_, count)| count).sum();
    let counts = pair.relations.iter().map(|(relation, count)| format!("{count} {}", relation.words()));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let name =
        |id: &FrameworkId| catalog.frameworks.get(id).map_or("", |known| known.short.as_str()).to_owned();
    page.say(format!(
        "{} from {} to {}: {counts}.",
        counted(number(rows), "row"),
        name(pair.from),
        name(pair.to)
    ));
}
