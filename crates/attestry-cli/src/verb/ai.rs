//! Evidence about AI systems, computed from their logs.

use std::io::Read;
use std::process::ExitCode;

use attestry_app::bias::{self, BiasReport, Columns};
use attestry_app::port::{FileFormat, FileRef};
use attestry_domain::event::Verdict;
use attestry_domain::id::Digest;
use attestry_stats::fairness::{GroupRow, GroupTable};
use attestry_stats::interval::Interval;
use serde_json::json;
use sha2::Digest as _;

use crate::args::{Ai, Bias, Place, Ratio, View};
use crate::home::{self, Queries};
use crate::ui::words::grouped;
use crate::ui::{Cell, Fault, Mark, NO, Out, Page, Table, progress};
use crate::verb::Done;

/// Four fifths, in millionths.
const FOUR_FIFTHS_PPM: i64 = 800_000;

mod record;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Ai) -> Done {
    home::newest_only(view, "ai bias")?;
    let Ai::Bias(args) = args;
    let name = args.file.display().to_string();
    let format = FileFormat::of_name(&name).ok_or_else(|| {
        Fault::wrong(format!("`{name}`: the name does not say its format"))
            .help("it must end in .parquet, .csv, .csv.gz or .arrow")
    })?;
    let wanted = match &args.record {
        Some(dataset) => Some(record::Wanted::of(place, &args, dataset).await?),
        None => None,
    };
    let file = file(&args)?;
    let engine = home::engine(Queries::Here)?;
    let columns =
        Columns { label: args.label.clone(), prediction: args.prediction.clone(), by: args.by.clone() };
    let bar = progress::waiting("Counting predictions");
    let measured = bias::measure(&engine, file, format, &columns).await;
    bar.finish_and_clear();
    let report = measured?;
    let worst = bias::worst(&report.tables, FOUR_FIFTHS_PPM);
    let recorded = match wanted {
        Some(wanted) => Some(wanted.submit(&args, &report).await?),
        None => None,
    };
    let mut document = json!({ "report": report, "threshold_ppm": FOUR_FIFTHS_PPM, "worst": worst });
    if let (Some(recorded), Some(document)) = (&recorded, document.as_object_mut()) {
        document.insert("recorded".to_owned(), json!(recorded));
    }
    out.show(&document, |page| {
        print(page, &report);
        if let Some(recorded) = &recorded {
            recorded.print(page);
        }
    })?;
    let verdict = worst.map(|worst| worst.verdict);
    let failed = args.fail_on.iter().any(|state| Some(judged(*state)) == verdict);
    Ok(if failed { ExitCode::from(NO) } else { ExitCode::SUCCESS })
}

fn judged(state: Ratio) -> Verdict {
    match state {
        Ratio::Below => Verdict::Below,
        Ratio::Inconclusive => Verdict::Inconclusive,
        Ratio::NotEstimable => Verdict::NotEstimable,
    }
}

/// The file with its digest, read in pieces.
fn file(args: &Bias) -> Result<FileRef, Fault> {
    let path = args.file.canonicalize().map_err(|error| unreadable(args, &error))?;
    let mut input = std::fs::File::open(&path).map_err(|error| unreadable(args, &error))?;
    let (mut hasher, mut buffer, mut bytes) = (sha2::Sha256::new(), vec![0; 1 << 16], 0_u64);
    loop {
        let read = input.read(&mut buffer).map_err(|error| unreadable(args, &error))?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
        hasher.update(piece);
        bytes += read as u64;
    }
    Ok(FileRef { path, digest: Digest::new(hasher.finalize().into()), bytes })
}

fn unreadable(args: &Bias, error: &std::io::Error) -> Fault {
    Fault::wrong(format!("`{}` cannot be read: {error}", args.file.display()))
}

fn print(page: &mut Page, report: &BiasReport) {
    page.say(format!("{} predictions, file {}.", grouped(report.rows), report.dataset.short()));
    for table in &report.tables {
        print_table(page, table, report.columns.label.is_some());
    }
    page.gap();
    page.note("Impact ratio: selection rate over that of the most selected group. Intervals: 95 %, Wilson for rates. Four-fifths is for reference; it is no legal finding.");
}

fn print_table(page: &mut Page, group: &GroupTable, labelled: bool) {
    page.title(format!("By {}", group.attributes.join(" and ")));
    let mut table = Table::new().text("group").number("n").text("selection rate").text("impact ratio");
    if labelled {
        table = table.text("false positive rate").text("false negative rate");
    }
    table = table.column("four-fifths");
    for row in &group.rows {
        let named = row
            .group
            .iter()
            .map(|value| value.as_deref().unwrap_or("missing"))
            .collect::<Vec<_>>()
            .join(", ");
        let mut cells: Vec<Cell> = vec![
            named.into(),
            grouped(row.n).into(),
            rate(row.selection_rate, row.selection_rate_interval).into(),
            ratio(row).into(),
        ];
        if labelled {
            cells.push(rate(row.fpr, row.fpr_interval).into());
            cells.push(rate(row.fnr, row.fnr_interval).into());
        }
        cells.push(four_fifths(row));
        table.row(cells);
    }
    page.table(&table);
}

fn rate(value: Option<f64>, interval: Option<Interval>) -> String {
    match (value, interval) {
        (Some(value), Some(interval)) => format!("{value:.3} ({:.3}–{:.3})", interval.low, interval.high),
        (Some(value), None) => format!("{value:.3}"),
        (None, _) => "not estimable".to_owned(),
    }
}

fn ratio(row: &GroupRow) -> String {
    rate(row.impact_ratio_vs_max, row.impact_ratio_interval.map(|interval| interval.interval()))
}

fn four_fifths(row: &GroupRow) -> Cell {
    use attestry_stats::fairness::{FOUR_FIFTHS, FourFifths};
    if row.is_reference {
        return "most selected".into();
    }
    match row.four_fifths(FOUR_FIFTHS) {
        FourFifths::Below => Cell::state(Mark::Bar, "below"),
        FourFifths::Above => Cell::state(Mark::Good, "at or above"),
        FourFifths::Inconclusive => Cell::state(Mark::Half, "inconclusive"),
        FourFifths::NotEstimable => Cell::state(Mark::Dotted, "not estimable"),
    }
}
