//! Incidents, deployments and vendors.

use attestry_domain::time::{Day, Period};
use attestry_stats::{ColumnType, Table, Value};

use crate::demo::calendar::Calendar;
use crate::demo::people::People;
use crate::demo::sheet::{Sheet, date, instant, maybe, text};

/// Month of the year from 0, day, title, kind, severity, days until it was closed, further days until its lessons.
type Row = (i64, i64, &'static str, &'static str, &'static str, i64, Option<i64>);

#[rustfmt::skip]
const INCIDENTS: [Row; 10] = [
    (0, 14, "Interview invitations sent twice to 31 candidates", "availability", "low", 1, None),
    (1, 20, "Sign-in page down for 26 minutes after a certificate change", "availability", "high", 1, Some(9)),
    (2, 9, "Recruiter saw the name of another customer's candidate", "privacy", "medium", 2, Some(14)),
    (4, 3, "Scheduling assistant promised a slot that was taken", "ai", "medium", 3, Some(12)),
    (5, 17, "Scan of exposed ports answered by a test host", "security", "low", 1, None),
    (6, 22, "Ranking returned the same score for every résumé of one customer", "ai", "high", 2, Some(17)),
    (8, 6, "Backup job of the search index failed two nights", "availability", "medium", 2, Some(20)),
    (9, 12, "Phishing message clicked; no password entered", "security", "medium", 1, Some(11)),
    (10, 5, "Salary estimates shown in the wrong currency", "ai", "medium", 4, Some(15)),
    (11, 19, "Slow ranking during a customer's bulk import", "availability", "low", 1, None),
];

/// The incident tracker's states written in some days: opened, closed, lessons learned.
pub(super) fn incidents(calendar: &Calendar, people: &People, days: Period) -> Option<Table> {
    let mut sheet = Sheet::new(&[
        ("incident_id", ColumnType::Text),
        ("title", ColumnType::Text),
        ("kind", ColumnType::Text),
        ("severity", ColumnType::Text),
        ("opened_at", ColumnType::Timestamp),
        ("closed_at", ColumnType::Timestamp),
        ("lessons_learned_at", ColumnType::Timestamp),
        ("owner_key", ColumnType::Text),
        ("updated_at", ColumnType::Timestamp),
    ]);
    let owner = people.titled("Head of security");
    for (number, row) in INCIDENTS.iter().enumerate() {
        let (month, day, title, kind, severity, closes, learns) = *row;
        let opened = clear_of_the_gap(calendar.nth(month, day));
        let closed = Calendar::plus(opened, closes);
        let learned = learns.map(|days| Calendar::plus(closed, days));
        let opened_at = calendar.at(opened, 10, 12);
        let states = [(opened, 10, None, None), (closed, 14, Some(closed), None)];
        let last = learned.map(|learned| (learned, 16, Some(closed), Some(learned)));
        let states = states.into_iter().chain(last).filter(|(written, ..)| days.contains(*written));
        for (written, hour, closed, learned) in states {
            sheet.add(vec![
                text(format!("INC-{}", 201 + number)),
                text(title),
                text(kind),
                text(severity),
                instant(opened_at),
                maybe(closed, |day| instant(calendar.at(day, 14, 0))),
                maybe(learned, |day| instant(calendar.at(day, 16, 0))),
                text(&owner.key),
                instant(calendar.at(written, hour, 30)),
            ]);
        }
    }
    sheet.table()
}

/// Moves what would happen in the first half of June behind it, so that no record is lost in the gap.
fn clear_of_the_gap(day: Day) -> Day {
    if day.month() == 6 && day.day() < 15 { Calendar::plus(day, 14) } else { day }
}

/// Days in June for which nobody knows whether the incident tracker was complete: it moved to another server.
pub(super) fn tracker_gap(calendar: &Calendar) -> Option<Period> {
    Period::new(calendar.date(6, 3), calendar.date(6, 10)).ok()
}

/// Deployments of the AI systems in some days.
pub(super) fn deployments(
    calendar: &Calendar,
    people: &People,
    made: &[(&str, &str, Day)],
    days: Period,
    first: bool,
) -> Option<Table> {
    let mut sheet = Sheet::new(&[
        ("deployment_id", ColumnType::Text),
        ("system_key", ColumnType::Text),
        ("version", ColumnType::Text),
        ("environment", ColumnType::Text),
        ("deployed_at", ColumnType::Timestamp),
        ("deployer_key", ColumnType::Text),
    ]);
    for (system, version, day) in made {
        if days.contains(*day) || (first && *day < days.from()) {
            sheet.add(vec![
                text(format!("{system}/{version}")),
                text(system),
                text(version),
                text("production"),
                instant(calendar.at(*day, 11, 30)),
                text(&people.titled("Platform engineer").key),
            ]);
        }
    }
    sheet.table()
}

/// Name, service, tier, whether it supplies AI, and the month of the year in which it was reviewed. All made up.
#[rustfmt::skip]
const VENDORS: [(&str, &str, &str, bool, i64); 8] = [
    ("Cumulo Regions", "cloud hosting", "critical", false, 1),
    ("Lexiform Models", "language model behind the scheduling assistant", "critical", true, 2),
    ("Doorbell Identity", "single sign-on", "critical", false, 3),
    ("Parchment Forge", "source hosting and pipelines", "critical", false, 4),
    ("Quartz Ledgerware", "bookkeeping", "standard", false, 5),
    ("Tidewater Mail", "mail delivery to candidates", "important", false, 6),
    ("Fern & Field Screening", "background checks of new staff", "important", false, 7),
    ("Bandwise Pay Data", "salary survey data", "important", true, 8),
];

/// The states of vendors written in some days; the first time all of them.
pub(super) fn vendors(calendar: &Calendar, days: Period, first: bool) -> Option<Table> {
    let mut sheet = Sheet::new(&[
        ("vendor_id", ColumnType::Text),
        ("name", ColumnType::Text),
        ("service", ColumnType::Text),
        ("tier", ColumnType::Text),
        ("supplies_ai", ColumnType::Boolean),
        ("engaged_on", ColumnType::Date),
        ("last_reviewed_on", ColumnType::Date),
        ("report_until", ColumnType::Date),
        ("updated_at", ColumnType::Timestamp),
    ]);
    for (number, (name, service, tier, ai, month)) in VENDORS.into_iter().enumerate() {
        let reviewed = Calendar::working(calendar.nth(month, 12));
        let earlier = Calendar::plus(reviewed, -364);
        for (written, seen) in [(days.from(), first.then_some(earlier)), (reviewed, Some(reviewed))] {
            let Some(seen) = seen.filter(|_| days.contains(written)) else { continue };
            sheet.add(vec![
                text(format!("V-{:02}", number + 1)),
                text(name),
                text(service),
                text(tier),
                Value::Boolean(ai),
                date(Calendar::plus(calendar.begins, -400 - i64::try_from(number).unwrap_or(0) * 37)),
                date(seen),
                date(Calendar::plus(seen, 300)),
                instant(calendar.at(written, 11, 0)),
            ]);
        }
    }
    sheet.table()
}
