//! `index.html`: what is in a package, to read. It stands alone: no script, nothing from elsewhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use attestry_domain::event::test::RunOutcome;
use attestry_domain::event::{Payload, RunRecorded};
use attestry_domain::id::Digest;
use attestry_domain::time::Instant;

use super::index::{Contents, Line};
use super::objects::Named;
use super::scope::words;
use super::{Made, signers, sql};
use crate::Workspace;

const STYLE: &str = include_str!("../../templates/package.css");

/// The page for one package.
pub(super) fn page(made: &Made<'_>, workspace: &Workspace, contents: &Contents) -> String {
    let scope = made.scope;
    let mut page = Page::default();
    page.line("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.line("<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">");
    page.line(&format!("<title>{}</title><style>{STYLE}</style></head><body><main>", text(&scope.title)));
    page.line(&format!("<h1>{}</h1><p>{}</p>", text(&scope.title), text(&scope.sentence)));
    if let Some(by) = made.snapshot.programme.workspace.as_ref().and_then(|one| one.simulated.as_ref()) {
        page.line(&format!("<p class=\"note\">The history is simulated, by {}.</p>", text(by)));
    }
    facts(&mut page, made, workspace);
    tests(&mut page, made, contents);
    files(&mut page, contents, "Records", &["segment", "personal", "raw", "set_aside"]);
    files(&mut page, contents, "Files", &["artifact", "dataset", "result"]);
    files(&mut page, contents, "Procedures and catalog", &["procedure", "catalog"]);
    rest(&mut page, made);
    page.line("</main></body></html>");
    page.out
}

#[derive(Default)]
struct Page {
    out: String,
}

impl Page {
    fn line(&mut self, html: &str) {
        // Writing to a string cannot fail.
        let _written = writeln!(self.out, "{html}");
    }

    fn table(&mut self, title: &str, heads: &[&str], rows: &[Vec<String>]) {
        if rows.is_empty() {
            return;
        }
        let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
        self.line(&format!("<h2>{title}</h2><table><thead><tr>{heads}</tr></thead><tbody>"));
        for row in rows {
            let cells: String = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
            self.line(&format!("<tr>{cells}</tr>"));
        }
        self.line("</tbody></table>");
    }
}

fn facts(page: &mut Page, made: &Made<'_>, workspace: &Workspace) {
    let checkpoint = made.signed.checkpoint();
    let size = checkpoint.size();
    let fact = |name: &str, value: String| format!("<dt>{name}</dt><dd>{value}</dd>");
    let recorded = made.snapshot.programme.recorded_at.map(moment).unwrap_or_default();
    page.line("<dl>");
    page.line(&fact("Ledger", format!("{size} events, the last recorded {recorded}")));
    page.line(&fact("Root", format!("<code>{}</code>", checkpoint.root())));
    page.line(&fact("Signed by", text(&signers(made.signed).join(", "))));
    page.line(&fact("Log key", format!("<code>{}</code>", text(&workspace.log_key().to_string()))));
    let erased = match made.erased {
        0 => String::new(),
        n => format!(" {n} of its objects were erased before and are not here."),
    };
    let how =
        "Obtain the log key by another road than this file, then see <a href=\"VERIFY.md\">VERIFY.md</a>.";
    page.line(&fact("To check it", format!("{how}{erased}")));
    page.line("</dl>");
}

/// What management's own tests found.
fn tests(page: &mut Page, made: &Made<'_>, contents: &Contents) {
    let pointed = made.scope.pointed(made.named);
    let paths: BTreeMap<&str, &str> = contents
        .lines
        .iter()
        .filter_map(|line| {
            let digest = line.path.strip_prefix("objects/")?;
            Some((digest.split('.').next().unwrap_or(digest), line.path.as_str()))
        })
        .collect();
    let wanted = made.named.iter().filter(|event| made.scope.wants(&event.payload, &pointed));
    let mut runs: Vec<(&Named, &RunRecorded)> = wanted
        .filter_map(|event| match &event.payload {
            Payload::RunRecorded(run) => Some((event, run)),
            _ => None,
        })
        .collect();
    runs.sort_by(|(a, one), (b, other)| {
        (&one.control, &one.test, a.sequence).cmp(&(&other.control, &other.test, b.sequence))
    });
    let rows: Vec<Vec<String>> = runs.into_iter().map(|(event, run)| row(made, event, run, &paths)).collect();
    let heads = ["Control", "Test", "Days", "What management’s test found", "Files", "Event"];
    page.table("Control tests", &heads, &rows);
}

fn row(made: &Made<'_>, event: &Named, run: &RunRecorded, paths: &BTreeMap<&str, &str>) -> Vec<String> {
    let title = made.snapshot.catalog.tests.get(&run.test).map_or("", |test| test.title.as_str());
    let folder = sql::folder(made.snapshot, run);
    let link = |to: &str, name: &str| format!("<a href=\"{}\">{name}</a>", text(to));
    let object = |digest: &Digest, name: &str| {
        let digest = digest.to_string();
        paths.get(digest.as_str()).map(|path| link(path, name))
    };
    let mut links = vec![
        link(&format!("{folder}/population.sql"), "population query"),
        link(&format!("{folder}/exceptions.sql"), "exception query"),
    ];
    let found = match &run.outcome {
        RunOutcome::NotTested { reason } => {
            format!("<span class=\"untested\">◌ not tested</span>: {}", text(reason))
        }
        RunOutcome::Ran { population, exceptions, population_rows, exception_rows, .. } => {
            links.extend(object(&population_rows.digest, "population"));
            links.extend(object(&exception_rows.digest, "exceptions"));
            match (population, exceptions) {
                (0, _) => "<span class=\"none\">○ no occurrences</span>".to_owned(),
                (of, 0) => format!("<span class=\"good\">● no exceptions</span> in {of}"),
                (of, n) => format!("<span class=\"half\">◐ exceptions {n} of {of}</span>"),
            }
        }
    };
    vec![
        format!("<code>{}</code>", text(run.control.as_str())),
        format!("<code>{}</code><br>{}", text(run.test.as_str()), text(title)),
        words(run.period),
        found,
        links.join("<br>"),
        event.sequence.to_string(),
    ]
}

fn files(page: &mut Page, contents: &Contents, title: &str, roles: &[&str]) {
    let wanted = contents.lines.iter().filter(|line| line.role.is_some_and(|role| roles.contains(&role)));
    let mut lines: Vec<&Line> = wanted.collect();
    lines.sort_by_key(|line| (line.events.first().copied(), line.path.as_str()));
    let row = |line: &&Line| {
        let name = line.name.as_deref().map(|name| format!("<br>{}", text(name))).unwrap_or_default();
        let short: String = line.path.trim_start_matches("objects/").chars().take(12).collect();
        let events: Vec<String> = line.events.iter().take(8).map(ToString::to_string).collect();
        let more = if line.events.len() > 8 { " …" } else { "" };
        vec![
            format!("{}{name}", text(&line.what)),
            format!("<a href=\"{}\"><code>{short}</code></a>", text(&line.path)),
            line.recorded_at.map(|at| moment(Instant::from_micros(at))).unwrap_or_default(),
            format!("{}{more}", events.join(", ")),
        ]
    };
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    page.table(title, &["What it is", "File", "Recorded", "Event"], &rows);
}

fn rest(page: &mut Page, made: &Made<'_>) {
    let size = made.signed.checkpoint().size();
    page.line("<h2>Everything else</h2><ul>");
    page.line(&format!(
        "<li><code>events/</code>: events 1 to {size}, one a line, each with what the tree commits to.</li>"
    ));
    page.line(
        "<li><code>tile/</code>: the hashes that lead from each event to the root that was signed.</li>",
    );
    page.line("<li><a href=\"checkpoint\">checkpoint</a>, <a href=\"manifest.json\">manifest.json</a>, <a href=\"manifest.note\">manifest.note</a>: what was signed.</li>");
    page.line(
        "<li><a href=\"index.csv\">index.csv</a>: every file, what it is, and the event that names it.</li>",
    );
    page.line("</ul>");
}

/// An instant as people read it, to the minute, in UTC.
fn moment(at: Instant) -> String {
    at.timestamp().strftime("%-d %b %Y %H:%M UTC").to_string()
}

/// A text inside of HTML, in an attribute too.
fn text(raw: &str) -> String {
    let mut safe = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
